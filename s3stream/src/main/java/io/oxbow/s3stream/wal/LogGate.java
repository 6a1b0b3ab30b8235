package io.oxbow.s3stream.wal;

import io.oxbow.s3stream.S3StreamException;
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
final class LogGate {

    private final ReentrantLock lock = new ReentrantLock();
    private final List<Condition> conditions = new ArrayList<>();
    private volatile @Nullable S3StreamException failure;
    private boolean closing;

    Condition newCondition() {
        Condition condition = lock.newCondition();
        conditions.add(condition);
        return condition;
    }

    void lock() {
        lock.lock();
    }

    void unlock() {
        lock.unlock();
    }

    /** Ends the log: what is outstanding has an unknown outcome. The first cause counts. */
    void fail(String message, @Nullable Throwable cause) {
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

    @Nullable S3StreamException failure() {
        return failure;
    }

    /** Ends appending. Returns false when that was done before. */
    boolean close() {
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
    boolean isClosing() {
        return closing;
    }

    /** Lock held. */
    void throwIfEnded() {
        if (failure != null) {
            throw new S3StreamException(
                    "the WAL has failed", S3StreamException.Retry.FATAL, failure);
        }
        if (closing) {
            throw new S3StreamException("the WAL is closed", S3StreamException.Retry.FATAL, null);
        }
    }

    /** Lock held. */
    void wakeAll() {
        for (Condition condition : conditions) {
            condition.signalAll();
        }
    }
}
