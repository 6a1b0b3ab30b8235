package io.oxbow.s3stream.object;

import io.oxbow.s3stream.CorruptException;
import io.oxbow.s3stream.ReadResult;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/** Bytes of a data object's block, whose checksum was verified. Immutable; thread-safe. */
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

    /** Visitor of a block's appends and gaps; returns whether to go on. */
    @FunctionalInterface
    public interface Visitor {
        boolean append(ReadResult.Append append);

        /** Visits a range of offsets whose appends were dropped by rewriting. */
        default boolean gap(long fromOffset, long toOffset) {
            return true;
        }
    }

    /** Visitor of a block's frames, gap frames included; returns whether to go on. */
    @FunctionalInterface
    public interface FrameVisitor {
        /**
         * @param frame one whole frame; read-only
         */
        boolean frame(long baseOffset, long nextOffset, ByteBuffer frame);
    }

    /**
     * Shows {@code visitor} the appends and gaps that reach beyond {@code fromOffset}, in order,
     * until it returns false.
     *
     * @return false if it stopped
     */
    public boolean visit(long fromOffset, Visitor visitor) {
        return visitPlaces(
                fromOffset,
                (baseOffset, nextOffset, at) ->
                        GapFrame.isAt(bytes, at)
                                ? visitor.gap(baseOffset, nextOffset)
                                : visitor.append(append(at)));
    }

    /** Shows {@code visitor} the frames that reach beyond {@code fromOffset}, for copying. */
    public boolean visitFrames(long fromOffset, FrameVisitor visitor) {
        return visitPlaces(
                fromOffset,
                (baseOffset, nextOffset, at) -> visitor.frame(baseOffset, nextOffset, frame(at)));
    }

    /**
     * Visitor of the positions of frames, so that views are made only of frames that are needed.
     */
    @FunctionalInterface
    private interface PlaceVisitor {
        boolean frame(long baseOffset, long nextOffset, int at);
    }

    private boolean visitPlaces(long fromOffset, PlaceVisitor visitor) {
        int at = 0;
        long expected = entry.startOffset();
        while (at < bytes.capacity()) {
            long next = checkedNextOffset(at, expected);
            if (next > fromOffset && !visitor.frame(expected, next, at)) {
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

    private ByteBuffer frame(int at) {
        return bytes.slice(at, Frame.HEADER_BYTES + Frame.length(bytes, at));
    }

    private ReadResult.Append append(int at) {
        return new ReadResult.Append(
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
