package io.oxbow.s3stream.tail;

import io.oxbow.s3stream.commit.Health;
import io.oxbow.s3stream.wal.Slab;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Bounds the slabs that the tails keep. Beyond the bound the oldest slab's appends are
 * <em>spilled</em>: they let go of the slab's bytes and are read back from the write-ahead log.
 * Slabs are given back whole, so that is done slab by slab, and not to one that an upload or the
 * log itself still works on: it would free nothing.
 *
 * <p>Thread-safe. One thread of this class's own ({@link #run}) spills. Its lock is never held
 * while a tail's monitor is taken; the other way round is usual.
 */
public final class TailMemory {

    private static final Logger LOG = LoggerFactory.getLogger(TailMemory.class);

    private final long bytesMax;
    private final long readBytesMax;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    /** Bytes of slabs that readers hold, whether the tails do or not. */
    private final AtomicLong readBytes = new AtomicLong();

    private final AtomicLong spilledAppends = new AtomicLong();

    /* All below is guarded by the lock. */
    private final ArrayDeque<TailSlab> slabs = new ArrayDeque<>();
    private long bytes;
    private boolean stopped;

    /** True when there is more than the bound; read without the lock as a hint. */
    private volatile boolean excess;

    /**
     * @param bytesMax of slabs that tails keep
     * @param readBytesMax of slabs that readers may hold; beyond, they get copies
     */
    public TailMemory(long bytesMax, long readBytesMax) {
        this.bytesMax = bytesMax;
        this.readBytesMax = readBytesMax;
    }

    /** Notes that {@code entry} lies in {@code slab}; called in the LSN order of each volume. */
    public TailSlab place(TailEntry entry, Slab slab) {
        lock.lock();
        try {
            TailSlab found = find(slab);
            if (found == null) {
                found = new TailSlab(slab);
                slabs.add(found);
                bytes += found.sizeInBytes();
                excess = bytes > bytesMax;
            }
            found.add(entry);
            if (excess && found.isSpillable()) {
                changed.signalAll();
            }
            return found;
        } finally {
            lock.unlock();
        }
    }

    private @Nullable TailSlab find(Slab slab) {
        for (Iterator<TailSlab> each = slabs.descendingIterator(); each.hasNext(); ) {
            TailSlab candidate = each.next();
            if (candidate.slab() == slab) {
                return candidate;
            }
        }
        return null;
    }

    /**
     * Notes that one of the slab's appends is not read from the slab any more, and has released it.
     */
    public void left(TailSlab slab) {
        if (slab.leave()) {
            retire(slab);
        }
    }

    private void retire(TailSlab slab) {
        lock.lock();
        try {
            if (slab.isEmpty() && slabs.remove(slab)) {
                forget(slab);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Ends an upload's hold on the slab. */
    public void endUpload(TailSlab slab) {
        slab.endUpload();
        if (excess) {
            wake();
        }
    }

    /**
     * Takes a reader's hold on a slab, or returns false when readers hold too many: a slow reader
     * must not starve the log.
     */
    boolean tryBeginRead(TailSlab slab) {
        if (readBytes.get() >= readBytesMax) {
            return false;
        }
        if (slab.beginRead()) {
            readBytes.addAndGet(slab.sizeInBytes());
        }
        return true;
    }

    void endRead(TailSlab slab) {
        long size = slab.sizeInBytes();
        if (slab.endRead()) {
            readBytes.addAndGet(-size);
        }
    }

    /** Returns the bytes of slabs that the tails keep. */
    public long bytes() {
        lock.lock();
        try {
            return bytes;
        } finally {
            lock.unlock();
        }
    }

    /** Returns the bytes of slabs that readers hold. */
    public long readBytes() {
        return readBytes.get();
    }

    /** Returns the number of appends spilled so far. */
    public long spilledAppends() {
        return spilledAppends.get();
    }

    /** Spills slabs until stopped; runs on a thread of its own. */
    public void run(Health health) {
        try {
            for (TailSlab oldest = awaitExcess(); oldest != null; oldest = awaitExcess()) {
                spill(oldest);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Throwable e) {
            health.failUnexpectedly("letting go of memory", e);
            throw e;
        }
    }

    public void stop() {
        lock.lock();
        try {
            stopped = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits for an excess, and takes the oldest slab that is worth spilling off the list; null at
     * the end.
     */
    private @Nullable TailSlab awaitExcess() throws InterruptedException {
        lock.lock();
        try {
            while (!stopped) {
                if (bytes > bytesMax) {
                    for (TailSlab slab : slabs) {
                        if (slab.isSpillable()) {
                            slabs.remove(slab);
                            forget(slab);
                            return slab;
                        }
                    }
                }
                changed.await();
            }
            return null;
        } finally {
            lock.unlock();
        }
    }

    private void spill(TailSlab slab) {
        int spilled = 0;
        for (TailEntry entry : slab.entries()) { // nobody adds to it any more
            if (entry.tail().spill(entry)) {
                spilled++;
            }
        }
        spilledAppends.addAndGet(spilled);
        LOG.debug("{} appends are in the write-ahead log alone", spilled);
    }

    private void forget(TailSlab slab) {
        bytes -= slab.sizeInBytes();
        excess = bytes > bytesMax;
    }

    private void wake() {
        lock.lock();
        try {
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
