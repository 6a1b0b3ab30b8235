package io.oxbow.node.cli;

/** Exit codes of the commands, beside picocli's 0 (done), 1 (failed) and 2 (command line). */
public final class ExitCodes {

    /** The command failed; the message says why. */
    public static final int FAILED = 1;

    /** No node answers at the address. */
    public static final int NO_ANSWER = 3;

    /** There is no topic, table, group or node of that name. */
    public static final int UNKNOWN = 4;

    /** The topic has a table that is not committed yet. */
    public static final int NOT_YET = 5;

    private ExitCodes() {}
}
