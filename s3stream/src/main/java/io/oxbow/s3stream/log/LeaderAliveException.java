package io.oxbow.s3stream.log;

import io.oxbow.s3stream.S3StreamException;

/** Thrown when a takeover was not tried, because the present leader is well. */
public final class LeaderAliveException extends S3StreamException {

    private static final long serialVersionUID = 1L;

    public LeaderAliveException(String message) {
        super(message, Retry.RETRYABLE, null);
    }
}
