package io.oxbow.s3stream.log;

import io.oxbow.s3stream.env.Clock;
import io.oxbow.s3stream.env.TimedCondition;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;

/** Tells waiting threads how far a count has come: the slots applied, the questions answered. */
final class Progress {

    private final Clock clock;
    private final ReentrantLock lock = new ReentrantLock();
    private final TimedCondition changed;
    private long reached;
    private boolean closed;

    Progress(Clock clock) {
        this.clock = clock;
        this.changed = new TimedCondition(clock, lock);
    }

    /** Notes that the count is at {@code number}, unless it was beyond already. */
    void reach(long number) {
        lock.lock();
        try {
            if (number > reached) {
                reached = number;
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    boolean has(long number) {
        lock.lock();
        try {
            return reached >= number;
        } finally {
            lock.unlock();
        }
    }

    /** Blocks until the count is at {@code number}; returns false when it is not in time. */
    boolean await(long number, Duration limit) throws InterruptedException {
        long deadline = clock.nanoTime() + limit.toNanos();
        lock.lock();
        try {
            while (reached < number && !closed && deadline - clock.nanoTime() > 0) {
                changed.awaitFor(deadline - clock.nanoTime());
            }
            return reached >= number;
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
