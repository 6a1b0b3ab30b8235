package io.oxbow.s3stream.composite;

import io.oxbow.s3stream.binary.BinaryWriter;
import io.oxbow.s3stream.image.CoreImage;
import io.oxbow.s3stream.image.CoreRecord;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;

/** Writes one composite object from extents and parts that come sorted. For one thread. */
public final class CompositeWriter {

    private final int blockBytes;
    private final List<ByteBuffer> body = new ArrayList<>();
    private final BinaryWriter directory = new BinaryWriter();
    private final List<CoreRecord.Part> parts = new ArrayList<>();
    private final Map<String, Integer> numbers = new LinkedHashMap<>();
    private final BinaryWriter owned = new BinaryWriter();
    private long position = CompositeFormat.HEADER_BYTES;
    private int highestLevel;
    private long entries;

    private BinaryWriter block = new BinaryWriter();
    private CompositeFormat.Deltas deltas = new CompositeFormat.Deltas();
    private long blockFirstStreamId;
    private int blockEntries;

    private long runStreamId;
    private long runStartOffset;
    private long runEndOffset;

    public CompositeWriter() {
        this(CompositeFormat.BLOCK_BYTES);
    }

    CompositeWriter(int blockBytes) {
        this.blockBytes = blockBytes;
        var header = new BinaryWriter(CompositeFormat.HEADER_BYTES);
        header.int64(CompositeFormat.HEADER_MAGIC);
        header.int32(CompositeFormat.VERSION);
        header.crc32c(0);
        body.add(header.view());
    }

    /**
     * Adds an extent or part: of a greater stream than the last one, or of the same stream at or
     * beyond the last one's end.
     */
    public void add(CoreImage.Entry entry) {
        boolean sameStream = entry.streamId() == runStreamId;
        if (entry.streamId() < runStreamId
                || (sameStream && entry.startOffset() < runEndOffset)
                || entry.endOffset() <= entry.startOffset()) {
            throw new IllegalArgumentException(
                    "%s after stream %d, end %d".formatted(entry, runStreamId, runEndOffset));
        }
        if (!sameStream || entry.startOffset() != runEndOffset) {
            closeRun();
            runStreamId = entry.streamId();
            runStartOffset = entry.startOffset();
        }
        if (blockEntries == 0) {
            blockFirstStreamId = entry.streamId();
        }
        deltas.write(entry, number(entry), block);
        runEndOffset = entry.endOffset();
        blockEntries++;
        entries++;
        if (block.size() >= blockBytes) {
            closeBlock();
        }
    }

    private int number(CoreImage.Entry entry) {
        Integer known = numbers.putIfAbsent(entry.objectKey(), numbers.size());
        if (known != null) {
            return known;
        }
        int level =
                switch (entry) {
                    case CoreImage.Extent extent -> 0;
                    case CoreImage.Part part -> part.level();
                };
        highestLevel = Math.max(highestLevel, level);
        owned.string(entry.objectKey());
        owned.varint(entry.objectSize());
        owned.varint(level);
        owned.signedVarint(entry.appendedMillis());
        return numbers.size() - 1;
    }

    private void closeRun() {
        if (runEndOffset > runStartOffset) {
            parts.add(new CoreRecord.Part(runStreamId, runStartOffset, runEndOffset));
        }
    }

    private void closeBlock() {
        if (blockEntries == 0) {
            return;
        }
        ByteBuffer bytes = block.view();
        directory.int64(blockFirstStreamId);
        directory.int64(runStreamId);
        directory.int64(runEndOffset);
        directory.int64(position);
        directory.int32(bytes.remaining());
        directory.int32(blockEntries);
        directory.int32(crcOf(bytes));
        position += bytes.remaining();
        body.add(bytes);
        block = new BinaryWriter(blockBytes);
        deltas = new CompositeFormat.Deltas();
        blockEntries = 0;
    }

    /** Finishes the object; the writer cannot be used any more. */
    public CompositeObject finish() {
        closeRun();
        closeBlock();
        var end = new BinaryWriter(owned.size() + directory.size() + 64);
        end.varint(numbers.size());
        end.raw(owned.toByteArray());
        long directoryPosition = position + end.size();
        end.raw(directory.toByteArray());
        int index = crcOf(end.view());
        int footerAt = end.size();
        end.int64(position);
        end.int64(directoryPosition);
        end.int32(highestLevel + 1);
        end.int32(index);
        end.int32(CompositeFormat.VERSION);
        end.crc32c(footerAt);
        end.int64(CompositeFormat.FOOTER_MAGIC);
        body.add(end.view());
        return new CompositeObject(
                highestLevel + 1,
                entries,
                position + end.size(),
                body,
                List.copyOf(parts),
                numbers.keySet().stream().sorted().toList());
    }

    private static int crcOf(ByteBuffer bytes) {
        var crc = new CRC32C();
        crc.update(bytes.duplicate());
        return (int) crc.getValue();
    }
}
