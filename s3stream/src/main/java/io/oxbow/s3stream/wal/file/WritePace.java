package io.oxbow.s3stream.wal.file;

import io.oxbow.s3stream.env.Clock;
import io.oxbow.s3stream.wal.LogState;
import java.time.Duration;
import java.util.concurrent.locks.Condition;

/**
 * Keeps the writes of one volume within their {@link WriteRate}. Batches and zeroes wait for their
 * turn; headers do not, because all else may wait for them, but they count. Guarded by the {@link
 * LogState}.
 */
final class WritePace {

    private final LogState gate;
    private final Clock clock;
    private final TokenBucket writes;
    private final TokenBucket bytes;

    WritePace(LogState gate, Clock clock, WriteRate rate, long largestWriteBytes) {
        this.gate = gate;
        this.clock = clock;
        long now = clock.nanoTime();
        this.writes = new TokenBucket(rate.writesPerSecond(), rate.burstWrites(), now);
        this.bytes =
                new TokenBucket(rate.bytesPerSecond(), rate.burstBytes(largestWriteBytes), now);
    }

    /** Returns the time in nanoseconds for which a write has to wait; 0 when it may go now. */
    long waitNanos(int writeBytes) {
        long now = clock.nanoTime();
        return Math.max(writes.waitNanos(1, now), bytes.waitNanos(writeBytes, now));
    }

    /** Counts a write that starts now. */
    void take(int writeBytes) {
        long now = clock.nanoTime();
        writes.take(1, now);
        bytes.take(writeBytes, now);
    }

    /** Waits for {@code nanos}, or until {@code condition} is signalled. */
    void await(long nanos, Condition condition) throws InterruptedException {
        Clock.Cancellable timer =
                clock.after(
                        Duration.ofNanos(nanos),
                        () -> {
                            gate.lock();
                            try {
                                condition.signalAll();
                            } finally {
                                gate.unlock();
                            }
                        });
        try {
            condition.await();
        } finally {
            timer.cancel();
        }
    }
}
