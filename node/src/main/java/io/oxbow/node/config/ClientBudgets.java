package io.oxbow.node.config;

import io.oxbow.broker.network.ClientMemory;
import io.oxbow.s3stream.config.MemoryBounds;
import io.oxbow.s3stream.memory.MemoryBudget;

/**
 * Budgets for all that clients can make a node hold. With the engine's {@link MemoryBounds} they
 * fit into the process's memory together.
 *
 * @param kafka of clients on Kafka's listeners
 * @param http of requests to the HTTP listener
 */
public record ClientBudgets(ClientMemory kafka, MemoryBudget http) {

    private static final int HTTP_SHARE = 16;
    private static final long HTTP_BYTES_MIN = 16 << 20;

    /** Returns shares of a heap with that maximum. */
    public static ClientBudgets ofHeap(long heapBytes) {
        return new ClientBudgets(
                ClientMemory.ofHeap(heapBytes),
                new MemoryBudget(Math.max(HTTP_BYTES_MIN, heapBytes / HTTP_SHARE)));
    }

    /** Returns the most heap that clients take, should all of their requests be objects. */
    public long heapBytes() {
        return kafka.requests().bytesMax()
                + kafka.replies().bytesMax()
                + kafka.groups().bytesMax()
                + http.bytesMax();
    }

    /** Returns the most direct memory that clients take: frames, and replies on their way out. */
    public long directBytes() {
        return kafka.requests().bytesMax() + kafka.replies().bytesMax();
    }

    /**
     * Returns true if these budgets and the engine's bounds fit together, and a quarter of the heap
     * is left for all else.
     */
    public boolean fit(MemoryBounds engine, MemoryBounds.Surroundings has) {
        long direct = engine.slabBytes() + engine.reads().blockCacheBytes() + directBytes();
        return engine.servingHeapBytes() + heapBytes() <= has.heapBytes() * 3 / 4
                && direct <= has.directBytes();
    }
}
