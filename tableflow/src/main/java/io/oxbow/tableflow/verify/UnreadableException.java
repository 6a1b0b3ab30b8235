package io.oxbow.tableflow.verify;

/** Signals bytes that cannot be what their format says: they belong in the quarantine. */
final class UnreadableException extends Exception {

    private static final long serialVersionUID = 1L;

    UnreadableException(String message) {
        super(message);
    }
}
