package io.oxbow.broker.network;

import io.oxbow.s3stream.memory.FairShare;
import io.oxbow.s3stream.memory.MemoryBudget;

/**
 * Memory budgets of Kafka clients' requests and replies.
 *
 * @param requests frames, from their first byte on, and what was decoded of them, until the call
 *     has its answer
 * @param replies what was read or put together for a client and has not left yet
 * @param groups what members of groups say of themselves, and notes on committed offsets
 */
public record ClientMemory(MemoryBudget requests, MemoryBudget replies, MemoryBudget groups) {

    private static final int HEAP_SHARE = 8;
    private static final long LEAST_BYTES = 40L << 20;

    /** Part of the requests' budget that unfinished frames leave to others. */
    private static final int LEFT_SHARE = 4;

    /**
     * Frames for which there is room in any case, where the budget is of the least size or more.
     */
    private static final long LARGEST_FRAME_BYTES = 36L << 20;

    private static final int GROUPS_HEAP_SHARE = 16;
    private static final long LEAST_GROUPS_BYTES = 16L << 20;

    /** Returns shares of this process's heap, for a broker that is given no budgets. */
    public static ClientMemory ofHeap() {
        return ofHeap(Runtime.getRuntime().maxMemory());
    }

    /** Returns shares of a heap with that maximum. */
    public static ClientMemory ofHeap(long heap) {
        long share = Math.max(LEAST_BYTES, heap / HEAP_SHARE);
        long groups = Math.max(LEAST_GROUPS_BYTES, heap / GROUPS_HEAP_SHARE);
        return new ClientMemory(
                new MemoryBudget(share), new MemoryBudget(share), new MemoryBudget(groups));
    }

    /**
     * Returns the bytes of the requests' budget that an unfinished frame leaves to others. One that
     * is no larger than a frame that its connection has sent whole leaves less.
     */
    long leftByUnfinished() {
        long all = requests.bytesMax();
        return Math.clamp(all - LARGEST_FRAME_BYTES, 0, all / LEFT_SHARE);
    }

    /** Returns the length from which a frame is refused, as there could never be room for it. */
    long frameBytesMax() {
        return Math.min(FairShare.bytesMax(requests), requests.bytesMax() - leftByUnfinished());
    }

    /** Returns one connection's part of both budgets. */
    ConnectionMemory ofConnection() {
        return new ConnectionMemory(requests.fairShare(), replies.fairShare());
    }

    /**
     * Returns true when so little memory is left that clients who hold much for long should give
     * way.
     */
    boolean isShort() {
        return isShort(requests) || isShort(replies);
    }

    static boolean isShort(MemoryBudget budget) {
        return budget.isScarce() || budget.isWaitedFor();
    }
}
