package io.oxbow.s3stream.log;

import io.oxbow.s3stream.env.Clock;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Signal for one waiting thread; a signal before the wait is not lost. */
final class Wakeup {

    private final Clock clock;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private boolean signalled;

    Wakeup(Clock clock) {
        this.clock = clock;
    }

    void signal() {
        lock.lock();
        try {
            signalled = true;
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    /** Waits for a signal since the last return. */
    void await() {
        lock.lock();
        try {
            while (!signalled) {
                changed.awaitUninterruptibly();
            }
            signalled = false;
        } finally {
            lock.unlock();
        }
    }

    /** Waits as {@link #await()} does, for at most about {@code atMost}. */
    void await(Duration atMost) {
        Clock.Cancellable timer = clock.after(atMost, this::signal);
        try {
            await();
        } finally {
            timer.cancel();
        }
    }
}
