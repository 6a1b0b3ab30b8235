package io.oxbow.s3stream.object;

import io.oxbow.s3stream.binary.Crc32c;
import io.oxbow.s3stream.image.CoreRecord;
import io.oxbow.s3stream.wal.RecordFrame;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * Writes one data object from framed appends that come sorted by stream and offset. Frames are
 * referenced, not copied, unless they are so small that a buffer of their own would cost more than
 * the copy; a writer {@link #forRewriting} copies them all. For one thread.
 */
public final class DataObjectWriter {

    static final long HEADER_MAGIC = 0x4f58424f574f424aL; // "OXBOWOBJ"
    static final long FOOTER_MAGIC = 0x4f58424f57454e44L; // "OXBOWEND"
    static final int VERSION = 1;
    static final int HEADER_BYTES = 16;
    static final int FOOTER_BYTES = 36;
    static final int ENTRY_BYTES = 60;

    /** Size in bytes that a block aims at; a larger append gets a block of its own. */
    public static final int BLOCK_BYTES = 512 << 10;

    /**
     * Size in bytes below which a frame is copied: a buffer object and a longer gather cost more
     * than the bytes.
     */
    public static final int COPY_BELOW_BYTES = 2 << 10;

    private static final int SCRATCH_BYTES = 64 << 10;

    private final int blockBytes;
    private final long rangeBytesMax;
    private final boolean rewrites;
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
        this(blockBytes, Long.MAX_VALUE, false);
    }

    private DataObjectWriter(int blockBytes, long rangeBytesMax, boolean rewrites) {
        this.blockBytes = blockBytes;
        this.rangeBytesMax = rangeBytesMax;
        this.rewrites = rewrites;
        scratch.putLong(HEADER_MAGIC).putInt(VERSION);
        scratch.putInt(crcOf(scratch.array(), 0, HEADER_BYTES - 4));
        position = HEADER_BYTES;
    }

    /**
     * Makes a writer that splits a stream's run into ranges, so that each can be rewritten in
     * memory later.
     *
     * @param rangeBytesMax of a range; one append may be larger
     */
    public static DataObjectWriter ofRanges(long rangeBytesMax) {
        return new DataObjectWriter(BLOCK_BYTES, rangeBytesMax, false);
    }

    /**
     * Makes a writer for appends that are in data objects already. It copies frames, so that
     * nothing else is kept in memory by them. A range goes on across a change of the stream's
     * epoch, because committed data does not depend on the epoch any more (a range's epoch is 0
     * then).
     */
    public static DataObjectWriter forRewriting(int blockBytes) {
        return new DataObjectWriter(blockBytes, Long.MAX_VALUE, true);
    }

    /** Returns whether nothing was added yet. */
    public boolean isEmpty() {
        return range == OpenRange.NONE;
    }

    /**
     * Adds an append: of a greater stream id than the last one, or of the same stream at or beyond
     * the last one's end.
     *
     * @param frame exactly one {@link io.oxbow.s3stream.wal.RecordFrame}, from position to limit;
     *     its bytes must stay as they are until the object has been put
     */
    public void add(ByteBuffer frame) {
        ByteBuffer checked = frame.slice();
        requireFrame(checked);
        if (!range.continuedBy(checked) || range.bytes + checked.capacity() > rangeBytesMax) {
            closeRange();
            range = new OpenRange(checked, rewrites);
        }
        if (!block.continuedBy(checked) || block.size + checked.capacity() > blockBytes) {
            closeBlock();
            block = new OpenBlock(checked, position);
        }
        range.add(checked);
        // Bytes of another object are looked at again; what was just logged bears its checksum.
        block.add(
                checked,
                rewrites
                        ? Crc32c.of(checked, 0, checked.capacity())
                        : RecordFrame.crcOfFrame(checked, 0));
        addBytes(checked);
    }

    /** Finishes the object; the writer cannot be used any more. */
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

    private void requireFrame(ByteBuffer frame) {
        int size = frame.capacity();
        boolean whole =
                size >= Frame.HEADER_BYTES
                        && Frame.length(frame, 0) == size - Frame.HEADER_BYTES
                        && Frame.count(frame, 0) >= 1;
        if (!whole) {
            throw new IllegalArgumentException(size + " bytes that are not one frame");
        }
        long streamId = Frame.streamId(frame, 0);
        long baseOffset = Frame.baseOffset(frame, 0);
        boolean ordered =
                isEmpty()
                        || streamId > range.streamId
                        || (streamId == range.streamId && baseOffset >= range.endOffset);
        if (!ordered) {
            throw new IllegalArgumentException(
                    "append of stream %d at offset %d after stream %d, end %d"
                            .formatted(streamId, baseOffset, range.streamId, range.endOffset));
        }
    }

    private void addBytes(ByteBuffer frame) {
        int size = frame.capacity();
        position += size;
        if (size >= COPY_BELOW_BYTES && !rewrites) {
            flushScratch();
            body.add(frame.asReadOnlyBuffer());
            return;
        }
        if (scratch.remaining() < size) {
            flushScratch();
            scratch = ByteBuffer.allocate(Math.max(SCRATCH_BYTES, size));
            scratchFrom = 0;
        }
        scratch.put(frame.duplicate());
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

    /** Block that is being filled. */
    private static final class OpenBlock {
        static final OpenBlock NONE = new OpenBlock(-1, -1, -1);

        private final long streamId;
        private final long startOffset;
        private final long position;
        private long endOffset;
        private long appendCount;
        private long maxTimestamp = -1;
        private int size;
        private int crc;

        OpenBlock(ByteBuffer first, long position) {
            this(Frame.streamId(first, 0), Frame.baseOffset(first, 0), position);
        }

        private OpenBlock(long streamId, long startOffset, long position) {
            this.streamId = streamId;
            this.startOffset = startOffset;
            this.endOffset = startOffset;
            this.position = position;
        }

        boolean continuedBy(ByteBuffer next) {
            return Frame.streamId(next, 0) == streamId && Frame.baseOffset(next, 0) == endOffset;
        }

        void add(ByteBuffer frame, int frameCrc) {
            endOffset += Frame.count(frame, 0);
            appendCount++;
            maxTimestamp = Math.max(maxTimestamp, Frame.maxTimestamp(frame, 0));
            crc = Crc32c.concat(crc, frameCrc, frame.capacity());
            size = Math.addExact(size, frame.capacity());
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
                    crc);
        }
    }

    /** Range of one stream, as the metadata log will be told. */
    private static final class OpenRange {
        static final OpenRange NONE = new OpenRange(-1, -1, -1, false);

        private final boolean acrossEpochs;
        private final long streamId;
        private final long streamEpoch;
        private final long startOffset;
        private long endOffset;
        private long bytes;
        private long maxTimestamp = -1;

        OpenRange(ByteBuffer first, boolean acrossEpochs) {
            this(
                    Frame.streamId(first, 0),
                    acrossEpochs ? 0 : Frame.streamEpoch(first, 0),
                    Frame.baseOffset(first, 0),
                    acrossEpochs);
        }

        private OpenRange(long streamId, long streamEpoch, long startOffset, boolean acrossEpochs) {
            this.acrossEpochs = acrossEpochs;
            this.streamId = streamId;
            this.streamEpoch = streamEpoch;
            this.startOffset = startOffset;
            this.endOffset = startOffset;
        }

        boolean continuedBy(ByteBuffer next) {
            return Frame.streamId(next, 0) == streamId
                    && (acrossEpochs || Frame.streamEpoch(next, 0) == streamEpoch)
                    && Frame.baseOffset(next, 0) == endOffset;
        }

        void add(ByteBuffer frame) {
            endOffset += Frame.count(frame, 0);
            bytes += frame.capacity() - Frame.HEADER_BYTES;
            maxTimestamp = Math.max(maxTimestamp, Frame.maxTimestamp(frame, 0));
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
