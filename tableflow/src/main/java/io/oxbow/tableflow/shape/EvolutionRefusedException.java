package io.oxbow.tableflow.shape;

/** Refuses a growth of the table that a record asks for. Has no stack trace: it is expected. */
public final class EvolutionRefusedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    EvolutionRefusedException(String message) {
        super(message, null, false, false);
    }
}
