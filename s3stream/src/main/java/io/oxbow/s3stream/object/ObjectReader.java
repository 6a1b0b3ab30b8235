package io.oxbow.s3stream.object;

import io.oxbow.s3stream.CorruptException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/** Reads indexes and blocks of data objects and checks them. Thread-safe; blocks on its source. */
public final class ObjectReader {

    /**
     * Bytes read first, from the object's end: they hold footer and index of all but the largest
     * objects.
     */
    private static final int TAIL_GUESS_BYTES = 64 << 10;

    private final RangeSource source;

    public ObjectReader(RangeSource source) {
        this.source = source;
    }

    /** Reads the index of the object {@code key}, which is {@code objectSize} bytes long. */
    public ObjectIndex index(String key, long objectSize) {
        if (objectSize < DataObjectWriter.HEADER_BYTES + DataObjectWriter.FOOTER_BYTES) {
            throw new CorruptException(
                    "object %s: %d bytes are too few".formatted(key, objectSize));
        }
        int tailSize = (int) Math.min(objectSize, TAIL_GUESS_BYTES);
        ByteBuffer tail = source.read(key, objectSize - tailSize, tailSize);
        requireLength(key, objectSize - tailSize, tailSize, tail);
        Footer footer = Footer.parse(key, objectSize, tail);
        ByteBuffer entries = indexBytes(key, objectSize, footer, tail);
        var crc = new CRC32C();
        crc.update(entries.duplicate());
        if ((int) crc.getValue() != footer.indexCrc()) {
            throw new CorruptException(
                    "object %s: index at %d is damaged: crc %08x, expected %08x"
                            .formatted(
                                    key,
                                    footer.indexPosition(),
                                    (int) crc.getValue(),
                                    footer.indexCrc()));
        }
        return ObjectIndex.parse(key, entries, footer.indexPosition());
    }

    public Block block(String key, BlockEntry entry) {
        return Block.check(key, entry, source.read(key, entry.position(), entry.size()));
    }

    /**
     * Reads a block into {@code target}, which belongs to the caller.
     *
     * @param target as large as the block, which keeps it
     */
    public Block block(String key, BlockEntry entry, ByteBuffer target) {
        return Block.check(key, entry, source.read(key, entry.position(), target));
    }

    /** Reads adjacent blocks in one request. */
    public List<Block> blocks(String key, List<BlockEntry> adjacent) {
        BlockEntry first = adjacent.getFirst();
        int size = Math.toIntExact(adjacent.getLast().endPosition() - first.position());
        ByteBuffer bytes = source.read(key, first.position(), size);
        requireLength(key, first.position(), size, bytes);
        List<Block> blocks = new ArrayList<>(adjacent.size());
        int start = bytes.position();
        for (BlockEntry entry : adjacent) {
            int at = start + Math.toIntExact(entry.position() - first.position());
            blocks.add(Block.check(key, entry, bytes.slice(at, entry.size())));
        }
        return blocks;
    }

    private ByteBuffer indexBytes(String key, long objectSize, Footer footer, ByteBuffer tail) {
        long tailPosition = objectSize - tail.remaining();
        int length = (int) footer.indexLength();
        if (footer.indexPosition() >= tailPosition) {
            int at = tail.position() + (int) (footer.indexPosition() - tailPosition);
            // A copy, so that a cached index does not hold on to the rest of what was read.
            return ByteBuffer.allocate(length).put(tail.slice(at, length)).flip();
        }
        ByteBuffer entries = source.read(key, footer.indexPosition(), length);
        requireLength(key, footer.indexPosition(), length, entries);
        return entries;
    }

    private static void requireLength(String key, long position, int size, ByteBuffer bytes) {
        if (bytes.remaining() != size) {
            throw new CorruptException(
                    "object %s: %d bytes at %d, expected %d"
                            .formatted(key, bytes.remaining(), position, size));
        }
    }

    /** Source of the bytes of objects. */
    @FunctionalInterface
    public interface RangeSource {
        /**
         * Reads {@code size} bytes from {@code position}, fewer where the object ends.
         *
         * @throws ObjectMissingException when there is no such object
         */
        ByteBuffer read(String key, long position, int size);

        /**
         * Reads as many bytes as {@code target} has room for, fewer where the object ends; nothing
         * writes into {@code target} after the return.
         *
         * @return what was read, as it lies in {@code target}
         */
        default ByteBuffer read(String key, long position, ByteBuffer target) {
            ByteBuffer body = read(key, position, target.remaining());
            return target.slice().put(body.duplicate()).flip();
        }
    }

    private record Footer(long indexPosition, long indexLength, int indexCrc) {

        static Footer parse(String key, long objectSize, ByteBuffer tail) {
            int bytes = DataObjectWriter.FOOTER_BYTES;
            ByteBuffer raw = tail.slice(tail.limit() - bytes, bytes);
            var crc = new CRC32C();
            crc.update(raw.slice(0, 24));
            long position = raw.getLong(0);
            long length = raw.getLong(8);
            if (raw.getLong(28) != DataObjectWriter.FOOTER_MAGIC
                    || raw.getInt(24) != (int) crc.getValue()) {
                throw new CorruptException(
                        "object %s: no footer at %d".formatted(key, objectSize - bytes));
            }
            if (raw.getInt(20) != DataObjectWriter.VERSION) {
                throw new CorruptException(
                        "object %s: version %d, this program reads %d"
                                .formatted(key, raw.getInt(20), DataObjectWriter.VERSION));
            }
            boolean fits =
                    position >= DataObjectWriter.HEADER_BYTES
                            && length >= 0
                            && length <= Integer.MAX_VALUE
                            && length % DataObjectWriter.ENTRY_BYTES == 0
                            && position <= objectSize
                            && length == objectSize - bytes - position;
            if (!fits) {
                throw new CorruptException(
                        "object %s: index of %d bytes at %d in an object of %d"
                                .formatted(key, length, position, objectSize));
            }
            return new Footer(position, length, raw.getInt(16));
        }
    }
}
