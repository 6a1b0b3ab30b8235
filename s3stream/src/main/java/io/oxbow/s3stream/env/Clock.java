package io.oxbow.s3stream.env;

import java.time.Duration;

/**
 * Time as the engine sees it. Safety never rests on it; only pacing, time-outs and what is shown to
 * people do.
 */
public interface Clock {

    /** Milliseconds since the epoch: for records and for people, never for ordering. */
    long wallMillis();

    /** A monotonic reading in nanoseconds with an arbitrary origin, for measuring intervals. */
    long nanoTime();

    /**
     * Runs {@code task} once, after {@code delay}, on a thread of the clock's. The task must be
     * short and must not block: it hands over or signals.
     */
    Cancellable after(Duration delay, Runnable task);

    /** Blocks the calling thread for {@code duration}. */
    void sleep(Duration duration) throws InterruptedException;

    /** A task that may be called off; calling off one that ran already does nothing. */
    @FunctionalInterface
    interface Cancellable {
        void cancel();
    }
}
