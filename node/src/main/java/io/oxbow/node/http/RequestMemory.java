package io.oxbow.node.http;

import io.oxbow.s3stream.memory.MemoryBudget;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Memory that one request holds, of the budget of all; released when the request has ended. */
final class RequestMemory {

    private static final int UNAVAILABLE = 503;

    private final MemoryBudget budget;
    private final long patienceNanos;
    private long held;

    /**
     * @param patienceMillis how long a request waits for others to end, all in all
     */
    RequestMemory(MemoryBudget budget, long patienceMillis) {
        this.budget = budget;
        this.patienceNanos = TimeUnit.MILLISECONDS.toNanos(patienceMillis);
    }

    /** Reserves {@code bytes}, after others have released theirs if need be. */
    synchronized void reserve(long bytes) throws Refusal, InterruptedException {
        long deadline = System.nanoTime() + patienceNanos;
        while (!budget.tryReserve(bytes)) {
            var room = new CountDownLatch(1);
            budget.whenRoom(bytes, room::countDown);
            if (budget.tryReserve(bytes)) {
                break;
            }
            long left = deadline - System.nanoTime();
            // The callback comes at once for a request beyond the whole budget.
            boolean mayRetry = left > 0 && room.await(left, TimeUnit.NANOSECONDS);
            if (!mayRetry) {
                throw new Refusal(
                        UNAVAILABLE, "This node is busy with other requests; try again later");
            }
            Thread.sleep(10);
        }
        held += bytes;
    }

    synchronized void release() {
        budget.release(held);
        held = 0;
    }
}
