package io.oxbow.node.cli.cluster;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** Shows how far something is: a bar on a terminal, else a line now and then. */
final class ProgressBar implements AutoCloseable {

    private static final Path STDERR = Path.of("/proc/self/fd/2");
    private static final int WIDTH = 30;
    private static final Duration LINES_APART = Duration.ofSeconds(1);

    private final PrintStream out;
    private final boolean terminal;
    private final String what;
    private long nextLine = Long.MIN_VALUE;
    private String shown = "";

    ProgressBar(PrintStream out, boolean terminal, String what) {
        this.out = out;
        this.terminal = terminal;
        this.what = what;
    }

    static ProgressBar onStderr(String what) {
        return new ProgressBar(System.err, isTerminal(), what);
    }

    /** Returns true if stderr is a terminal; stdout may be redirected all the same. */
    private static boolean isTerminal() {
        try {
            String target = Files.readSymbolicLink(STDERR).toString();
            return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty");
        } catch (IOException | UnsupportedOperationException e) {
            return System.console() != null && System.console().isTerminal();
        }
    }

    void show(int done, int all) {
        String text = "%s: %d of %d partitions moved".formatted(what, done, all);
        if (text.equals(shown)) {
            return;
        }
        if (terminal) {
            int full = all == 0 ? WIDTH : (int) ((long) WIDTH * done / all);
            out.printf("\r[%s%s] %s", "#".repeat(full), " ".repeat(WIDTH - full), text);
            out.flush();
        } else {
            long now = System.nanoTime();
            if (done < all && nextLine != Long.MIN_VALUE && now - nextLine < 0) {
                return;
            }
            nextLine = now + LINES_APART.toNanos();
            out.println(text);
        }
        shown = text;
    }

    @Override
    public void close() {
        if (terminal && !shown.isEmpty()) {
            out.println();
        }
    }
}
