package io.oxbow.s3stream.wal.file;

import io.oxbow.s3stream.wal.AppendCompletion;
import io.oxbow.s3stream.wal.LogBatch;
import io.oxbow.s3stream.wal.RecordFrame;
import io.oxbow.s3stream.wal.Slab;
import io.oxbow.s3stream.wal.WalEntry;
import io.oxbow.s3stream.wal.disk.AlignedMemory;
import io.oxbow.s3stream.wal.disk.WalDisk;
import java.nio.ByteBuffer;
import java.util.UUID;

/** A batch of a ring: growing in its slab, then sealed, then written, never touched again. */
final class WriteBatch extends LogBatch {

    private static final byte[] ZEROES = new byte[WalDisk.BLOCK_BYTES];

    private final Slab slab;
    private final int offset;
    private final long startLsn;
    private final int limitBytes;
    private final boolean pad;
    private int bodyLength;

    private WriteBatch(Slab slab, int offset, long startLsn, int limitBytes, boolean pad) {
        this.slab = slab.retain();
        this.offset = offset;
        this.startLsn = startLsn;
        this.limitBytes = limitBytes;
        this.pad = pad;
    }

    /**
     * Opens an empty batch.
     *
     * @param limitBytes what it may grow to
     */
    static WriteBatch open(Slab slab, int offset, long startLsn, int limitBytes) {
        return new WriteBatch(slab, offset, startLsn, limitBytes, false);
    }

    /** Makes a PAD: one block that stands for the {@code length} bytes to the ring's end. */
    static WriteBatch pad(Slab slab, int offset, long startLsn, int length) {
        return new WriteBatch(slab, offset, startLsn, length, true);
    }

    /** Returns the bytes in the ring of a batch whose frames have {@code bodyLength} bytes. */
    static int lengthOf(int bodyLength) {
        return (int) AlignedMemory.roundUp((long) BatchHeader.BYTES + bodyLength);
    }

    boolean fits(int frameBytes) {
        return !pad && lengthOf(bodyLength + frameBytes) <= limitBytes;
    }

    /** Returns the LSN at which the batch would end with one more frame. */
    long endLsnWith(int frameBytes) {
        return startLsn + lengthOf(bodyLength + frameBytes);
    }

    /**
     * Assigns a frame its place; the caller copies the frame there and then calls {@link
     * #copyDone}.
     */
    WalEntry add(int volume, int frameBytes, AppendCompletion completion) {
        int frameOffset = BatchHeader.BYTES + bodyLength;
        bodyLength += frameBytes;
        var entry =
                new WalEntry(
                        volume,
                        startLsn + frameOffset,
                        startLsn + frameOffset + frameBytes,
                        slab.retain(),
                        offset + frameOffset + RecordFrame.HEADER_BYTES,
                        frameBytes - RecordFrame.HEADER_BYTES);
        add(entry, completion);
        return entry;
    }

    /**
     * Fills padding and header in for writing.
     *
     * @return the checksum that the next batch names
     */
    int seal(UUID walId, long nodeEpoch, long ackedLsn, int prevBatchCrc) {
        ByteBuffer memory = slab.memory();
        int bodyStart = offset + BatchHeader.BYTES;
        memory.put(bodyStart + bodyLength, ZEROES, 0, diskBytes() - BatchHeader.BYTES - bodyLength);
        var header =
                new BatchHeader(
                        walId,
                        nodeEpoch,
                        pad,
                        startLsn,
                        length(),
                        bodyLength,
                        count(),
                        prevBatchCrc,
                        ackedLsn,
                        RecordFrame.crcOfFrames(memory, bodyStart, bodyLength),
                        0);
        return header.encode(memory, offset);
    }

    /** Returns the bytes to write: all of the batch, or a PAD's only block. */
    ByteBuffer bytes() {
        return slab.memory().slice(offset, diskBytes());
    }

    /** Returns the bytes that the batch takes in its slab and writes. */
    int diskBytes() {
        return pad ? WalDisk.BLOCK_BYTES : length();
    }

    /** Returns the bytes that the batch takes in the ring. */
    @Override
    public int length() {
        return pad ? limitBytes : lengthOf(bodyLength);
    }

    long startLsn() {
        return startLsn;
    }

    @Override
    public long endLsn() {
        return startLsn + length();
    }

    /** Returns the LSN after the last frame; of a PAD, its start. */
    long framesEndLsn() {
        return pad ? startLsn : startLsn + BatchHeader.BYTES + bodyLength;
    }

    @Override
    public void release() {
        slab.release();
    }
}
