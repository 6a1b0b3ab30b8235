package io.oxbow.s3stream.log;

import io.oxbow.s3stream.env.Clock;
import io.oxbow.s3stream.env.Environment;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Waits between attempts, longer each time and with jitter, and ends all waits when stopped.
 * Thread-safe.
 */
final class Pauses {

    private static final int DOUBLINGS_MAX = 10;

    private final Environment environment;
    private final Duration atLeast;
    private final Duration atMost;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private boolean stopped;

    Pauses(Environment environment, Duration atLeast, Duration atMost) {
        this.environment = environment;
        this.atLeast = atLeast;
        this.atMost = atMost;
    }

    void stop() {
        lock.lock();
        try {
            stopped = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    boolean isStopped() {
        lock.lock();
        try {
            return stopped;
        } finally {
            lock.unlock();
        }
    }

    /**
     * @param attempt how many there were, from 1
     * @throws StoppedException instead of another attempt
     */
    void afterAttempt(int attempt) {
        pause(delay(attempt));
    }

    /**
     * Waits for {@code duration}.
     *
     * @throws StoppedException when stopped meanwhile
     */
    void pause(Duration duration) {
        var elapsed = new AtomicBoolean();
        Clock.Cancellable timer = environment.clock().after(duration, () -> elapse(elapsed));
        lock.lock();
        try {
            while (!stopped && !elapsed.get()) {
                changed.awaitUninterruptibly();
            }
            if (stopped) {
                throw new StoppedException();
            }
        } finally {
            lock.unlock();
            timer.cancel();
        }
    }

    private void elapse(AtomicBoolean elapsed) {
        lock.lock();
        try {
            elapsed.set(true);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private Duration delay(int attempt) {
        long nanos = atLeast.toNanos() << Math.min(attempt - 1, DOUBLINGS_MAX);
        nanos = Math.min(nanos, atMost.toNanos());
        return Duration.ofNanos(nanos / 2 + environment.random().nextLong(nanos / 2 + 1));
    }
}
