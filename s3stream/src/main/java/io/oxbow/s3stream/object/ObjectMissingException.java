package io.oxbow.s3stream.object;

import io.oxbow.s3stream.S3StreamException;

/**
 * Thrown when a data object is not in the bucket: deleted after the reader's plan was made, or not
 * visible yet. Planning again may help.
 */
public final class ObjectMissingException extends S3StreamException {

    private static final long serialVersionUID = 1L;

    private final String key;

    public ObjectMissingException(String key) {
        super("object " + key + " is not there", Retry.RETRYABLE, null);
        this.key = key;
    }

    public String key() {
        return key;
    }
}
