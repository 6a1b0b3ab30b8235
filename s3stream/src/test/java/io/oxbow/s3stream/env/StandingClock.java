package io.oxbow.s3stream.env;

import java.time.Duration;

/** Clock whose time passes when a test says so, or by a sleep. Used by one thread. */
public final class StandingClock implements Clock {

    private long nanos;

    /** Lets {@code duration} pass. */
    public void pass(Duration duration) {
        nanos += duration.toNanos();
    }

    @Override
    public long wallMillis() {
        return nanos / 1_000_000;
    }

    @Override
    public long nanoTime() {
        return nanos;
    }

    @Override
    public Cancellable after(Duration delay, Runnable task) {
        throw new UnsupportedOperationException("nothing here waits");
    }

    @Override
    public void sleep(Duration duration) {
        pass(duration);
    }
}
