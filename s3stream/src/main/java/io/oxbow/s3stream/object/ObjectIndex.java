package io.oxbow.s3stream.object;

import io.oxbow.s3stream.CorruptException;
import java.nio.ByteBuffer;

/** Index of a data object, checked when parsed and then searched in place. Immutable. */
public final class ObjectIndex {

    private final String key;
    private final ByteBuffer entries;
    private final int count;

    private ObjectIndex(String key, ByteBuffer entries) {
        this.key = key;
        this.entries = entries;
        this.count = entries.remaining() / DataObjectWriter.ENTRY_BYTES;
    }

    /**
     * @param entries exactly the index's bytes; kept
     * @param indexPosition where they start in the object, which is where the blocks must end
     */
    static ObjectIndex parse(String key, ByteBuffer entries, long indexPosition) {
        var index = new ObjectIndex(key, entries.slice());
        index.check(indexPosition);
        return index;
    }

    /** Returns the number of the object's blocks. */
    public int size() {
        return count;
    }

    /** Returns the bytes that the index takes in memory, about. */
    public int sizeInBytes() {
        return entries.capacity() + 100;
    }

    public BlockEntry entry(int i) {
        int at = at(i);
        return new BlockEntry(
                entries.getLong(at),
                entries.getLong(at + 8),
                entries.getLong(at + 16),
                entries.getLong(at + 24),
                entries.getLong(at + 32),
                (int) entries.getLong(at + 40),
                entries.getLong(at + 48),
                entries.getInt(at + 56));
    }

    /**
     * Returns the number of the first block of {@code streamId} that reaches beyond {@code offset}.
     * If there is none, the number is that of a block of a later stream, or {@link #size()}.
     */
    public int firstBeyond(long streamId, long offset) {
        int low = 0;
        int high = count;
        while (low < high) {
            int middle = (low + high) >>> 1;
            int at = at(middle);
            long stream = entries.getLong(at);
            if (stream < streamId || (stream == streamId && entries.getLong(at + 16) <= offset)) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** Returns whether block {@code i} exists and belongs to {@code streamId}. */
    public boolean isOf(int i, long streamId) {
        return i < count && entries.getLong(at(i)) == streamId;
    }

    private int at(int i) {
        return Math.multiplyExact(i, DataObjectWriter.ENTRY_BYTES);
    }

    private void check(long indexPosition) {
        long position = DataObjectWriter.HEADER_BYTES;
        for (int i = 0; i < count; i++) {
            long size = entries.getLong(at(i) + 40);
            BlockEntry entry = entry(i);
            boolean fits =
                    entry.position() == position
                            && size >= Frame.HEADER_BYTES
                            && size <= Integer.MAX_VALUE
                            && size <= indexPosition - position;
            boolean sane =
                    entry.streamId() >= 0
                            && entry.startOffset() >= 0
                            && entry.startOffset() < entry.endOffset()
                            && entry.appendCount() >= 1
                            && entry.appendCount() <= size / Frame.HEADER_BYTES;
            if (!fits || !sane || (i > 0 && !follows(entry(i - 1), entry))) {
                throw new CorruptException(
                        "object %s: index entry %d is not possible: %s".formatted(key, i, entry));
            }
            position += size;
        }
        if (position != indexPosition) {
            throw new CorruptException(
                    "object %s: blocks end at %d, index starts at %d"
                            .formatted(key, position, indexPosition));
        }
    }

    private static boolean follows(BlockEntry before, BlockEntry entry) {
        return entry.streamId() > before.streamId()
                || (entry.streamId() == before.streamId()
                        && entry.startOffset() >= before.endOffset());
    }
}
