package io.oxbow.s3stream.composite;

import io.oxbow.s3stream.CorruptException;
import io.oxbow.s3stream.binary.BinaryReader;
import io.oxbow.s3stream.object.ObjectReader;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/** Reads indexes and blocks of composites and checks them. Thread-safe; blocks on its source. */
public final class CompositeReader implements CompositeSource {

    /**
     * Bytes read first, from the object's end: they hold the index of all but the largest
     * composites.
     */
    private static final int TAIL_GUESS_BYTES = 64 << 10;

    private final ObjectReader.RangeSource source;

    public CompositeReader(ObjectReader.RangeSource source) {
        this.source = source;
    }

    @Override
    public CompositeIndex index(String key, long objectSize) {
        if (objectSize < CompositeFormat.HEADER_BYTES + CompositeFormat.FOOTER_BYTES) {
            throw new CorruptException(
                    "composite %s: %d bytes are too few".formatted(key, objectSize));
        }
        int tailSize = (int) Math.min(objectSize, TAIL_GUESS_BYTES);
        byte[] tail = read(key, objectSize - tailSize, tailSize);
        Footer footer = Footer.parse(key, objectSize, tail);
        long size = objectSize - CompositeFormat.FOOTER_BYTES - footer.ownedPosition;
        byte[] bytes = new byte[Math.toIntExact(size)];
        int inTail = Math.min(tailSize - CompositeFormat.FOOTER_BYTES, bytes.length);
        System.arraycopy(
                tail,
                tailSize - CompositeFormat.FOOTER_BYTES - inTail,
                bytes,
                bytes.length - inTail,
                inTail);
        if (inTail < bytes.length) {
            byte[] front = read(key, footer.ownedPosition, bytes.length - inTail);
            System.arraycopy(front, 0, bytes, 0, front.length);
        }
        var crc = new CRC32C();
        crc.update(bytes);
        if ((int) crc.getValue() != footer.crc) {
            throw new CorruptException(
                    "composite %s: index at %d is damaged: crc %08x, expected %08x"
                            .formatted(
                                    key, footer.ownedPosition, (int) crc.getValue(), footer.crc));
        }
        int ownedSize = (int) (footer.directoryPosition - footer.ownedPosition);
        var where = new CompositeIndex.Where(key, footer.version, footer.level);
        return CompositeIndex.parse(where, bytes, footer.ownedPosition, ownedSize);
    }

    @Override
    public CompositeBlock block(CompositeIndex index, int number) {
        CompositeIndex.Line line = index.line(number);
        return CompositeBlock.check(
                index.key(), line, read(index.key(), line.position(), line.size()));
    }

    private byte[] read(String key, long position, int size) {
        ByteBuffer read = source.read(key, position, size);
        if (read.remaining() != size) {
            throw new CorruptException(
                    "composite %s: %d bytes at %d, expected %d"
                            .formatted(key, read.remaining(), position, size));
        }
        byte[] bytes = new byte[size];
        read.get(bytes);
        return bytes;
    }

    private record Footer(
            long ownedPosition, long directoryPosition, int level, int crc, int version) {

        static Footer parse(String key, long objectSize, byte[] tail) {
            var in = new BinaryReader("footer of composite " + key, tail);
            in.skip(tail.length - CompositeFormat.FOOTER_BYTES);
            int from = in.position();
            long ownedPosition = in.int64();
            long directoryPosition = in.int64();
            int level = in.int32();
            int crc = in.int32();
            int version = in.int32();
            in.crc32c(from);
            if (in.int64() != CompositeFormat.FOOTER_MAGIC) {
                throw in.corrupt("no magic");
            }
            if (version < CompositeFormat.FIRST_VERSION || version > CompositeFormat.VERSION) {
                throw in.corrupt(
                        "version %d, this program reads %d to %d"
                                .formatted(
                                        version,
                                        CompositeFormat.FIRST_VERSION,
                                        CompositeFormat.VERSION));
            }
            long indexEnd = objectSize - CompositeFormat.FOOTER_BYTES;
            boolean fits =
                    ownedPosition >= CompositeFormat.HEADER_BYTES
                            && ownedPosition < directoryPosition
                            && directoryPosition <= indexEnd
                            && indexEnd - ownedPosition <= Integer.MAX_VALUE - 8
                            && (indexEnd - directoryPosition) % CompositeFormat.LINE_BYTES == 0
                            && level >= 1;
            if (!fits) {
                throw in.corrupt(
                        "level %d, sections at %d and %d in an object of %d bytes"
                                .formatted(level, ownedPosition, directoryPosition, objectSize));
            }
            return new Footer(ownedPosition, directoryPosition, level, crc, version);
        }
    }
}
