package io.oxbow.s3stream.commit;

import io.oxbow.s3stream.S3StreamException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Tells whether the store can still ack appends. It fails once, for good; from that moment on
 * nothing is acked any more. Thread-safe.
 */
public final class Health {

    private volatile @Nullable S3StreamException failure;
    private final List<Consumer<S3StreamException>> listeners = new ArrayList<>();

    public @Nullable S3StreamException failure() {
        return failure;
    }

    public boolean failed() {
        return failure != null;
    }

    /** Throws if the store has failed. */
    public void check() {
        S3StreamException cause = failure;
        if (cause != null) {
            throw new S3StreamException(
                    "the stream store takes nothing any more: " + cause.getMessage(),
                    S3StreamException.Retry.FATAL,
                    cause);
        }
    }

    public void fail(S3StreamException cause) {
        List<Consumer<S3StreamException>> toCall;
        synchronized (this) {
            if (failure != null) {
                return;
            }
            failure = cause;
            toCall = List.copyOf(listeners);
        }
        toCall.forEach(listener -> listener.accept(cause));
    }

    /**
     * Fails the store by an unexpected exception, so that nothing waits for the thread that ended
     * by it.
     */
    public void failUnexpectedly(String what, Throwable cause) {
        fail(
                new S3StreamException(
                        "%s failed: %s".formatted(what, cause),
                        S3StreamException.Retry.FATAL,
                        cause));
    }

    /** Adds a listener for the failure, called at once if the store has failed already. */
    public void onFailure(Consumer<S3StreamException> listener) {
        S3StreamException already;
        synchronized (this) {
            already = failure;
            if (already == null) {
                listeners.add(listener);
            }
        }
        if (already != null) {
            listener.accept(already);
        }
    }
}
