package io.oxbow.node.cli;

import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;

/**
 * Signals that a command could not do what it was asked; the message is for the person who asked.
 */
public final class CommandFailure extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int exitCode;

    public CommandFailure(String message) {
        this(message, null);
    }

    public CommandFailure(String message, @Nullable Throwable cause) {
        this(ExitCodes.FAILED, message, cause);
    }

    private CommandFailure(int exitCode, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.exitCode = exitCode;
    }

    /** Returns the failure of an argument that is not what it has to be. */
    public static CommandFailure badArgument(String message) {
        return new CommandFailure(CommandLine.ExitCode.USAGE, message, null);
    }

    static CommandFailure noAnswer(String message, @Nullable Throwable cause) {
        return new CommandFailure(ExitCodes.NO_ANSWER, message, cause);
    }

    public static CommandFailure unknown(String message) {
        return new CommandFailure(ExitCodes.UNKNOWN, message, null);
    }

    static CommandFailure unknownTopic(String topic) {
        return unknown(
                "there is no topic %s ('oxbow topic list' shows those there are)".formatted(topic));
    }

    public static CommandFailure notYet(String message) {
        return new CommandFailure(ExitCodes.NOT_YET, message, null);
    }

    /** Prints a failure in one line on stderr; the stack trace goes to the debug log. */
    public static int report(
            Exception failure, CommandLine commandLine, CommandLine.ParseResult parsed) {
        Throwable cause = failure;
        while ((cause instanceof ExecutionException || cause instanceof CompletionException)
                && cause.getCause() != null) {
            cause = cause.getCause();
        }
        String text = cause.getMessage() == null ? cause.toString() : cause.getMessage();
        commandLine.getErr().println("oxbow: " + text);
        LoggerFactory.getLogger(CommandFailure.class).debug("command failed", failure);
        return cause instanceof CommandFailure known ? known.exitCode : ExitCodes.FAILED;
    }
}
