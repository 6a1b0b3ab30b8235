package io.oxbow.s3stream.engine;

import io.oxbow.s3stream.S3StreamException;
import io.oxbow.s3stream.StreamName;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Locks by stream name, so that openings, closings and deletions of one stream exclude each other.
 * Thread-safe.
 */
final class BusyNames {

    private final Set<StreamName> busy = new HashSet<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition released = lock.newCondition();

    /** Waits until none of {@code names} is locked, and locks all of them. */
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

    /** Locks {@code name}; null when it is locked already. */
    @Nullable Claim tryClaim(StreamName name) {
        lock.lock();
        try {
            return busy.add(name) ? () -> release(Set.of(name)) : null;
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

    /** Lock on a set of stream names; closing gives it up. */
    interface Claim extends AutoCloseable {
        @Override
        void close();
    }
}
