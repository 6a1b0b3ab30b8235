package io.oxbow.tableflow.shape;

/** Refuses a growth of the table that a record asks for. Has no stack trace: it is expected. */
public final class GrowthRefusedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    GrowthRefusedException(String message) {
        super(message, null, false, false);
    }
}
