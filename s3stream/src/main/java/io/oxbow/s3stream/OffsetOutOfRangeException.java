package io.oxbow.s3stream;

/**
 * Thrown when a read asks for an offset below the start or beyond the durable end of its stream.
 */
public final class OffsetOutOfRangeException extends S3StreamException {

    private static final long serialVersionUID = 1L;

    public OffsetOutOfRangeException(String message) {
        super(message, Retry.FATAL, null);
    }
}
