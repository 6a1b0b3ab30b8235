package io.oxbow.s3stream.wal.file;

import io.oxbow.s3stream.wal.LogState;
import io.oxbow.s3stream.wal.disk.AlignedMemory;
import io.oxbow.s3stream.wal.disk.WalDisk;
import java.io.IOException;
import java.util.concurrent.locks.Condition;

/**
 * Space of the ring in which the log may write: up to the reserved LSN of the durable header. Since
 * that is never more than a ring's length above the trim LSN in the same header, a block is reused
 * only after the header that gives it up is durable.
 *
 * <p>Guarded by the {@link LogState}. {@link #run()} is the thread that writes headers, ahead of
 * need and in large steps.
 */
public final class RingSpace {

    private static final long STEP_BYTES_MAX = 64L << 20;

    private final LogState gate;
    private final VolumeHeaders headers;
    private final WriteWatchdog watchdog;
    private final WritePace pace;
    private final long nodeEpoch;
    private final long stepBytes;
    private final BatchMarks marks = new BatchMarks();
    private final Condition headerDue;
    private final Condition freed;
    private long reservedLsn;
    private long trimLsn;
    private long wantedTrimLsn;
    private long highestLsn;
    private long neededLsn;
    private int blocked;

    /** Makes the first header durable, which gives up everything below the log's first LSN. */
    RingSpace(
            LogState gate,
            VolumeHeaders headers,
            WriteWatchdog watchdog,
            WritePace pace,
            LogStart beginning)
            throws IOException {
        this.gate = gate;
        this.headers = headers;
        this.watchdog = watchdog;
        this.pace = pace;
        this.nodeEpoch = beginning.nodeEpoch();
        long firstLsn = beginning.firstLsn();
        this.stepBytes = AlignedMemory.roundDown(Math.min(STEP_BYTES_MAX, headers.ringBytes() / 4));
        this.headerDue = gate.newCondition();
        this.freed = gate.newCondition();
        this.trimLsn = firstLsn;
        this.highestLsn = firstLsn;
        this.reservedLsn = firstLsn + stepBytes;
        headers.write(headers.newest().next(nodeEpoch, trimLsn, reservedLsn));
    }

    /** Returns whether the log may write up to {@code endLsn}. Lock held. */
    public boolean has(long endLsn) {
        if (endLsn > reservedLsn) {
            return false;
        }
        highestLsn = Math.max(highestLsn, endLsn);
        if (isHeaderDue()) {
            headerDue.signal();
        }
        return true;
    }

    /** Waits for a change after which {@link #has} may be true. Lock held. */
    public void await(long endLsn) throws InterruptedException {
        neededLsn = Math.max(neededLsn, endLsn);
        blocked++;
        try {
            if (isHeaderDue()) {
                headerDue.signal();
            }
            freed.await();
        } finally {
            blocked--;
        }
    }

    /** Notes the place of a batch that takes no more records. Lock held. */
    void batchClosed(WriteBatch batch) {
        marks.add(batch.startLsn(), batch.framesEndLsn());
    }

    /** Gives up the batches that lie wholly below {@code lsn}. Lock held. */
    public void trim(long lsn, long durableLsn, long nextLsn) {
        wantedTrimLsn = Math.max(wantedTrimLsn, lsn);
        trimLsn = marks.trim(wantedTrimLsn, durableLsn, nextLsn);
        if (isHeaderDue()) {
            headerDue.signal();
        }
    }

    /** Returns the trim LSN; lock held. */
    public long trimLsn() {
        return trimLsn;
    }

    /** Writes headers until the log ends. */
    public void run() throws IOException, InterruptedException {
        gate.lock();
        try {
            while (gate.failure() == null && !gate.isClosing()) {
                if (!isHeaderDue()) {
                    headerDue.await();
                    continue;
                }
                HeaderSlot header = headers.newest().next(nodeEpoch, trimLsn, targetLsn());
                gate.unlock();
                try {
                    write(header);
                } finally {
                    gate.lock();
                }
                reservedLsn = header.reservedLsn();
                freed.signalAll();
            }
        } finally {
            gate.unlock();
        }
    }

    /** Writes the last header of a clean close: nothing will be written at or above {@code lsn}. */
    public void close(long lsn) throws IOException {
        trimLsn = marks.trim(wantedTrimLsn, lsn, lsn);
        write(headers.newest().next(nodeEpoch, trimLsn, lsn));
    }

    private void write(HeaderSlot header) throws IOException {
        gate.lock();
        pace.take(WalDisk.BLOCK_BYTES);
        gate.unlock();
        var write = watchdog.started();
        try {
            headers.write(header);
        } finally {
            watchdog.ended(write);
        }
    }

    private boolean isHeaderDue() {
        long gain = targetLsn() - reservedLsn;
        return gain > 0
                && (blocked > 0
                        || (reservedLsn - highestLsn < stepBytes / 2 && gain >= stepBytes / 4));
    }

    private long targetLsn() {
        return Math.min(Math.max(highestLsn + stepBytes, neededLsn), trimLsn + headers.ringBytes());
    }
}
