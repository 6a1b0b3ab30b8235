package io.oxbow.s3stream.log;

import io.oxbow.s3stream.S3StreamException;
import org.jspecify.annotations.Nullable;

/**
 * Thrown when an append to the metadata log was not made (RETRYABLE) or has an unknown outcome
 * (UNKNOWN).
 */
public final class LogAppendException extends S3StreamException {

    private static final long serialVersionUID = 1L;

    public LogAppendException(String message, Retry retry, @Nullable Throwable cause) {
        super(message, retry, cause);
    }
}
