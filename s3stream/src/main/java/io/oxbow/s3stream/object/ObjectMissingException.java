package io.oxbow.s3stream.object;

import io.oxbow.s3stream.S3StreamException;

/**
 * A data object is not in the bucket: it was deleted after the reader planned, or its plan is newer
 * than the store's answer. Planning again may help.
 */
public final class ObjectMissingException extends S3StreamException {

    private static final long serialVersionUID = 1L;

    public ObjectMissingException(String key) {
        super("object " + key + " is not there", Retry.RETRYABLE, null);
    }
}
