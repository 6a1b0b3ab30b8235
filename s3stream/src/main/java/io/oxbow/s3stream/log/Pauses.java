package io.oxbow.s3stream.log;

import io.oxbow.s3stream.env.Environment;
import java.time.Duration;

/** Waits between attempts, longer each time and with jitter, and ends them when stopped. */
final class Pauses {

    private static final int MAX_DOUBLINGS = 10;

    private final Environment environment;
    private final Duration atLeast;
    private final Duration atMost;
    private final Wakeup wakeup;
    private volatile boolean stopped;

    Pauses(Environment environment, Duration atLeast, Duration atMost) {
        this.environment = environment;
        this.atLeast = atLeast;
        this.atMost = atMost;
        this.wakeup = new Wakeup(environment.clock());
    }

    void stop() {
        stopped = true;
        wakeup.signal();
    }

    boolean isStopped() {
        return stopped;
    }

    /**
     * @param attempt how many there were, from 1
     * @throws StoppedException instead of another attempt
     */
    void afterAttempt(int attempt) {
        if (!stopped) {
            long nanos = atLeast.toNanos() << Math.min(attempt - 1, MAX_DOUBLINGS);
            nanos = Math.min(nanos, atMost.toNanos());
            long jittered = nanos / 2 + environment.random().nextLong(nanos / 2 + 1);
            wakeup.await(Duration.ofNanos(jittered));
        }
        if (stopped) {
            throw new StoppedException();
        }
    }
}
