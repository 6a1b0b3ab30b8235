package io.oxbow.s3stream.wal;

import io.oxbow.s3stream.Commit;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import java.util.concurrent.locks.Condition;
import org.jspecify.annotations.Nullable;

/**
 * The appenders' side of a running log: gives each record its place, in the batch that is being
 * built in the current slab. Guarded by the {@link LogGate}.
 */
final class BatchBuilder {

    private final LogGate gate;
    private final SlabPool pool;
    private final int volume;
    private final RingSpace space;
    private final long ringBytes;
    private final int maxBatchBytes;
    private final Condition slabRenewed;
    private final Deque<WriteBatch> closed = new ArrayDeque<>();
    private @Nullable WriteBatch building;
    private @Nullable Slab slab;
    private int slabOffset;
    private boolean renewingSlab;
    private long nextLsn;
    private volatile long appendedLsn;

    BatchBuilder(LogGate gate, RingSpace space, WalConfig config, LogBeginning beginning) {
        this.gate = gate;
        this.pool = beginning.pool();
        this.volume = beginning.volume();
        this.space = space;
        this.ringBytes = config.capacityBytes() - VolumeLayout.RING_START;
        this.maxBatchBytes = config.maxBatchBytes();
        this.slabRenewed = gate.newCondition();
        this.nextLsn = beginning.firstLsn();
        this.appendedLsn = beginning.firstLsn();
    }

    /** The batch that has room for a frame; waits for space and memory. */
    WriteBatch batchFor(int frameBytes) throws InterruptedException {
        while (true) {
            gate.throwIfEnded();
            WriteBatch batch = building;
            if (batch != null && batch.fits(frameBytes)) {
                long endLsn = batch.endLsnWith(frameBytes);
                if (space.has(endLsn)) {
                    return batch;
                }
                space.await(endLsn);
            } else {
                openBatch(WriteBatch.lengthOf(frameBytes));
            }
        }
    }

    /** The batch that has room for a frame, or null when space or memory must be had first. */
    @Nullable WriteBatch batchAtHand(int frameBytes) {
        gate.throwIfEnded();
        WriteBatch batch = building;
        if (batch != null && batch.fits(frameBytes)) {
            return space.has(batch.endLsnWith(frameBytes)) ? batch : null;
        }
        closeBatch();
        int length = WriteBatch.lengthOf(frameBytes);
        boolean atHand =
                ringRoom() >= length && slabRoom() >= length && space.has(nextLsn + length);
        return atHand ? openHere(length) : null;
    }

    private long ringRoom() {
        return ringBytes - nextLsn % ringBytes;
    }

    private int slabRoom() {
        Slab current = slab;
        return current == null ? 0 : current.memory().capacity() - slabOffset;
    }

    /** A batch of at least {@code length}, for which slab and ring have room. */
    private WriteBatch openHere(int length) {
        int limit = Math.max(length, maxBatchBytes);
        var opened =
                WriteBatch.open(
                        Objects.requireNonNull(slab),
                        slabOffset,
                        nextLsn,
                        (int) Math.min(Math.min(limit, slabRoom()), ringRoom()));
        building = opened;
        return opened;
    }

    WriteAheadLog.Entry add(WriteBatch batch, int frameBytes, Commit commit) {
        WriteAheadLog.Entry entry = batch.add(volume, frameBytes, commit);
        appendedLsn = entry.endLsn();
        return entry;
    }

    /** Gets one step closer to a batch of at least {@code length}: slab, space, PAD, batch. */
    private void openBatch(int length) throws InterruptedException {
        closeBatch();
        long room = ringRoom();
        boolean pad = room < length;
        Slab current = slab;
        long endLsn = nextLsn + (pad ? room : length);
        if (current == null || slabRoom() < (pad ? WalDisk.BLOCK_BYTES : length)) {
            renewSlab(length);
        } else if (!space.has(endLsn)) {
            space.await(endLsn);
        } else if (pad) {
            building = WriteBatch.pad(current, slabOffset, nextLsn, (int) room);
            closeBatch();
        } else {
            openHere(length);
        }
    }

    /** One appender at a time gets a slab; meanwhile others use what room the old one has. */
    private void renewSlab(int bytes) throws InterruptedException {
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
                closeBatch();
                releaseSlab();
                slab = fresh;
                slabOffset = 0;
            }
        }
    }

    /** Takes no more records into the batch that is being built, if there is one. */
    void closeBatch() {
        WriteBatch batch = building;
        if (batch != null) {
            building = null;
            nextLsn = batch.endLsn();
            slabOffset += batch.diskBytes();
            closed.add(batch);
            space.batchClosed(batch);
        }
    }

    /** The oldest closed batch, null if there is none. */
    @Nullable WriteBatch pollClosed() {
        return closed.poll();
    }

    /** Bytes that writing the next batch takes as it is now. */
    int nextBytes() {
        WriteBatch next = closed.isEmpty() ? building : closed.peek();
        return next == null ? 0 : next.diskBytes();
    }

    boolean hasClosed() {
        return !closed.isEmpty();
    }

    /** Bytes of the batch that is being built, 0 if there is none. */
    int buildingBytes() {
        WriteBatch batch = building;
        return batch == null ? 0 : batch.length();
    }

    /** Where the next batch will start if the present one takes nothing more. */
    long nextLsn() {
        return nextLsn + buildingBytes();
    }

    /** Where the batch starts that is being built or comes next. */
    long buildingLsn() {
        return nextLsn;
    }

    /** Position after the last record; for any thread. */
    long appendedLsn() {
        return appendedLsn;
    }

    void releaseSlab() {
        Slab old = slab;
        slab = null;
        if (old != null) {
            old.release();
        }
    }
}
