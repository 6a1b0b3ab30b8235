package io.oxbow.s3stream.env;

import java.time.Duration;

/**
 * Clock of the engine: wall time, monotonic time, timers and sleep. Safety never rests on it; only
 * pacing, time-outs and what is shown to people do.
 */
public interface Clock {

    /**
     * Returns the wall clock in milliseconds since the epoch: for records and for people, never for
     * ordering.
     */
    long wallMillis();

    /**
     * Returns a monotonic reading in nanoseconds with an arbitrary origin, for measuring intervals.
     */
    long nanoTime();

    /**
     * Runs {@code task} once, after {@code delay}, on one of the clock's threads. The task must be
     * short and must not block: it hands over or signals. The machine's clock counts what a task
     * throws, and runs the task again, after a pause that grows.
     */
    Cancellable after(Duration delay, Runnable task);

    /** Blocks the calling thread for {@code duration}. */
    void sleep(Duration duration) throws InterruptedException;

    /** Timer task that can be cancelled; cancelling one that ran already does nothing. */
    @FunctionalInterface
    interface Cancellable {
        void cancel();
    }
}
