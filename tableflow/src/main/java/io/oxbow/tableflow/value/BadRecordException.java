package io.oxbow.tableflow.value;

import org.jspecify.annotations.Nullable;

/** A record that cannot become a row; it goes to the quarantine. Has no stack trace: it is data. */
public final class BadRecordException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final @Nullable Integer schemaId;

    public BadRecordException(String message, @Nullable Integer schemaId) {
        super(message, null, false, false);
        this.schemaId = schemaId;
    }

    public BadRecordException(String message) {
        this(message, null);
    }

    /** The registered schema that the record names, if it got so far. */
    public @Nullable Integer schemaId() {
        return schemaId;
    }
}
