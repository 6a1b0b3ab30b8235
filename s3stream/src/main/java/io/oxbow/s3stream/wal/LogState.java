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
 * Lock of a running log, with the log's end: failure or close. It is held for bookkeeping only,
 * never over I/O or a copy. All waiting is on conditions made here, so that the end wakes everyone.
 */
public final class LogState {

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

    /** Adds a waker that is called with the lock held at the end, and perhaps more often. */
    public void onEnd(Runnable waker) {
        wakers.add(waker);
    }

    /** Returns whether the log has failed or is closing; no lock needed. */
    public boolean isEnded() {
        return failure != null || closing;
    }

    public void lock() {
        lock.lock();
    }

    public void unlock() {
        lock.unlock();
    }

    /** Fails the log: everything outstanding has an unknown outcome. The first cause counts. */
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

    /** Closes the log for appends; returns false if it was closed before. */
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

    /** Returns whether the log is closing; lock held. */
    public boolean isClosing() {
        return closing;
    }

    /** Throws if the log has failed or is closing; lock held. */
    public void throwIfEnded() {
        if (failure != null) {
            throw new S3StreamException(
                    "the WAL has failed", S3StreamException.Retry.FATAL, failure);
        }
        if (closing) {
            throw new S3StreamException("the WAL is closed", S3StreamException.Retry.FATAL, null);
        }
    }

    /** Wakes everyone who waits on one of this lock's conditions; lock held. */
    public void wakeAll() {
        wakers.forEach(Runnable::run);
    }
}
