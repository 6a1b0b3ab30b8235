package io.oxbow.s3stream.engine;

import io.oxbow.s3stream.S3StreamException;
import io.oxbow.s3stream.StreamName;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Keeps two openings, closings or deletions of the same stream apart. Thread-safe. */
final class BusyNames {

    private final Set<StreamName> busy = new HashSet<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition released = lock.newCondition();

    /** Waits until none of {@code names} is worked on, and claims them. */
    Claim claim(Collection<StreamName> names) {
        lock.lock();
        try {
            while (!Collections.disjoint(busy, names)) {
                released.await();
            }
            Set<StreamName> claimed = Set.copyOf(names);
            busy.addAll(claimed);
            return () -> release(claimed);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new S3StreamException(
                    "interrupted while waiting for a stream", S3StreamException.Retry.RETRYABLE, e);
        } finally {
            lock.unlock();
        }
    }

    private void release(Set<StreamName> claimed) {
        lock.lock();
        try {
            busy.removeAll(claimed);
            released.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Names that are being worked on. */
    interface Claim extends AutoCloseable {
        @Override
        void close();
    }
}
