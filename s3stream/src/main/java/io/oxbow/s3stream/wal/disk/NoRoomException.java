package io.oxbow.s3stream.wal.disk;

import io.oxbow.s3stream.S3StreamException;

/** Thrown when a volume cannot get its configured size, because its disk has too little room. */
public final class NoRoomException extends S3StreamException {

    private static final long serialVersionUID = 1L;

    public NoRoomException(String message) {
        super(message, Retry.FATAL, null);
    }
}
