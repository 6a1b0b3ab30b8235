package io.oxbow.s3stream.composite;

import io.oxbow.s3stream.CorruptException;
import io.oxbow.s3stream.binary.BinaryReader;
import io.oxbow.s3stream.image.CoreImage;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/** Bytes of a composite's block, whose checksum was verified. Immutable. */
public final class CompositeBlock {

    private final String where;
    private final CompositeIndex.Line line;
    private final byte[] bytes;

    private CompositeBlock(String where, CompositeIndex.Line line, byte[] bytes) {
        this.where = where;
        this.line = line;
        this.bytes = bytes;
    }

    /**
     * @param bytes kept
     */
    static CompositeBlock check(String key, CompositeIndex.Line line, byte[] bytes) {
        var crc = new CRC32C();
        crc.update(bytes);
        if (bytes.length != line.size() || (int) crc.getValue() != line.crc()) {
            throw new CorruptException(
                    "composite %s: block at %d is damaged: %d of %d bytes, crc %08x, expected %08x"
                            .formatted(
                                    key,
                                    line.position(),
                                    bytes.length,
                                    line.size(),
                                    (int) crc.getValue(),
                                    line.crc()));
        }
        return new CompositeBlock(
                "composite %s, block at %d".formatted(key, line.position()), line, bytes);
    }

    /** Returns the bytes that the block takes in memory, about. */
    public int sizeInBytes() {
        return bytes.length + 150;
    }

    /**
     * Returns the entries of {@code streamId} that reach beyond {@code fromOffset}, in order.
     *
     * @param index the one that this block belongs to
     */
    public List<CoreImage.Entry> entries(CompositeIndex index, long streamId, long fromOffset) {
        var in = new BinaryReader(where, bytes);
        var deltas = new CompositeFormat.Deltas();
        var found = new ArrayList<CoreImage.Entry>();
        for (int i = 0; i < line.entries(); i++) {
            long entryBytes = deltas.read(in);
            if (deltas.streamId() > streamId) {
                return found;
            }
            if (deltas.streamId() == streamId && deltas.endOffset() > fromOffset) {
                found.add(deltas.entry(entryBytes, index::owned));
            }
        }
        in.end();
        return found;
    }
}
