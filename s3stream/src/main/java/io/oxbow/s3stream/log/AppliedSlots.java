package io.oxbow.s3stream.log;

import io.oxbow.s3stream.env.Clock;
import io.oxbow.s3stream.env.TimedCondition;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;

/** Tells waiting threads how far the log is applied here. */
final class AppliedSlots {

    private final Clock clock;
    private final ReentrantLock lock = new ReentrantLock();
    private final TimedCondition changed;
    private long applied;
    private boolean closed;

    AppliedSlots(Clock clock) {
        this.clock = clock;
        this.changed = new TimedCondition(clock, lock);
    }

    void applied(long slot) {
        lock.lock();
        try {
            if (slot > applied) {
                applied = slot;
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    boolean await(long slot, Duration limit) throws InterruptedException {
        long deadline = clock.nanoTime() + limit.toNanos();
        lock.lock();
        try {
            while (applied < slot && !closed && deadline - clock.nanoTime() > 0) {
                changed.awaitFor(deadline - clock.nanoTime());
            }
            return applied >= slot;
        } finally {
            lock.unlock();
        }
    }

    void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
