package io.oxbow.benchmarks.load;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/**
 * Reads the words on stdin by which the harness steers a load generator. The end of stdin means
 * "quit".
 */
final class ControlLines {

    static final String QUIT = "quit";

    private ControlLines() {}

    /** Passes each word to {@code take} on a thread of its own. */
    static void follow(Consumer<String> take) {
        Thread.ofPlatform().daemon().name("control").start(() -> read(take));
    }

    private static void read(Consumer<String> take) {
        try (var lines =
                new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            String line;
            while ((line = lines.readLine()) != null) {
                take.accept(line.strip());
            }
        } catch (IOException e) {
            System.err.println("stdin cannot be read, so the load ends: " + e);
        }
        take.accept(QUIT);
    }
}
