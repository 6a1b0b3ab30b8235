package io.oxbow.s3stream.tail;

import io.oxbow.s3stream.wal.Slab;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Slab as the tails know it: the appends in it that are still read from it. Each of those holds a
 * reference to the slab, given by the write-ahead log; so do readers and uploads while they use its
 * bytes.
 *
 * <p>The counts may be changed by any thread; the entries and what is decided from the counts are
 * guarded by {@link TailMemory}.
 */
public final class TailSlab implements TailEntry.Source {

    private final Slab slab;
    private final List<TailEntry> entries = new ArrayList<>();
    private final AtomicInteger resident = new AtomicInteger();
    private final AtomicInteger uploads = new AtomicInteger();
    private final AtomicInteger readers = new AtomicInteger();

    TailSlab(Slab slab) {
        this.slab = slab;
    }

    public Slab slab() {
        return slab;
    }

    @Override
    public ByteBuffer frame(TailEntry entry) {
        return entry.frameIn(slab);
    }

    /** Returns the bytes of memory that the slab takes, however little of it is used. */
    public long sizeInBytes() {
        return slab.memory().capacity();
    }

    /** Guarded by {@link TailMemory}. */
    public void add(TailEntry entry) {
        entries.add(entry);
        resident.incrementAndGet();
    }

    /** Guarded by {@link TailMemory}. */
    public List<TailEntry> entries() {
        return entries;
    }

    public boolean isEmpty() {
        return resident.get() == 0;
    }

    /**
     * Counts an append that is not read from the slab any more; returns whether it was the last.
     */
    public boolean leave() {
        return resident.decrementAndGet() == 0;
    }

    /** Returns true when giving up what lies in it would free it: nothing is under way from it. */
    boolean isSpillable() {
        return !slab.hasIncompleteRecords() && uploads.get() == 0;
    }

    public void beginUpload() {
        slab.retain();
        uploads.incrementAndGet();
    }

    public void endUpload() {
        uploads.decrementAndGet();
        slab.release();
    }

    /** Takes a reader's hold; returns whether it is the only one. */
    boolean beginRead() {
        slab.retain();
        return readers.getAndIncrement() == 0;
    }

    /** Ends a reader's hold; returns whether it was the last. */
    boolean endRead() {
        boolean last = readers.decrementAndGet() == 0;
        slab.release();
        return last;
    }
}
