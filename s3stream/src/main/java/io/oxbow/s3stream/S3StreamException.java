package io.oxbow.s3stream;

import org.jspecify.annotations.Nullable;

/** Root of this module's exceptions; {@link #retry()} says what the caller may do. */
public class S3StreamException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** What a caller may conclude. */
    public enum Retry {
        /** It did not happen and may be tried again. */
        RETRYABLE,
        /** It did not happen and will not. */
        FATAL,
        /** It may have happened. */
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
}
