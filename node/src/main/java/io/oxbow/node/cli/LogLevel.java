package io.oxbow.node.cli;

import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/**
 * The option {@code --log-level}: the least level of log lines on stderr. Set before the first
 * logger is made.
 */
public final class LogLevel {

    private static final String PREFIX = "org.slf4j.simpleLogger.";

    /** Levels, as the logs name them. */
    public enum Level {
        off,
        error,
        warn,
        info,
        debug,
        trace
    }

    @Option(
            names = "--log-level",
            paramLabel = "LEVEL",
            scope = ScopeType.INHERIT,
            description =
                    "Least level of log lines on stderr: off, error, warn, info, debug or trace"
                            + " (default: info for start, warn for quickstart, off for the rest).")
    @Nullable Level level;

    /**
     * @param command the first word of the command line
     */
    public void apply(String command) {
        Level own = level == null ? usual(command) : level;
        // At info and below, libraries log about themselves, which helps only in the search for a
        // fault.
        Level libraries =
                switch (own) {
                    case off, error -> own;
                    case warn -> command.equals("quickstart") ? Level.error : Level.warn;
                    case trace -> Level.debug;
                    default -> Level.warn;
                };
        if (own != Level.off) {
            // Not in the properties: the format of dates takes long to make, even if none is
            // logged.
            System.setProperty(PREFIX + "dateTimeFormat", "yyyy-MM-dd HH:mm:ss.SSS");
        }
        System.setProperty(PREFIX + "log.io.oxbow", word(own));
        System.setProperty(PREFIX + "defaultLogLevel", word(libraries));
    }

    private static Level usual(String command) {
        return switch (command) {
            case "start" -> Level.info;
            case "quickstart" -> Level.warn;
            // The command's answer is on stdout, and one line on stderr names the failure.
            default -> Level.off;
        };
    }

    private static String word(Level level) {
        return level.name().toLowerCase(Locale.ROOT);
    }
}
