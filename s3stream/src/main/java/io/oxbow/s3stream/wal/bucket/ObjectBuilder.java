package io.oxbow.s3stream.wal.bucket;

import io.oxbow.s3stream.Commit;
import io.oxbow.s3stream.wal.LogGate;
import io.oxbow.s3stream.wal.Slab;
import io.oxbow.s3stream.wal.SlabPool;
import io.oxbow.s3stream.wal.WriteAheadLog;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.Condition;
import org.jspecify.annotations.Nullable;

/**
 * The appenders' side of a running log: gives each record its place, in the object that is being
 * built and in the current slab. Guarded by the {@link LogGate}.
 */
final class ObjectBuilder {

    private final LogGate gate;
    private final SlabPool pool;
    private final LogSpace space;
    private final int sealBytes;
    private final Condition slabRenewed;
    private final Deque<WalObject> closed = new ArrayDeque<>();
    private WalKey nextKey;
    private @Nullable WalObject building;
    private @Nullable Slab slab;
    private int slabOffset;
    private boolean renewingSlab;
    private volatile long appendedLsn;

    ObjectBuilder(LogGate gate, SlabPool pool, LogSpace space, int sealBytes, WalKey first) {
        this.gate = gate;
        this.pool = pool;
        this.space = space;
        this.sealBytes = sealBytes;
        this.slabRenewed = gate.newCondition();
        this.nextKey = first;
        this.appendedLsn = WalPosition.startOf(first.seq());
    }

    /** Waits until there is memory and space for a frame of that size. */
    void awaitRoom(int frameBytes) throws InterruptedException {
        while (true) {
            gate.throwIfEnded();
            if (!hasMemory(frameBytes)) {
                renewSlab(frameBytes);
            } else if (!hasRoom(frameBytes)) {
                space.awaitTrim();
            } else {
                return;
            }
        }
    }

    /** Whether there is memory and space for a frame of that size. */
    boolean hasRoom(int frameBytes) {
        return hasMemory(frameBytes) && space.has(frameBytes + ObjectHeader.BYTES);
    }

    private boolean hasMemory(int frameBytes) {
        Slab current = slab;
        return current != null && current.memory().capacity() - slabOffset >= frameBytes;
    }

    /** The object that takes the next frame, for which there is room. */
    WalObject objectFor(int frameBytes) {
        WalObject object = building;
        if (object != null && object.takes(frameBytes, sealBytes)) {
            return object;
        }
        closeObject();
        var opened = new WalObject(nextKey);
        space.opened(nextKey.seq());
        nextKey = nextKey.next();
        building = opened;
        return opened;
    }

    WriteAheadLog.Entry add(WalObject object, int frameBytes, Commit commit) {
        Slab current = java.util.Objects.requireNonNull(slab);
        WriteAheadLog.Entry entry = object.add(current, slabOffset, frameBytes, commit);
        slabOffset += frameBytes;
        space.appended(frameBytes);
        appendedLsn = entry.endLsn();
        return entry;
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
                releaseSlab();
                slab = fresh;
                slabOffset = 0;
            }
        }
    }

    /** Takes no more records into the object that is being built, if there is one. */
    void closeObject() {
        WalObject object = building;
        if (object != null) {
            building = null;
            closed.add(object);
        }
    }

    /** The oldest closed object, null if there is none. */
    @Nullable WalObject pollClosed() {
        return closed.poll();
    }

    boolean hasClosed() {
        return !closed.isEmpty();
    }

    /** Bytes of the object that is being built, 0 if there is none. */
    int buildingBytes() {
        WalObject object = building;
        return object == null ? 0 : object.bodyBytes();
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
