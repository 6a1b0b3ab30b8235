package io.oxbow.s3stream.memory;

import io.oxbow.s3stream.memory.MemoryBudget.Waiter;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * One client's part of a {@link MemoryBudget}. It leaves as much of the budget free as it holds
 * itself, a sixteenth of the budget at most.
 *
 * <p>So a client that holds little finds room however many others take what they can get: n of them
 * leave about an n-th of the budget, or a sixteenth if that is less, and one alone may have the
 * rest. Thread-safe; no lock.
 */
public final class FairShare {

    /** Divisor of the budget: the quotient is all that a share has to leave free. */
    private static final int LEFT = 16;

    private final MemoryBudget whole;
    private final long leftMax;
    private final AtomicLong used = new AtomicLong();
    private final AtomicReference<@Nullable Waiter> waiter = new AtomicReference<>();

    FairShare(MemoryBudget whole) {
        this.whole = whole;
        leftMax = whole.bytesMax() / LEFT;
    }

    /** Returns the most that any one share of a budget can hold. */
    public static long bytesMax(MemoryBudget whole) {
        return whole.bytesMax() - whole.bytesMax() / LEFT;
    }

    /** Reserves all of {@code bytes}, or refuses and reserves nothing. */
    public boolean tryReserve(long bytes) {
        return tryReserve(bytes, 0);
    }

    /**
     * Reserves all of {@code bytes}, or refuses and reserves nothing.
     *
     * @param leaves bytes of the budget that have to stay free at least
     */
    public boolean tryReserve(long bytes, long leaves) {
        if (whole.tryReserve(bytes, Math.max(leaves, left(used.addAndGet(bytes))))) {
            return true;
        }
        used.addAndGet(-bytes);
        return false;
    }

    private long left(long held) {
        return Math.min(held, leftMax);
    }

    /** Counts bytes that are held already, even beyond the maximum. */
    public void reserveBeyond(long bytes) {
        used.addAndGet(bytes);
        whole.reserveBeyond(bytes);
    }

    /** Gives reserved bytes back, and runs waiting retries for which there is room now. */
    public void release(long bytes) {
        long held = used.addAndGet(-bytes);
        if (held < 0) {
            throw new IllegalStateException("released more than was reserved: " + held);
        }
        whole.release(bytes);
        Waiter waits = waiter.get();
        if (waits != null && whole.forget(waits)) {
            // Holding less, it has less to leave free.
            whenRoom(waits.bytes(), waits.leaves(), waits.retry());
        }
    }

    /**
     * Runs {@code retry} once, when there is room for {@code bytes} and for those who need less, or
     * at once if there is. It runs on the releasing thread, so it must not block; it may find the
     * room taken again. A share waits for one thing at a time: what it waited for before is
     * forgotten.
     */
    public void whenRoom(long bytes, Runnable retry) {
        whenRoom(bytes, 0, retry);
    }

    /**
     * As {@link #whenRoom(long, Runnable)}.
     *
     * @param leaves bytes of the budget that have to stay free at least
     */
    public void whenRoom(long bytes, long leaves, Runnable retry) {
        long needs = bytes + Math.max(leaves, left(used.get() + bytes));
        Waiter next = whole.waiter(needs, bytes, leaves, retry);
        forget(waiter.getAndSet(next));
        whole.await(next);
    }

    /** Ends the wait for room, if there is one. */
    public void stopWaiting() {
        forget(waiter.getAndSet(null));
    }

    private void forget(@Nullable Waiter before) {
        if (before != null) {
            whole.forget(before);
        }
    }

    /** Returns the bytes that could be reserved now; negative when others hold too much. */
    public long roomBytes() {
        long room = whole.roomBytes();
        // Either all of the largest part is left free, or as much as is held then.
        return Math.max(room - leftMax, Math.min((room - used.get()) / 2, leftMax - used.get()));
    }

    /** Returns true if not a single byte more finds room. */
    public boolean isFull() {
        return roomBytes() <= 0;
    }

    /** Returns true if less than a quarter of the whole budget is left. */
    public boolean isScarce() {
        return whole.isScarce();
    }

    public long usedBytes() {
        return used.get();
    }
}
