package io.oxbow.simulation.history;

/** Signals a history that no append-only log has. */
public final class HistoryViolation extends RuntimeException {

    private static final long serialVersionUID = 1L;

    HistoryViolation(String message) {
        super(message);
    }
}
