package io.oxbow.s3stream.object;

/**
 * Entry of an object's index, for one block.
 *
 * @param startOffset first offset in the block
 * @param endOffset offset after the last
 * @param appendCount how many appends (frames) the block holds
 * @param position of the block in the object, in bytes
 * @param size of the block in bytes, frame headers included
 * @param maxTimestamp greatest record timestamp in it, -1 if none
 * @param crc CRC32C of the block's bytes
 */
public record BlockEntry(
        long streamId,
        long startOffset,
        long endOffset,
        long appendCount,
        long position,
        int size,
        long maxTimestamp,
        int crc) {

    /** Size in bytes of an entry in the index. */
    public static final int BYTES = DataObjectWriter.ENTRY_BYTES;

    /** Returns the bytes of the appends without frame headers. */
    public long payloadBytes() {
        return size - appendCount * Frame.HEADER_BYTES;
    }

    long endPosition() {
        return position + size;
    }
}
