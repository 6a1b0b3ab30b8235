package io.oxbow.s3stream.composite;

import io.oxbow.s3stream.CorruptException;
import io.oxbow.s3stream.binary.BinaryReader;
import io.oxbow.s3stream.image.CoreImage;
import java.nio.ByteBuffer;

/**
 * Index of a composite: the objects it owns, and the positions of its blocks. Checked when parsed.
 * Immutable.
 */
public final class CompositeIndex {

    private final Where where;
    private final byte[] ownedBytes;
    private final int[] ownedAt;
    private final ByteBuffer lines;
    private final int blocks;

    /** Key, format version and level of a composite. */
    record Where(String key, int version, int level) {}

    private CompositeIndex(Where where, byte[] ownedBytes, int[] ownedAt, ByteBuffer lines) {
        this.where = where;
        this.ownedBytes = ownedBytes;
        this.ownedAt = ownedAt;
        this.lines = lines;
        this.blocks = lines.remaining() / CompositeFormat.LINE_BYTES;
    }

    /**
     * @param bytes exactly {@code owned} and {@code directory}; kept
     * @param ownedPosition where they start in the object
     * @param ownedSize of the first of them
     */
    static CompositeIndex parse(Where where, byte[] bytes, long ownedPosition, int ownedSize) {
        BinaryReader owned =
                new BinaryReader("composite " + where.key, bytes).slice("owned objects", ownedSize);
        int count = owned.count(3);
        int[] at = new int[count];
        for (int i = 0; i < count; i++) {
            at[i] = owned.position();
            requireBelow(where.level, readObject(where, owned), owned);
        }
        owned.end();
        var lines = ByteBuffer.wrap(bytes, ownedSize, bytes.length - ownedSize).slice();
        var index = new CompositeIndex(where, bytes, at, lines);
        index.checkLines(ownedPosition);
        return index;
    }

    private static OwnedObject readObject(Where where, BinaryReader in) {
        return new OwnedObject(
                in.string(),
                in.natural(),
                (int) Math.min(in.natural(), Integer.MAX_VALUE),
                where.version == CompositeFormat.FIRST_VERSION
                        ? CoreImage.UNKNOWN_TIME
                        : in.signedVarint());
    }

    private static void requireBelow(int level, OwnedObject object, BinaryReader in) {
        if (object.level() >= level) {
            throw in.corrupt("%s in a composite of level %d".formatted(object, level));
        }
    }

    private void checkLines(long ownedPosition) {
        long position = CompositeFormat.HEADER_BYTES;
        long streamId = 0;
        long endOffset = -1;
        for (int i = 0; i < blocks; i++) {
            Line line = line(i);
            boolean sane =
                    line.position == position
                            && line.size > 0
                            && line.size <= ownedPosition - position
                            && line.entries > 0
                            && line.entries <= line.size / CompositeFormat.LEAST_ENTRY_BYTES
                            && line.firstStreamId >= streamId
                            && line.lastStreamId >= line.firstStreamId
                            && (line.lastStreamId > streamId || line.endOffset > endOffset);
            if (!sane) {
                throw new CorruptException(
                        "composite %s: directory line %d is not possible: %s"
                                .formatted(where.key, i, line));
            }
            position += line.size;
            streamId = line.lastStreamId;
            endOffset = line.endOffset;
        }
        if (position != ownedPosition) {
            throw new CorruptException(
                    "composite %s: blocks end at %d, the next section starts at %d"
                            .formatted(where.key, position, ownedPosition));
        }
    }

    record Line(
            long firstStreamId,
            long lastStreamId,
            long endOffset,
            long position,
            int size,
            int entries,
            int crc) {}

    Line line(int block) {
        int at = Math.multiplyExact(block, CompositeFormat.LINE_BYTES);
        return new Line(
                lines.getLong(at),
                lines.getLong(at + 8),
                lines.getLong(at + 16),
                lines.getLong(at + 24),
                lines.getInt(at + 32),
                lines.getInt(at + 36),
                lines.getInt(at + 40));
    }

    public String key() {
        return where.key;
    }

    public int level() {
        return where.level;
    }

    /** Returns the number of the composite's blocks. */
    public int blocks() {
        return blocks;
    }

    /** Returns the number of objects that the composite owns. */
    public int ownedCount() {
        return ownedAt.length;
    }

    /** Returns the {@code i}th object that the composite owns. */
    public OwnedObject owned(int i) {
        if (i < 0 || i >= ownedAt.length) {
            throw new CorruptException(
                    "composite %s: object %d of %d".formatted(where.key, i, ownedAt.length));
        }
        var in = new BinaryReader("composite " + where.key, ownedBytes);
        in.skip(ownedAt[i]);
        return readObject(where, in);
    }

    /** Returns the bytes that the index takes in memory, about. */
    public int sizeInBytes() {
        return ownedBytes.length + 4 * ownedAt.length + 150;
    }

    /**
     * Returns the number of the first block that may have entries of {@code streamId} beyond {@code
     * offset}; {@link #blocks()} when none has.
     */
    public int firstBeyond(long streamId, long offset) {
        int low = 0;
        int high = blocks;
        while (low < high) {
            int middle = (low + high) >>> 1;
            Line line = line(middle);
            boolean before =
                    line.lastStreamId < streamId
                            || (line.lastStreamId == streamId && line.endOffset <= offset);
            if (before) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** Returns whether block {@code i} exists and may have entries of {@code streamId}. */
    public boolean mayHold(int i, long streamId) {
        return i < blocks && line(i).firstStreamId <= streamId;
    }
}
