package io.oxbow.s3stream.wal;

import io.oxbow.s3stream.Commit;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A batch on its way: growing in its slab, then sealed, then written, never touched again.
 *
 * <p>Guarded by the {@link LogGate}, but for the copying of frames, which appenders do outside,
 * each into the stretch it was given; {@link #copyDone} counts them out.
 */
final class WriteBatch {

    private static final byte[] ZEROES = new byte[WalDisk.BLOCK_BYTES];

    private final Slab slab;
    private final int offset;
    private final long startLsn;
    private final int limitBytes;
    private final boolean pad;
    private final List<Commit> commits = new ArrayList<>();
    private final AtomicInteger pendingCopies = new AtomicInteger(1);
    private int bodyLength;
    private boolean written;

    private WriteBatch(Slab slab, int offset, long startLsn, int limitBytes, boolean pad) {
        this.slab = slab.retain();
        this.offset = offset;
        this.startLsn = startLsn;
        this.limitBytes = limitBytes;
        this.pad = pad;
    }

    /**
     * An empty batch.
     *
     * @param limitBytes what it may grow to
     */
    static WriteBatch open(Slab slab, int offset, long startLsn, int limitBytes) {
        return new WriteBatch(slab, offset, startLsn, limitBytes, false);
    }

    /** One block that stands for {@code length} bytes to the ring's end. */
    static WriteBatch pad(Slab slab, int offset, long startLsn, int length) {
        return new WriteBatch(slab, offset, startLsn, length, true);
    }

    /** Bytes in the ring of a batch with frames of {@code bodyLength} bytes. */
    static int lengthOf(int bodyLength) {
        return (int) AlignedMemory.roundUp((long) BatchHeader.BYTES + bodyLength);
    }

    boolean fits(int frameBytes) {
        return !pad && lengthOf(bodyLength + frameBytes) <= limitBytes;
    }

    /** Where it would end with one more frame. */
    long endLsnWith(int frameBytes) {
        return startLsn + lengthOf(bodyLength + frameBytes);
    }

    /** Gives a frame its place; the caller copies it there and then calls {@link #copyDone}. */
    WriteAheadLog.Entry add(int volume, int frameBytes, Commit commit) {
        int frameOffset = BatchHeader.BYTES + bodyLength;
        bodyLength += frameBytes;
        commits.add(commit);
        pendingCopies.incrementAndGet();
        return new WriteAheadLog.Entry(
                volume,
                startLsn + frameOffset,
                startLsn + frameOffset + frameBytes,
                slab.retain(),
                offset + frameOffset + RecordFrame.HEADER_BYTES,
                frameBytes - RecordFrame.HEADER_BYTES);
    }

    /** One copy less; true when none is left and none will come. No lock needed. */
    boolean copyDone() {
        return pendingCopies.decrementAndGet() == 0;
    }

    boolean isCopied() {
        return pendingCopies.get() == 0;
    }

    /**
     * Makes it what goes to disk.
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
                        commits.size(),
                        prevBatchCrc,
                        ackedLsn,
                        RecordFrame.crcOfFrames(memory, bodyStart, bodyLength),
                        0);
        return header.encode(memory, offset);
    }

    /** What is written: all of it, or a PAD's only block. */
    ByteBuffer bytes() {
        return slab.memory().slice(offset, diskBytes());
    }

    /** Bytes that it takes in its slab and writes. */
    int diskBytes() {
        return pad ? WalDisk.BLOCK_BYTES : length();
    }

    /** Bytes that it takes in the ring. */
    int length() {
        return pad ? limitBytes : lengthOf(bodyLength);
    }

    long startLsn() {
        return startLsn;
    }

    long endLsn() {
        return startLsn + length();
    }

    /** Position after its last frame; where it starts if it is a PAD. */
    long framesEndLsn() {
        return pad ? startLsn : startLsn + BatchHeader.BYTES + bodyLength;
    }

    List<Commit> commits() {
        return commits;
    }

    boolean isWritten() {
        return written;
    }

    void markWritten() {
        written = true;
    }

    /** Gives up the writer's hold on the slab. */
    void release() {
        slab.release();
    }
}
