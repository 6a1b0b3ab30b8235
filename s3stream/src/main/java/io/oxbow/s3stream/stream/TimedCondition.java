package io.oxbow.s3stream.stream;

import io.oxbow.s3stream.env.Clock;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A condition whose timed wait runs on the injected clock. All calls but {@link #wake} want the
 * lock held.
 */
final class TimedCondition {

    private final Clock clock;
    private final ReentrantLock lock;
    private final Condition condition;

    TimedCondition(Clock clock, ReentrantLock lock) {
        this.clock = clock;
        this.lock = lock;
        this.condition = lock.newCondition();
    }

    void await() throws InterruptedException {
        condition.await();
    }

    /** Waits until signalled or until {@code nanos} have passed; may wake for no reason. */
    void awaitFor(long nanos) throws InterruptedException {
        if (nanos <= 0) {
            return;
        }
        Clock.Cancellable timer = clock.after(Duration.ofNanos(nanos), this::wake);
        try {
            condition.await();
        } finally {
            timer.cancel();
        }
    }

    void signalAll() {
        condition.signalAll();
    }

    /** Takes the lock and signals. */
    void wake() {
        lock.lock();
        try {
            condition.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
