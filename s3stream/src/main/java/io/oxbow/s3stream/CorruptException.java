package io.oxbow.s3stream;

/** Bytes that should be ours are not what we wrote; the message says where. */
public final class CorruptException extends S3StreamException {

    private static final long serialVersionUID = 1L;

    public CorruptException(String message) {
        super(message, Retry.FATAL, null);
    }
}
