package io.oxbow.sql;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A query that can't be answered; the message is one line, for the one who asked. */
public final class QueryException extends RuntimeException {

    private final @Nullable String missing;

    public QueryException(String message, @Nullable Throwable cause) {
        this(message, cause, null);
    }

    public QueryException(String message) {
        this(message, null, null);
    }

    /**
     * @param missing the table or namespace that the catalog does not have
     */
    QueryException(String message, @Nullable Throwable cause, @Nullable String missing) {
        super(message, cause);
        this.missing = missing;
    }

    /** The table or namespace that the query names and the catalog does not have. */
    public Optional<String> missing() {
        return Optional.ofNullable(missing);
    }
}
