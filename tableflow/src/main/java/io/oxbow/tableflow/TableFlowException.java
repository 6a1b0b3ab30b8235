package io.oxbow.tableflow;

import org.jspecify.annotations.Nullable;

/** Root of this module's exceptions; {@link #retry()} says what the caller may do. */
public class TableFlowException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** Conclusions that a caller may draw from a failure. */
    public enum Retry {
        /** The operation did not happen and may be tried again. */
        RETRYABLE,
        /** The operation did not happen and will not before a person changes something. */
        FATAL,
        /** The operation may have happened. */
        UNKNOWN
    }

    private final Retry retry;

    public TableFlowException(String message, Retry retry, @Nullable Throwable cause) {
        super(message, cause);
        this.retry = retry;
    }

    public static TableFlowException fatal(String message) {
        return new TableFlowException(message, Retry.FATAL, null);
    }

    public static TableFlowException retryable(String message, @Nullable Throwable cause) {
        return new TableFlowException(message, Retry.RETRYABLE, cause);
    }

    public Retry retry() {
        return retry;
    }
}
