package io.oxbow.s3stream;

/**
 * Thrown when this node, or its hold on a stream, was fenced: another node may own the stream now.
 */
public final class FencedException extends S3StreamException {

    private static final long serialVersionUID = 1L;

    public FencedException(String message) {
        super(message, Retry.FATAL, null);
    }
}
