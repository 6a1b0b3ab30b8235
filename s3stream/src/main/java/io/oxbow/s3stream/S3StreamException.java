package io.oxbow.s3stream;

import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/**
 * Root of this module's exceptions; {@link #retry()} tells whether the failed call may be repeated.
 */
public class S3StreamException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /**
     * Meaning of a failure for the caller: it may retry, must give up, or cannot know the outcome.
     */
    public enum Retry {
        /** The call had no effect and may be tried again. */
        RETRYABLE,
        /** The call had no effect, and trying again will not help. */
        FATAL,
        /** The call may have had its effect. */
        UNKNOWN
    }

    private final Retry retry;

    public S3StreamException(String message, Retry retry, @Nullable Throwable cause) {
        super(message, cause);
        this.retry = retry;
    }

    public Retry retry() {
        return retry;
    }

    /**
     * Returns true if the direct cause is a bug's exception or an {@link Error}, not a condition of
     * the store, a disk or another node.
     */
    public boolean isUnexpected() {
        Throwable cause = getCause();
        return cause instanceof Error
                || (cause instanceof RuntimeException
                        && !(cause instanceof S3StreamException)
                        && !(cause instanceof UncheckedIOException));
    }
}
