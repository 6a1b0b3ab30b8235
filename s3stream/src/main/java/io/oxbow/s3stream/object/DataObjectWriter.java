package io.oxbow.s3stream.object;

import io.oxbow.s3stream.image.CoreRecord;
import io.oxbow.s3stream.wal.WalRecord;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * Lays out one data object from appends that come sorted by stream and offset. Payloads are
 * referenced, not copied, unless they are so small that a view would cost more than the copy. For
 * one thread.
 */
public final class DataObjectWriter {

    static final long HEADER_MAGIC = 0x4f58424f574f424aL; // "OXBOWOBJ"
    static final long FOOTER_MAGIC = 0x4f58424f57454e44L; // "OXBOWEND"
    static final int VERSION = 1;
    static final int HEADER_BYTES = 16;
    static final int FOOTER_BYTES = 36;
    static final int ENTRY_BYTES = 60;

    /** What a block is aimed at; a larger append gets a block of its own. */
    public static final int BLOCK_BYTES = 512 << 10;

    /** Below this a payload is copied: two buffer objects and a gather cost more than the bytes. */
    private static final int COPY_BELOW_BYTES = 2 << 10;

    private static final int SCRATCH_BYTES = 64 << 10;

    private final int blockBytes;
    private final List<ByteBuffer> body = new ArrayList<>();
    private final List<BlockEntry> index = new ArrayList<>();
    private final List<CoreRecord.Range> ranges = new ArrayList<>();
    private ByteBuffer scratch = ByteBuffer.allocate(SCRATCH_BYTES);
    private int scratchFrom;
    private long position;
    private OpenBlock block = OpenBlock.NONE;
    private OpenRange range = OpenRange.NONE;

    public DataObjectWriter() {
        this(BLOCK_BYTES);
    }

    DataObjectWriter(int blockBytes) {
        this.blockBytes = blockBytes;
        scratch.putLong(HEADER_MAGIC).putInt(VERSION);
        scratch.putInt(crcOf(scratch.array(), 0, HEADER_BYTES - 4));
        position = HEADER_BYTES;
    }

    /** True while nothing was added. */
    public boolean isEmpty() {
        return range == OpenRange.NONE;
    }

    /**
     * Adds an append: of a greater stream id than the last one, or of the same stream at or beyond
     * where that ended. Its payload's bytes must stay as they are until the object has been put.
     */
    public void add(WalRecord record) {
        requireOrder(record);
        int frameBytes = Frame.HEADER_BYTES + record.records().remaining();
        if (!range.continuedBy(record)) {
            closeRange();
            range = new OpenRange(record);
        }
        if (!block.continuedBy(record) || block.size + frameBytes > blockBytes) {
            closeBlock();
            block = new OpenBlock(record, position);
        }
        range.add(record);
        block.add(record, frameBytes);
        addFrame(record);
    }

    /** Ends the object. The writer is of no use afterwards. */
    public DataObject finish() {
        closeRange();
        closeBlock();
        long indexPosition = position;
        ByteBuffer tail = ByteBuffer.allocate(index.size() * ENTRY_BYTES + FOOTER_BYTES);
        for (BlockEntry entry : index) {
            putEntry(tail, entry);
        }
        int indexLength = tail.position();
        tail.putLong(indexPosition)
                .putLong(indexLength)
                .putInt(crcOf(tail.array(), 0, indexLength))
                .putInt(VERSION);
        tail.putInt(crcOf(tail.array(), indexLength, 24)).putLong(FOOTER_MAGIC).flip();
        flushScratch();
        body.add(tail);
        return new DataObject(indexPosition + tail.remaining(), body, List.copyOf(ranges));
    }

    private void requireOrder(WalRecord record) {
        boolean ordered =
                isEmpty()
                        || record.streamId() > range.streamId
                        || (record.streamId() == range.streamId
                                && record.baseOffset() >= range.endOffset);
        if (!ordered || record.count() < 1) {
            throw new IllegalArgumentException(
                    "append of stream %d at offset %d, count %d, after stream %d, end %d"
                            .formatted(
                                    record.streamId(),
                                    record.baseOffset(),
                                    record.count(),
                                    range.streamId,
                                    range.endOffset));
        }
    }

    private void addFrame(WalRecord record) {
        ByteBuffer payload = record.records();
        int length = payload.remaining();
        boolean copied = length < COPY_BELOW_BYTES;
        if (scratch.remaining() < Frame.HEADER_BYTES + (copied ? length : 0)) {
            flushScratch();
            scratch = ByteBuffer.allocate(SCRATCH_BYTES);
            scratchFrom = 0;
        }
        int start = scratch.position();
        Frame.putHeader(scratch, record);
        if (copied) {
            scratch.put(payload.duplicate());
        }
        block.crc.update(scratch.array(), start, scratch.position() - start);
        if (!copied) {
            block.crc.update(payload.duplicate());
            flushScratch();
            body.add(payload.slice().asReadOnlyBuffer());
        }
        position += Frame.HEADER_BYTES + length;
    }

    private void flushScratch() {
        int length = scratch.position() - scratchFrom;
        if (length > 0) {
            body.add(scratch.slice(scratchFrom, length).asReadOnlyBuffer());
            scratchFrom = scratch.position();
        }
    }

    private void closeBlock() {
        if (block != OpenBlock.NONE) {
            index.add(block.entry());
        }
        block = OpenBlock.NONE;
    }

    private void closeRange() {
        if (range != OpenRange.NONE) {
            ranges.add(range.range());
        }
    }

    private static void putEntry(ByteBuffer to, BlockEntry entry) {
        to.putLong(entry.streamId())
                .putLong(entry.startOffset())
                .putLong(entry.endOffset())
                .putLong(entry.appendCount())
                .putLong(entry.position())
                .putLong(entry.size())
                .putLong(entry.maxTimestamp())
                .putInt(entry.crc());
    }

    static int crcOf(byte[] bytes, int from, int length) {
        var crc = new CRC32C();
        crc.update(bytes, from, length);
        return (int) crc.getValue();
    }

    /** The block that is being filled. */
    private static final class OpenBlock {
        static final OpenBlock NONE = new OpenBlock(-1, -1, -1);

        final CRC32C crc = new CRC32C();
        private final long streamId;
        private final long startOffset;
        private final long position;
        private long endOffset;
        private long appendCount;
        private long maxTimestamp = -1;
        private int size;

        OpenBlock(WalRecord first, long position) {
            this(first.streamId(), first.baseOffset(), position);
        }

        private OpenBlock(long streamId, long startOffset, long position) {
            this.streamId = streamId;
            this.startOffset = startOffset;
            this.endOffset = startOffset;
            this.position = position;
        }

        boolean continuedBy(WalRecord next) {
            return next.streamId() == streamId && next.baseOffset() == endOffset;
        }

        void add(WalRecord record, int frameBytes) {
            endOffset = record.nextOffset();
            appendCount++;
            maxTimestamp = Math.max(maxTimestamp, record.maxTimestamp());
            size = Math.addExact(size, frameBytes);
        }

        BlockEntry entry() {
            return new BlockEntry(
                    streamId,
                    startOffset,
                    endOffset,
                    appendCount,
                    position,
                    size,
                    maxTimestamp,
                    (int) crc.getValue());
        }
    }

    /** What the metadata log will be told of one stream. */
    private static final class OpenRange {
        static final OpenRange NONE = new OpenRange(-1, -1, -1);

        private final long streamId;
        private final long streamEpoch;
        private final long startOffset;
        private long endOffset;
        private long bytes;
        private long maxTimestamp = -1;

        OpenRange(WalRecord first) {
            this(first.streamId(), first.streamEpoch(), first.baseOffset());
        }

        private OpenRange(long streamId, long streamEpoch, long startOffset) {
            this.streamId = streamId;
            this.streamEpoch = streamEpoch;
            this.startOffset = startOffset;
            this.endOffset = startOffset;
        }

        boolean continuedBy(WalRecord next) {
            return next.streamId() == streamId
                    && next.streamEpoch() == streamEpoch
                    && next.baseOffset() == endOffset;
        }

        void add(WalRecord record) {
            endOffset = record.nextOffset();
            bytes += record.records().remaining();
            maxTimestamp = Math.max(maxTimestamp, record.maxTimestamp());
        }

        CoreRecord.Range range() {
            return new CoreRecord.Range(
                    streamId,
                    streamEpoch,
                    startOffset,
                    endOffset - startOffset,
                    bytes,
                    maxTimestamp);
        }
    }
}
