package io.oxbow.s3stream.compact;

import io.oxbow.s3stream.CorruptException;
import io.oxbow.s3stream.S3StreamException;

/** Thrown when an input of compaction is damaged. */
final class DamagedInputException extends S3StreamException {

    private static final long serialVersionUID = 1L;

    private final String key;

    DamagedInputException(String key, CorruptException cause) {
        super(String.valueOf(cause.getMessage()), Retry.FATAL, cause);
        this.key = key;
    }

    String key() {
        return key;
    }
}
