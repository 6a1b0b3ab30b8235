package io.oxbow.s3stream.wal;

import io.oxbow.s3stream.S3StreamException;
import io.oxbow.s3stream.env.Clock;
import io.oxbow.s3stream.env.TimedCondition;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The one lock of a running log, and what ends the log: failure or close. Held for bookkeeping
 * only, never over I/O or a copy. Whoever waits, waits on a condition made here, so that the end
 * wakes everyone.
 */
public final class LogGate {

    private final ReentrantLock lock = new ReentrantLock();
    private final List<Runnable> wakers = new ArrayList<>();
    private volatile @Nullable S3StreamException failure;
    private volatile boolean closing;

    public Condition newCondition() {
        Condition condition = lock.newCondition();
        wakers.add(condition::signalAll);
        return condition;
    }

    public TimedCondition newTimedCondition(Clock clock) {
        var condition = new TimedCondition(clock, lock);
        wakers.add(condition::signalAll);
        return condition;
    }

    /** At the end, and perhaps more often, {@code waker} is called with the lock held. */
    public void onEnd(Runnable waker) {
        wakers.add(waker);
    }

    /** Whether the log has failed or is closing; no lock needed. */
    public boolean isEnded() {
        return failure != null || closing;
    }

    public void lock() {
        lock.lock();
    }

    public void unlock() {
        lock.unlock();
    }

    /** Ends the log: what is outstanding has an unknown outcome. The first cause counts. */
    public void fail(String message, @Nullable Throwable cause) {
        lock.lock();
        try {
            if (failure == null) {
                failure = new S3StreamException(message, S3StreamException.Retry.UNKNOWN, cause);
            }
            wakeAll();
        } finally {
            lock.unlock();
        }
    }

    public @Nullable S3StreamException failure() {
        return failure;
    }

    /** Ends appending. Returns false when that was done before. */
    public boolean close() {
        lock.lock();
        try {
            boolean first = !closing;
            closing = true;
            wakeAll();
            return first;
        } finally {
            lock.unlock();
        }
    }

    /** Lock held. */
    public boolean isClosing() {
        return closing;
    }

    /** Lock held. */
    public void throwIfEnded() {
        if (failure != null) {
            throw new S3StreamException(
                    "the WAL has failed", S3StreamException.Retry.FATAL, failure);
        }
        if (closing) {
            throw new S3StreamException("the WAL is closed", S3StreamException.Retry.FATAL, null);
        }
    }

    /** Lock held. */
    public void wakeAll() {
        wakers.forEach(Runnable::run);
    }
}
