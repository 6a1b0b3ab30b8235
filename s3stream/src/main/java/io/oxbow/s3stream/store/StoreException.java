package io.oxbow.s3stream.store;

import org.jspecify.annotations.Nullable;

/** Why a call to the object store did not give its answer. */
public final class StoreException extends io.oxbow.s3stream.S3StreamException {

    private static final long serialVersionUID = 1L;

    public StoreException(String message, Retry retry, @Nullable Throwable cause) {
        super(message, retry, cause);
    }
}
