package io.oxbow.simulation.history;

/** No append-only log behaves as this history says. */
public final class HistoryViolation extends RuntimeException {

    private static final long serialVersionUID = 1L;

    HistoryViolation(String message) {
        super(message);
    }
}
