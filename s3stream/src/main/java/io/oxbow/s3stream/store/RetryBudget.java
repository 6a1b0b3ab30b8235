package io.oxbow.s3stream.store;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * What all calls of one store may spend on repeating. A repetition takes from it; a call that
 * succeeds in the end gives back what it took, and one that was answered at once gives a little. So
 * a store that is busy now and then, however long, is waited for; one where calls fail for good
 * soon has an empty budget, and then each call makes one attempt, so that a store in trouble isn't
 * given many times its usual load. Thread-safe.
 */
final class RetryBudget {

    static final int CAPACITY = 500;

    /** Of a request that was refused for now, which costs the store little. */
    static final int COST_REFUSED = 5;

    /** Of a request that got no answer, which may have cost the store all of its work. */
    static final int COST_UNANSWERED = 10;

    private static final int GAIN = 1;

    private final AtomicInteger left = new AtomicInteger(CAPACITY);

    /** Takes {@code cost}, or nothing if less than that is left. */
    boolean take(int cost) {
        return left.getAndUpdate(value -> value >= cost ? value - cost : value) >= cost;
    }

    /** The store has answered. */
    void answered() {
        left.updateAndGet(value -> Math.min(CAPACITY, value + GAIN));
    }

    /** A call that had paid for repetitions succeeded: the store isn't in trouble after all. */
    void giveBack(int cost) {
        left.updateAndGet(value -> Math.min(CAPACITY, value + cost));
    }

    int left() {
        return left.get();
    }
}
