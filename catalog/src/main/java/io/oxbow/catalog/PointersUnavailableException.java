package io.oxbow.catalog;

/** Pointers can't be put now, and what was asked for did not take place. Retryable. */
public final class PointersUnavailableException extends RuntimeException {

    public PointersUnavailableException(String message, Throwable cause) {
        super(message, cause);
    }

    public PointersUnavailableException(String message) {
        super(message);
    }
}
