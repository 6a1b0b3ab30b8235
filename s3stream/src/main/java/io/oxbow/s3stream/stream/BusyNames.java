package io.oxbow.s3stream.stream;

import io.oxbow.s3stream.S3StreamException;
import io.oxbow.s3stream.StreamName;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.Set;

/** Keeps two openings, closings or deletions of the same stream apart. Thread-safe. */
final class BusyNames {

    private final Set<StreamName> busy = new HashSet<>();

    /** Waits until none of {@code names} is worked on, and claims them. */
    synchronized Claim claim(Collection<StreamName> names) {
        try {
            while (!Collections.disjoint(busy, names)) {
                wait();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new S3StreamException(
                    "interrupted while waiting for a stream", S3StreamException.Retry.RETRYABLE, e);
        }
        Set<StreamName> claimed = Set.copyOf(names);
        busy.addAll(claimed);
        return () -> release(claimed);
    }

    private synchronized void release(Set<StreamName> claimed) {
        busy.removeAll(claimed);
        notifyAll();
    }

    /** Names that are being worked on. */
    interface Claim extends AutoCloseable {
        @Override
        void close();
    }
}
