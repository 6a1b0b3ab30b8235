package io.oxbow.s3stream.store.s3;

import io.oxbow.s3stream.env.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Clock that advances only by sleeping, which returns at once. For one thread. */
final class SleepingClock implements Clock {

    final List<Duration> slept = new ArrayList<>();
    long wallMillis;
    private long nanos;

    @Override
    public long wallMillis() {
        return wallMillis;
    }

    @Override
    public long nanoTime() {
        return nanos;
    }

    @Override
    public Cancellable after(Duration delay, Runnable task) {
        throw new AssertionError("no timers here");
    }

    @Override
    public void sleep(Duration duration) {
        slept.add(duration);
        nanos += duration.toNanos();
    }
}
