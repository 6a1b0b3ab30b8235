package io.oxbow.node.process;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Output and exit code of a command. */
public record Outcome(int exit, String out, String err) {

    private static final long PATIENCE_SECONDS = 180;

    public static Outcome of(List<String> command) throws Exception {
        return of(command, "");
    }

    /** Runs {@code command} with {@code input} on its standard input. */
    public static Outcome of(List<String> command, String input) throws Exception {
        return of(command, input, Map.of());
    }

    public static Outcome of(List<String> command, String input, Map<String, String> environment)
            throws Exception {
        var builder = new ProcessBuilder(command);
        builder.environment().putAll(environment);
        Process process = builder.start();
        var out = CompletableFuture.supplyAsync(() -> read(process.getInputStream()));
        var err = CompletableFuture.supplyAsync(() -> read(process.getErrorStream()));
        try (var stdin = process.getOutputStream()) {
            stdin.write(input.getBytes(StandardCharsets.UTF_8));
        }
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError(
                    "no end within %d s: %s%n%s".formatted(PATIENCE_SECONDS, command, err.get()));
        }
        return new Outcome(process.exitValue(), out.get(), err.get());
    }

    private static String read(InputStream in) {
        try {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Throws unless the command ended with 0. */
    public Outcome succeeded() {
        if (exit != 0) {
            throw new AssertionError("exit %d%n%s%n%s".formatted(exit, out, err));
        }
        return this;
    }
}
