package io.oxbow.s3stream.store;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Budget for repeated requests, shared by all calls of one store. A repetition takes from the
 * budget; a call that succeeds in the end gives back what it took, and one that was answered at
 * once gives a little. So a store that is busy now and then, however long, is waited for; one where
 * calls fail for good soon has an empty budget, and then each call makes one attempt, so that a
 * store in trouble isn't given many times its usual load. Thread-safe.
 */
final class RetryBudget {

    static final int CAPACITY = 500;

    /** Cost of repeating a request that was refused for now, which costs the store little. */
    static final int COST_REFUSED = 5;

    /**
     * Cost of repeating a request that got no answer, which may have cost the store all of its
     * work.
     */
    static final int COST_UNANSWERED = 10;

    private static final int GAIN = 1;

    private final AtomicInteger left = new AtomicInteger(CAPACITY);

    /** Takes {@code cost}, or nothing if less than that is left. */
    boolean take(int cost) {
        return left.getAndUpdate(value -> value >= cost ? value - cost : value) >= cost;
    }

    /** Adds a little for an answer of the store. */
    void answered() {
        left.updateAndGet(value -> Math.min(CAPACITY, value + GAIN));
    }

    /**
     * Gives the cost back after a repeated call has succeeded, since the store isn't in trouble.
     */
    void giveBack(int cost) {
        left.updateAndGet(value -> Math.min(CAPACITY, value + cost));
    }

    int left() {
        return left.get();
    }
}
