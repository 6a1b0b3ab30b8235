package io.oxbow.node.http;

import io.oxbow.s3stream.memory.FairShare;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Memory that one request holds, of the budget of all; released when the request has ended. */
final class RequestMemory {

    private static final int UNAVAILABLE = 503;

    private final FairShare share;
    private final long patienceNanos;
    private long held;

    /**
     * @param patienceMillis how long a request waits for others to end, all in all
     */
    RequestMemory(FairShare share, long patienceMillis) {
        this.share = share;
        this.patienceNanos = TimeUnit.MILLISECONDS.toNanos(patienceMillis);
    }

    /** Reserves {@code bytes}, after others have released theirs if need be. */
    synchronized void reserve(long bytes) throws Refusal, InterruptedException {
        long deadline = System.nanoTime() + patienceNanos;
        try {
            while (!share.tryReserve(bytes)) {
                var room = new CountDownLatch(1);
                share.whenRoom(bytes, room::countDown);
                long left = deadline - System.nanoTime();
                if (left <= 0 || !room.await(left, TimeUnit.NANOSECONDS)) {
                    throw new Refusal(
                            UNAVAILABLE, "This node is busy with other requests; try again later");
                }
            }
        } finally {
            share.stopWaiting();
        }
        held += bytes;
    }

    synchronized void release() {
        share.release(held);
        held = 0;
    }
}
