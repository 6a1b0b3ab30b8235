package io.oxbow.s3stream.object;

import io.oxbow.s3stream.CorruptException;
import io.oxbow.s3stream.Fetched;
import java.nio.ByteBuffer;
import java.util.function.Predicate;
import java.util.zip.CRC32C;

/** A block's bytes, whose checksum held. Immutable; thread-safe. */
public final class Block {

    private final String key;
    private final BlockEntry entry;
    private final ByteBuffer bytes;

    private Block(String key, BlockEntry entry, ByteBuffer bytes) {
        this.key = key;
        this.entry = entry;
        this.bytes = bytes;
    }

    /**
     * @param bytes from position to limit; kept
     */
    static Block check(String key, BlockEntry entry, ByteBuffer bytes) {
        var crc = new CRC32C();
        crc.update(bytes.duplicate());
        if (bytes.remaining() != entry.size() || (int) crc.getValue() != entry.crc()) {
            throw new CorruptException(
                    "object %s: block at %d is damaged: %d of %d bytes, crc %08x, expected %08x"
                            .formatted(
                                    key,
                                    entry.position(),
                                    bytes.remaining(),
                                    entry.size(),
                                    (int) crc.getValue(),
                                    entry.crc()));
        }
        return new Block(key, entry, bytes.slice().asReadOnlyBuffer());
    }

    public BlockEntry entry() {
        return entry;
    }

    public int sizeInBytes() {
        return bytes.capacity();
    }

    /**
     * Shows {@code visitor} the appends that reach beyond {@code fromOffset}, in order, until it
     * has had enough.
     *
     * @param visitor returns false to stop
     * @return false if it stopped
     */
    public boolean visit(long fromOffset, Predicate<Fetched.Append> visitor) {
        int at = 0;
        long expected = entry.startOffset();
        while (at < bytes.capacity()) {
            long next = checkedNextOffset(at, expected);
            if (next > fromOffset && !visitor.test(append(at))) {
                return false;
            }
            at += Frame.HEADER_BYTES + Frame.length(bytes, at);
            expected = next;
        }
        if (expected != entry.endOffset()) {
            throw corrupt(at, expected);
        }
        return true;
    }

    private long checkedNextOffset(int at, long expectedOffset) {
        int left = bytes.capacity() - at - Frame.HEADER_BYTES;
        if (left < 0
                || Frame.length(bytes, at) < 0
                || Frame.length(bytes, at) > left
                || Frame.streamId(bytes, at) != entry.streamId()
                || Frame.baseOffset(bytes, at) != expectedOffset
                || Frame.count(bytes, at) < 1) {
            throw corrupt(at, expectedOffset);
        }
        return expectedOffset + Frame.count(bytes, at);
    }

    private Fetched.Append append(int at) {
        return new Fetched.Append(
                Frame.baseOffset(bytes, at),
                Frame.count(bytes, at),
                Frame.maxTimestamp(bytes, at),
                Frame.appendTimeMillis(bytes, at),
                bytes.slice(at + Frame.HEADER_BYTES, Frame.length(bytes, at)));
    }

    private CorruptException corrupt(int at, long expectedOffset) {
        return new CorruptException(
                "object %s: frame at %d of stream %d is not the append at offset %d"
                        .formatted(key, entry.position() + at, entry.streamId(), expectedOffset));
    }
}
