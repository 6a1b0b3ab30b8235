package io.oxbow.benchmarks.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One process of a server, which can be killed and started again. */
final class ServerProcess {

    private static final int LINES_OF_LOG = 15;
    private static final long PATIENCE_SECONDS = 60;

    private final Children children;
    private final List<String> command;
    private final Map<String, String> environment;
    private final Path log;
    private @Nullable Process process;

    ServerProcess(
            Children children, List<String> command, Map<String, String> environment, Path log) {
        this.children = children;
        this.command = command;
        this.environment = environment;
        this.log = log;
    }

    void start() throws IOException {
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().putAll(environment);
        process = children.start(builder);
    }

    void kill() {
        if (process != null) {
            children.kill(process);
            process = null;
        }
    }

    /** Ends the process by SIGTERM, and by SIGKILL if that does not end it. */
    void terminate() throws InterruptedException {
        if (process != null) {
            process.destroy();
            process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
            kill();
        }
    }

    boolean isStarted() {
        return process != null;
    }

    long pid() {
        return running().pid();
    }

    /** Fails with the end of the process's log when the process is gone. */
    void requireAlive() throws IOException {
        if (!running().isAlive()) {
            List<String> lines = Files.readAllLines(log);
            throw new IOException(
                    "the server ended with exit code %d; its last words:%n%s"
                            .formatted(
                                    running().exitValue(),
                                    String.join(
                                            System.lineSeparator(),
                                            lines.subList(
                                                    Math.max(0, lines.size() - LINES_OF_LOG),
                                                    lines.size()))));
        }
    }

    private Process running() {
        if (process == null) {
            throw new IllegalStateException("the server is not started: " + command);
        }
        return process;
    }
}
