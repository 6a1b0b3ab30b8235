package io.oxbow.s3stream.wal.disk;

import io.oxbow.s3stream.S3StreamException;

/** A volume cannot get the size that it is configured with: its disk has too little room. */
public final class NoRoomException extends S3StreamException {

    private static final long serialVersionUID = 1L;

    public NoRoomException(String message) {
        super(message, Retry.FATAL, null);
    }
}
