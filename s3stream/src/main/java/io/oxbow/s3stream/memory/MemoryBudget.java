package io.oxbow.s3stream.memory;

import java.util.Iterator;
import java.util.SortedSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Budget, in bytes, for memory that clients make the process hold. A {@linkplain #share share} has
 * a maximum of its own and counts against its whole, too; one client's part is a {@link FairShare}.
 *
 * <p>Reservations never block: one that finds no room is refused, and {@link #whenRoom} tells when
 * to try again, first those who need the least room. What is held already is counted by {@link
 * #reserveBeyond}, whatever the maximum. Thread-safe; one atomic addition per level.
 */
public final class MemoryBudget {

    private final @Nullable MemoryBudget whole;
    private final long bytesMax;
    private final AtomicLong used = new AtomicLong();
    private final AtomicLong refusals = new AtomicLong();
    private final SortedSet<Waiter> waiting = new ConcurrentSkipListSet<>();
    private final AtomicLong lastNumber = new AtomicLong();

    /**
     * Somebody who waits for room.
     *
     * @param needs room that there has to be
     * @param bytes that are wanted of it
     * @param leaves bytes that are to stay free at least
     */
    record Waiter(long needs, long number, long bytes, long leaves, Runnable retry)
            implements Comparable<Waiter> {
        @Override
        public int compareTo(Waiter other) {
            int byNeed = Long.compare(needs, other.needs);
            return byNeed != 0 ? byNeed : Long.compare(number, other.number);
        }
    }

    /**
     * @param bytesMax at least 1
     */
    public MemoryBudget(long bytesMax) {
        this(null, bytesMax);
    }

    private MemoryBudget(@Nullable MemoryBudget whole, long bytesMax) {
        if (bytesMax < 1) {
            throw new IllegalArgumentException("bytesMax %d: at least 1".formatted(bytesMax));
        }
        this.whole = whole;
        this.bytesMax = bytesMax;
    }

    /** Returns a budget without a maximum, which only counts. */
    public static MemoryBudget unbounded() {
        return new MemoryBudget(Long.MAX_VALUE);
    }

    /** Returns a share of this budget, bounded by its own maximum and by this budget's. */
    public MemoryBudget share(long maximum) {
        return new MemoryBudget(this, maximum);
    }

    /** Returns the part of one client, which leaves room for others. */
    public FairShare fairShare() {
        return new FairShare(this);
    }

    /** Reserves all of {@code bytes}, or refuses and reserves nothing. */
    public boolean tryReserve(long bytes) {
        return tryReserve(bytes, 0);
    }

    /** Reserves all of {@code bytes} if {@code left} stay free beside them, or nothing. */
    boolean tryReserve(long bytes, long left) {
        if (!tryAdd(bytes, left)) {
            return false;
        }
        if (whole == null || whole.tryReserve(bytes)) {
            return true;
        }
        refusals.incrementAndGet();
        give(bytes);
        return false;
    }

    private boolean tryAdd(long bytes, long left) {
        while (true) {
            long before = used.get();
            if (bytes > bytesMax - before - left) {
                refusals.incrementAndGet();
                return false;
            }
            if (used.compareAndSet(before, before + bytes)) {
                return true;
            }
        }
    }

    /**
     * Counts bytes that are held already, even beyond the maximum; {@link #isFull} tells that no
     * more should come.
     */
    public void reserveBeyond(long bytes) {
        used.addAndGet(bytes);
        if (whole != null) {
            whole.reserveBeyond(bytes);
        }
    }

    /** Gives reserved bytes back, and runs waiting retries for which there is room now. */
    public void release(long bytes) {
        give(bytes);
        if (whole != null) {
            whole.release(bytes);
        }
    }

    private void give(long bytes) {
        long left = used.addAndGet(-bytes);
        if (left < 0) {
            throw new IllegalStateException("released more than was reserved: " + left);
        }
        if (!waiting.isEmpty()) {
            wake();
        }
    }

    private void wake() {
        // As many as the room is for; whoever queues up again waits for the next release.
        long room = roomBytes();
        for (Waiter next = least(); next != null && next.needs <= room; next = least()) {
            if (waiting.remove(next)) {
                room -= next.bytes;
                next.retry.run();
            }
        }
    }

    private @Nullable Waiter least() {
        Iterator<Waiter> sorted = waiting.iterator();
        return sorted.hasNext() ? sorted.next() : null;
    }

    /**
     * Runs {@code retry} once, when there is room for {@code bytes} and for those who need less, or
     * at once if there is. It runs on the releasing thread, so it must not block; it may find the
     * room taken again.
     */
    public void whenRoom(long bytes, Runnable retry) {
        if (whole != null && bytes <= bytesMax - used.get()) {
            whole.whenRoom(bytes, retry);
            return;
        }
        await(waiter(bytes, bytes, 0, retry));
    }

    /**
     * Returns a waiter for {@code bytes} who has to find the room that it needs, or all there is.
     */
    Waiter waiter(long needs, long bytes, long leaves, Runnable retry) {
        long number = lastNumber.incrementAndGet();
        return new Waiter(Math.min(needs, bytesMax), number, bytes, leaves, retry);
    }

    void await(Waiter waiter) {
        waiting.add(waiter);
        if (waiter.needs <= roomBytes() && waiting.remove(waiter)) {
            waiter.retry.run();
        }
    }

    /** Forgets a waiter; false if its retry has run or was forgotten before. */
    boolean forget(Waiter waiter) {
        return waiting.remove(waiter);
    }

    /** Returns the number of retries that wait for room. */
    public int waiting() {
        return waiting.size();
    }

    /** Returns true if anybody waits for room. */
    public boolean isWaitedFor() {
        return !waiting.isEmpty();
    }

    /** Returns true if less than a quarter is left. */
    public boolean isScarce() {
        return roomBytes() < bytesMax / 4;
    }

    /** Returns whether not a single byte more finds room, here or in the whole. */
    public boolean isFull() {
        return roomBytes() <= 0;
    }

    /**
     * Returns the bytes that could be reserved now; negative when more are held than the maximum.
     */
    public long roomBytes() {
        long room = bytesMax - used.get();
        return whole == null ? room : Math.min(room, whole.roomBytes());
    }

    public long usedBytes() {
        return used.get();
    }

    public long bytesMax() {
        return bytesMax;
    }

    /** Returns the number of reservations refused so far. */
    public long refusals() {
        return refusals.get();
    }
}
