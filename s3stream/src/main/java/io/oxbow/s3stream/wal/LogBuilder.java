package io.oxbow.s3stream.wal;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import java.util.concurrent.locks.Condition;
import org.jspecify.annotations.Nullable;

/**
 * The appenders' side of a running log: gives each record its place, in the batch that is being
 * built and in the current slab. Guarded by the {@link LogState}.
 */
public abstract class LogBuilder<B extends LogBatch> {

    protected final LogState gate;
    private final SlabPool pool;
    private final Condition slabRenewed;
    private final Deque<B> closed = new ArrayDeque<>();
    private @Nullable B building;
    private @Nullable Slab slab;
    private int slabOffset;
    private boolean renewingSlab;
    private volatile long appendedLsn;

    protected LogBuilder(LogState gate, SlabPool pool, long firstLsn) {
        this.gate = gate;
        this.pool = pool;
        this.slabRenewed = gate.newCondition();
        this.appendedLsn = firstLsn;
    }

    /** Returns the batch that has room for a frame; waits for space and memory. */
    public abstract B batchFor(int frameBytes) throws InterruptedException;

    /** Returns the batch that has room for a frame, or null when space or memory is missing. */
    public abstract @Nullable B batchAtHand(int frameBytes);

    /** Gives a frame its place in a batch that has room for it. */
    public final WalEntry add(B batch, int frameBytes, AppendCompletion completion) {
        WalEntry entry = place(batch, frameBytes, completion);
        appendedLsn = entry.endLsn();
        return entry;
    }

    protected abstract WalEntry place(B batch, int frameBytes, AppendCompletion completion);

    // ---- memory

    /** The slab that takes the next frame; there must be one. */
    protected final Slab slab() {
        return Objects.requireNonNull(slab);
    }

    /** The place of the next frame in the slab. */
    protected final int slabOffset() {
        return slabOffset;
    }

    /** Bytes that are free in the slab, 0 if there is none. */
    protected final int slabRoom() {
        Slab current = slab;
        return current == null ? 0 : current.memory().capacity() - slabOffset;
    }

    protected final void useSlab(int bytes) {
        slabOffset += bytes;
    }

    /**
     * Gets a new slab, for one appender at a time; the others use the room of the old one
     * meanwhile.
     */
    protected final void renewSlab(int bytes) throws InterruptedException {
        if (renewingSlab) {
            slabRenewed.await();
            return;
        }
        renewingSlab = true;
        Slab fresh = null;
        gate.unlock();
        try {
            fresh = pool.acquire(bytes);
        } finally {
            gate.lock();
            renewingSlab = false;
            slabRenewed.signalAll();
            if (fresh != null) {
                slabEnds();
                releaseSlab();
                slab = fresh;
                slabOffset = 0;
            }
        }
    }

    /** The slab gives way to a fresh one. */
    protected void slabEnds() {}

    /** Lets go of the slab at the end of the log. */
    public final void releaseSlab() {
        Slab old = slab;
        slab = null;
        if (old != null) {
            old.release();
        }
    }

    // ---- batches

    /** The batch that is being built, null if there is none. */
    protected final @Nullable B building() {
        return building;
    }

    /** Starts a batch; the one before is closed. */
    protected final B opened(B batch) {
        building = batch;
        return batch;
    }

    /** Closes the batch that is being built, if there is one: it takes no more records. */
    public final void closeBatch() {
        B batch = building;
        if (batch != null) {
            building = null;
            closed.add(batch);
            closed(batch);
        }
    }

    /** A batch takes no more records. */
    protected void closed(B batch) {}

    /** The oldest closed batch, which stays; null if there is none. */
    protected final @Nullable B peekClosed() {
        return closed.peek();
    }

    /** Returns the oldest closed batch, null if there is none. */
    public final @Nullable B pollClosed() {
        return closed.poll();
    }

    public final boolean hasClosed() {
        return !closed.isEmpty();
    }

    /** Returns the bytes of the batch that is being built, 0 if there is none. */
    public final int buildingBytes() {
        B batch = building;
        return batch == null ? 0 : batch.length();
    }

    /** True when every batch was taken to be written. */
    public final boolean isDrained() {
        return closed.isEmpty() && buildingBytes() == 0;
    }

    /** Returns the LSN after the last record; for any thread. */
    public final long appendedLsn() {
        return appendedLsn;
    }
}
