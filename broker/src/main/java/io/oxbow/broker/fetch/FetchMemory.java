package io.oxbow.broker.fetch;

import io.oxbow.s3stream.memory.FairShare;

/**
 * Reservations of one fetch in the budget for replies. A read is granted a part of the room that is
 * left, so that replies become smaller as memory becomes short; without room nothing is read. Used
 * by one thread at a time.
 */
final class FetchMemory {

    /**
     * Divisor of the room that is left: one reply takes no more than the quotient, or {@link
     * #LEAST_BYTES}.
     */
    private static final int SHARE = 4;

    /** Least grant, in bytes; a batch that is greater waits for room of its own size. */
    private static final int LEAST_BYTES = 64 << 10;

    private final FairShare budget;
    private int leastBytes = LEAST_BYTES;
    private long granted;
    private long kept;

    FetchMemory(FairShare budget) {
        this.budget = budget;
    }

    /**
     * Reserves memory for a read.
     *
     * @return how much it may read; 0 when there is no room
     */
    int grant(int wanted) {
        long share = Math.min(wanted, budget.roomBytes() / SHARE);
        int bytes = (int) Math.max(share, leastBytes);
        if (!budget.tryReserve(bytes)) {
            return 0;
        }
        granted = bytes;
        return bytes;
    }

    /**
     * Keeps the memory of the records read and gives the rest of the grant back.
     *
     * @return false, with nothing kept, when a batch is larger than the grant and finds no room
     */
    boolean keep(int bytes) {
        long surplus = granted - bytes;
        if (surplus < 0 && !budget.tryReserve(-surplus)) {
            leastBytes = bytes;
            keepNothing();
            return false;
        }
        if (surplus > 0) {
            budget.release(surplus);
        }
        granted = 0;
        kept += bytes;
        return true;
    }

    void keepNothing() {
        long unused = granted;
        granted = 0;
        if (unused > 0) {
            budget.release(unused);
        }
    }

    /** Runs {@code retry}, on another thread, when a grant may succeed. */
    void whenRoom(Runnable retry) {
        budget.whenRoom(leastBytes, retry);
    }

    /** Ends the wait for room: the fetch is answered as it is. */
    void stopWaiting() {
        budget.stopWaiting();
    }

    /** Gives all memory of this fetch back. */
    void close() {
        keepNothing();
        long all = kept;
        kept = 0;
        if (all > 0) {
            budget.release(all);
        }
    }
}
