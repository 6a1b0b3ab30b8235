package io.oxbow.s3stream.log.format;

/** Slot with the bytes of its object. */
public record Slot(SlotEntry entry, SlotHash hash, byte[] bytes) {

    /**
     * Decodes a slot.
     *
     * @param what for messages
     * @throws io.oxbow.s3stream.CorruptException when the bytes are not a slot object
     */
    public static Slot decode(String what, byte[] bytes) {
        return new Slot(SlotCodec.decode(what, bytes), SlotHash.of(bytes), bytes);
    }
}
