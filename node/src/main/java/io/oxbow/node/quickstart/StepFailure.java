package io.oxbow.node.quickstart;

/** Signals that a step of the quickstart failed; the message begins with the step. */
public final class StepFailure extends RuntimeException {

    private static final long serialVersionUID = 1L;

    StepFailure(String step, Throwable cause) {
        super("quickstart failed at '" + step + "': " + reason(cause), cause);
    }

    private static String reason(Throwable cause) {
        return cause.getMessage() == null ? cause.toString() : cause.getMessage();
    }
}
