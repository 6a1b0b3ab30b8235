package io.oxbow.s3stream.wal;

import io.oxbow.s3stream.S3StreamException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The one telling that a log has failed, to a listener that may come late. Thread-safe. */
final class FailureNotice {

    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable Consumer<S3StreamException> listener;
    private @Nullable S3StreamException failure;

    /** Called with the failure, at once if it has been told already. */
    void listener(Consumer<S3StreamException> newListener) {
        S3StreamException known;
        lock.lock();
        try {
            listener = newListener;
            known = failure;
        } finally {
            lock.unlock();
        }
        if (known != null) {
            newListener.accept(known);
        }
    }

    /** The first counts. */
    void tell(S3StreamException newFailure) {
        Consumer<S3StreamException> known;
        lock.lock();
        try {
            if (failure != null) {
                return;
            }
            failure = newFailure;
            known = listener;
        } finally {
            lock.unlock();
        }
        if (known != null) {
            known.accept(newFailure);
        }
    }
}
