package io.oxbow.node.cli;

import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;

/** A command could not do what it was asked; its message is for the person who asked. */
public final class CommandFailure extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public CommandFailure(String message) {
        super(message);
    }

    public CommandFailure(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /** Prints what went wrong in one line on stderr; the stack trace goes to the debug log. */
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
        return CommandLine.ExitCode.SOFTWARE;
    }
}
