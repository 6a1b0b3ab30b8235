package io.oxbow.s3stream.store;

import org.jspecify.annotations.Nullable;

/** Failure of a call to the object store. */
public final class StoreException extends io.oxbow.s3stream.S3StreamException {

    private static final long serialVersionUID = 1L;

    public StoreException(String message, Retry retry, @Nullable Throwable cause) {
        super(message, retry, cause);
    }
}
