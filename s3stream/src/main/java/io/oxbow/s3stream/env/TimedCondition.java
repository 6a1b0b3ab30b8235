package io.oxbow.s3stream.env;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Condition whose timed wait runs on the injected clock. All calls but {@link #wake} want the lock
 * held.
 */
public final class TimedCondition {

    private final Clock clock;
    private final ReentrantLock lock;
    private final Condition condition;

    public TimedCondition(Clock clock, ReentrantLock lock) {
        this.clock = clock;
        this.lock = lock;
        this.condition = lock.newCondition();
    }

    public void await() throws InterruptedException {
        condition.await();
    }

    /** Waits until signalled or until {@code nanos} have passed; spurious wake-ups happen. */
    public void awaitFor(long nanos) throws InterruptedException {
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

    public void signalAll() {
        condition.signalAll();
    }

    /** Takes the lock and signals. */
    public void wake() {
        lock.lock();
        try {
            condition.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
