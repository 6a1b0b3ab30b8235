package io.oxbow.s3stream.tail;

import io.oxbow.s3stream.FencedException;
import io.oxbow.s3stream.S3StreamException;
import io.oxbow.s3stream.commit.Health;
import io.oxbow.s3stream.wal.WalEntry;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The appends of one stream that are not in data objects yet, in offset order and without gaps.
 * Each is in memory or, spilled, in the write-ahead log alone. One appender, the write-ahead log's
 * completion thread, the uploader and any number of readers meet under its monitor, which is never
 * held over I/O.
 *
 * <pre>
 *   firstOffset ≤ durableEndOffset ≤ nextOffset
 *   entries below durableEndOffset are durable and visible
 * </pre>
 */
public final class Tail {

    private static final int FIRST_RING = 16;

    private final Ownership ownership;
    private final Health health;
    private final TailMemory memory;
    private final Completion completion;
    private TailEntry[] ring = new TailEntry[FIRST_RING];
    private int head;
    private int size;
    private boolean refusing;

    private volatile long nextOffset;
    private volatile long durableEndOffset;

    /** Learns of each append that the write-ahead log has completed. */
    @FunctionalInterface
    public interface Completion {
        void completed(TailEntry entry, WalEntry where, @Nullable S3StreamException failure);
    }

    /** An empty tail at the committed end of the stream. */
    public Tail(Ownership ownership, Health health, TailMemory memory, Completion completion) {
        this.ownership = ownership;
        this.nextOffset = ownership.committedEndOffset();
        this.durableEndOffset = ownership.committedEndOffset();
        this.health = health;
        this.memory = memory;
        this.completion = completion;
    }

    public Ownership ownership() {
        return ownership;
    }

    /** The stream is not this node's any more: no append is let in or acked from now on. */
    public void lost(String why) {
        ownership.end(why);
        refuse();
    }

    Completion completion() {
        return completion;
    }

    public long nextOffset() {
        return nextOffset;
    }

    public long durableEndOffset() {
        return durableEndOffset;
    }

    /** Returns the payload bytes of the entries from {@code offset} on. */
    public synchronized long bytesFrom(long offset) {
        long bytes = 0;
        for (int i = size - 1; i >= 0 && at(i).baseOffset() >= offset; i--) {
            bytes += at(i).payloadBytes();
        }
        return bytes;
    }

    /** Refuses appends from now on; returns whether appends were let in until now. */
    public synchronized boolean refuse() {
        boolean admitted = !refusing;
        refusing = true;
        return admitted;
    }

    /** Lets appends in again. */
    public synchronized void admit() {
        refusing = false;
    }

    public synchronized boolean isRefusing() {
        return refusing;
    }

    /** Takes the next offsets for an append that is about to enter the write-ahead log. */
    public synchronized void reserve(TailEntry entry) {
        if (refusing) {
            throw new FencedException("the stream is closed");
        }
        if (entry.baseOffset() != nextOffset) {
            throw new IllegalStateException(
                    "append at %d, expected %d".formatted(entry.baseOffset(), nextOffset));
        }
        if (size == ring.length) {
            grow();
        }
        ring[(head + size) & (ring.length - 1)] = entry;
        size++;
        nextOffset = entry.nextOffset();
    }

    /** Takes the last reservation back, since the write-ahead log did not take the append. */
    public synchronized void cancel(TailEntry entry) {
        if (size == 0 || at(size - 1) != entry) {
            throw new IllegalStateException("append at %d is not the last".formatted(nextOffset));
        }
        size--;
        clear((head + size) & (ring.length - 1));
        nextOffset = entry.baseOffset();
    }

    /**
     * Notes where the write-ahead log has put the append, which gets the place's reference to the
     * slab.
     *
     * @param durable false when the outcome is unknown: the append stays invisible
     */
    public synchronized void complete(TailEntry entry, WalEntry where, boolean durable) {
        if (entry.isGone()) {
            where.slab().release();
        } else {
            entry.place(where, memory);
        }
        if (durable && !health.failed()) {
            durableEndOffset = entry.nextOffset();
        }
    }

    /**
     * Finds the durable appends from the one that holds {@code offset}, at least one, up to about
     * {@code bytesMax}. All are where the first is: in memory, or in the log alone.
     */
    public synchronized ReadPlan plan(long offset, long bytesMax) {
        int first = indexOf(offset);
        if (first < 0 || offset >= durableEndOffset) {
            return new ReadPlan.FromExtents();
        }
        boolean spilled = at(first).slab() == null;
        List<TailEntry> entries = new ArrayList<>();
        long bytes = 0;
        for (int i = first; i < size; i++) {
            TailEntry entry = at(i);
            boolean tooMuch = !entries.isEmpty() && bytes + entry.payloadBytes() > bytesMax;
            if (entry.nextOffset() > durableEndOffset
                    || tooMuch
                    || (entry.slab() == null) != spilled) {
                break;
            }
            entries.add(entry);
            bytes += entry.payloadBytes();
        }
        return spilled
                ? new ReadPlan.FromLog(entries)
                : new ReadPlan.FromMemory(TailView.of(entries, offset, memory));
    }

    /**
     * Holds the entry's slab for an upload.
     *
     * @return null when the entry is not in memory
     */
    public synchronized @Nullable TailSlab beginUpload(TailEntry entry) {
        TailSlab slab = entry.slab();
        if (slab != null) {
            slab.beginUpload();
        }
        return slab;
    }

    /**
     * Drops the entry's bytes from memory, and leaves them to the write-ahead log; false if the
     * entry is not needed any more.
     */
    synchronized boolean spill(TailEntry entry) {
        return leaveMemory(entry) && !entry.isGone();
    }

    /** Returns true while the entry is needed: not in data objects, as far as the tail knows. */
    synchronized boolean holds(TailEntry entry) {
        return !entry.isGone();
    }

    private boolean leaveMemory(TailEntry entry) {
        TailSlab slab = entry.leaveSlab();
        if (slab == null) {
            return false;
        }
        slab.slab().release();
        memory.left(slab);
        return true;
    }

    /** Returns the first durable append with a record at or after the time; null if none. */
    public synchronized @Nullable TailEntry firstAtOrAfter(long timestampMillis) {
        for (int i = 0; i < size && at(i).nextOffset() <= durableEndOffset; i++) {
            if (at(i).maxTimestamp() >= timestampMillis) {
                return at(i);
            }
        }
        return null;
    }

    /**
     * Returns the durable append with the greatest timestamp, the first of equals; null if none.
     */
    public synchronized @Nullable TailEntry newest() {
        TailEntry newest = null;
        for (int i = 0; i < size && at(i).nextOffset() <= durableEndOffset; i++) {
            if (newest == null || at(i).maxTimestamp() > newest.maxTimestamp()) {
                newest = at(i);
            }
        }
        return newest;
    }

    /** Drops the entries below {@code endOffset}. */
    public synchronized void releaseBelow(long endOffset) {
        while (size > 0 && at(0).nextOffset() <= endOffset) {
            TailEntry entry = at(0);
            entry.markGone();
            leaveMemory(entry);
            clear(head);
            head = (head + 1) & (ring.length - 1);
            size--;
        }
        if (size == 0 && ring.length > FIRST_RING) {
            ring = new TailEntry[FIRST_RING];
            head = 0;
        }
    }

    private TailEntry at(int i) {
        return ring[(head + i) & (ring.length - 1)];
    }

    /** Returns the index in the ring of the entry that holds {@code offset}, or -1. */
    private int indexOf(long offset) {
        if (size == 0 || offset < at(0).baseOffset()) {
            return -1;
        }
        int low = 0;
        int high = size - 1;
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            if (at(middle).baseOffset() <= offset) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return low;
    }

    private void grow() {
        TailEntry[] larger = new TailEntry[ring.length * 2];
        for (int i = 0; i < size; i++) {
            larger[i] = at(i);
        }
        ring = larger;
        head = 0;
    }

    @SuppressWarnings("NullAway") // slots outside [head, head + size) are never read
    private void clear(int slot) {
        ring[slot] = null;
    }
}
