package io.oxbow.node.quickstart;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;

/** Prints lines that say what was done, each with the seconds since the beginning. */
public final class Progress {

    private final PrintWriter out;
    private final long beginNanos;

    /**
     * @param before how long it has run already
     */
    public Progress(PrintStream out, Duration before) {
        this.out = new PrintWriter(out, true, StandardCharsets.UTF_8);
        this.beginNanos = System.nanoTime() - before.toNanos();
    }

    PrintWriter out() {
        return out;
    }

    public double seconds() {
        return (System.nanoTime() - beginNanos) / 1e9;
    }

    public void tell(String format, Object... arguments) {
        out.printf("[%5.1f s] %s%n", seconds(), format.formatted(arguments));
    }

    /** Prints a line in the form that the node's own messages have, whatever the locale. */
    public void line(String format, Object... arguments) {
        out.printf(Locale.ROOT, format + "%n", arguments);
    }
}
