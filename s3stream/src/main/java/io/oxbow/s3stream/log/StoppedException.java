package io.oxbow.s3stream.log;

import io.oxbow.s3stream.S3StreamException;

/** Thrown when the log was stopped while it retried. */
final class StoppedException extends S3StreamException {

    private static final long serialVersionUID = 1L;

    StoppedException() {
        super("the metadata log was stopped", Retry.UNKNOWN, null);
    }
}
