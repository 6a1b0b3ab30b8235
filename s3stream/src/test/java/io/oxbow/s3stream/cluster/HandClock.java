package io.oxbow.s3stream.cluster;

import io.oxbow.s3stream.env.Clock;
import io.oxbow.s3stream.env.Environment;
import java.time.Duration;
import java.util.Random;

/** Clock that is set by hand; a sleep passes at once. */
final class HandClock implements Clock {

    Duration now = Duration.ofSeconds(1_000);

    /** Called after each sleep. */
    Runnable whenSlept = () -> {};

    /** Returns an environment with this clock, whose threads run where they are started. */
    Environment environment() {
        return new Environment(this, HandClock::thread, HandClock::thread, new Random(1));
    }

    private static Thread thread(Runnable task) {
        return new Thread(task) {
            @Override
            public synchronized void start() {
                task.run();
            }
        };
    }

    @Override
    public long wallMillis() {
        return now.toMillis();
    }

    @Override
    public long nanoTime() {
        return now.toNanos();
    }

    @Override
    public Cancellable after(Duration delay, Runnable action) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void sleep(Duration duration) {
        now = now.plus(duration);
        whenSlept.run();
    }
}
