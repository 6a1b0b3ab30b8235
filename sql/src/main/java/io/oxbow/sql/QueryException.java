package io.oxbow.sql;

import org.jspecify.annotations.Nullable;

/** A query that can't be answered; the message is one line, for the one who asked. */
public final class QueryException extends RuntimeException {

    public QueryException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    public QueryException(String message) {
        super(message);
    }
}
