package io.oxbow.catalog;

/** Signals that pointers can't be put now, and that the put did not take place. Retryable. */
public final class PointersUnavailableException extends RuntimeException {

    public PointersUnavailableException(String message, Throwable cause) {
        super(message, cause);
    }

    public PointersUnavailableException(String message) {
        super(message);
    }
}
