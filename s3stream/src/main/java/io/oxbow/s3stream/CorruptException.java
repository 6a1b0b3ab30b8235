package io.oxbow.s3stream;

/**
 * Thrown when bytes that this software wrote are damaged or have an impossible value; the message
 * says where.
 */
public final class CorruptException extends S3StreamException {

    private static final long serialVersionUID = 1L;

    public CorruptException(String message) {
        super(message, Retry.FATAL, null);
    }
}
