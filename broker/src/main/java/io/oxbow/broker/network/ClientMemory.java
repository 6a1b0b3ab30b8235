package io.oxbow.broker.network;

import io.oxbow.s3stream.memory.MemoryBudget;

/**
 * The budgets for what Kafka clients make the node hold.
 *
 * @param requests frames, from their first byte on, and what was decoded of them, until the call
 *     has its answer
 * @param replies what was read or put together for a client and has not left yet
 */
public record ClientMemory(MemoryBudget requests, MemoryBudget replies) {

    private static final int HEAP_SHARE = 8;
    private static final long LEAST_BYTES = 40L << 20;

    /** Shares of the heap: for a broker that nobody told how much it has. */
    public static ClientMemory ofHeap() {
        long share = Math.max(LEAST_BYTES, Runtime.getRuntime().maxMemory() / HEAP_SHARE);
        return new ClientMemory(new MemoryBudget(share), new MemoryBudget(share));
    }

    /** One connection's part of both. */
    ClientMemory ofConnection() {
        return new ClientMemory(
                requests.share(requests.bytesMax()), replies.share(replies.bytesMax()));
    }

    /** True when so little is left that clients who hold much for long should give way. */
    boolean isShort() {
        return isShort(requests) || isShort(replies);
    }

    static boolean isShort(MemoryBudget budget) {
        return budget.roomBytes() < budget.bytesMax() / 4 || budget.waiting() > 0;
    }
}
