package io.oxbow.benchmarks.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A running load generator, which takes words and reports events. */
public final class LoadProcess implements AutoCloseable {

    private static final String HEAP = "512m";

    private final Children children;
    private final Process process;
    private final Path log;
    private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();

    private volatile boolean closed;

    private sealed interface Event {
        record Told(JsonNode fields) implements Event {}

        record Ended() implements Event {}
    }

    private LoadProcess(Children children, Process process, Path log) {
        this.children = children;
        this.process = process;
        this.log = log;
    }

    /** Starts {@code bin/bench}'s command of that name against a server. */
    public static LoadProcess start(Lab lab, Server server, String command, List<String> options)
            throws IOException {
        List<String> all = new ArrayList<>(options);
        all.addAll(List.of("--bootstrap", server.bootstrap()));
        return start(lab, server.directory(), command, all);
    }

    /** Starts a command without a server; its output beside events is kept in {@code directory}. */
    public static LoadProcess start(Lab lab, Path directory, String command, List<String> options)
            throws IOException {
        List<String> line = new ArrayList<>();
        line.add(lab.java().toString());
        line.addAll(List.of("-Xms" + HEAP, "-Xmx" + HEAP));
        line.addAll(List.of("--enable-native-access=ALL-UNNAMED"));
        line.add("--sun-misc-unsafe-memory-access=allow");
        line.add("-Dorg.slf4j.simpleLogger.defaultLogLevel=warn");
        line.addAll(List.of("-cp", lab.ownClassPath()));
        line.addAll(List.of("io.oxbow.benchmarks.Bench", command));
        line.addAll(options);
        Path log = Files.createTempFile(directory, command, ".log");
        Process process =
                lab.children().start(new ProcessBuilder(line).redirectError(log.toFile()));
        var load = new LoadProcess(lab.children(), process, log);
        Thread.ofPlatform().daemon().start(load::hear);
        return load;
    }

    private void hear() {
        var mapper = new ObjectMapper();
        try (var lines =
                new BufferedReader(
                        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            String line;
            while ((line = lines.readLine()) != null) {
                events.add(new Event.Told(mapper.readTree(line)));
            }
        } catch (IOException e) {
            if (!closed) {
                System.err.println("bench: the load generator's events cannot be read: " + e);
            }
        }
        events.add(new Event.Ended());
    }

    /** Sends a word to the generator. */
    public void tell(String word) throws IOException {
        OutputStream in = process.getOutputStream();
        in.write((word + "\n").getBytes(StandardCharsets.UTF_8));
        in.flush();
    }

    /** Waits for the generator's next event, which must be that one. */
    public JsonNode await(String event, Duration patience)
            throws IOException, InterruptedException {
        Event next = events.poll(patience.toMillis(), TimeUnit.MILLISECONDS);
        if (next instanceof Event.Told(JsonNode fields)
                && event.equals(fields.path("event").asText())) {
            return fields;
        }
        throw new IOException(
                "the load generator did not report '%s' within %s: %s%n%s"
                        .formatted(event, patience, told(next), Files.readString(log).strip()));
    }

    private static String told(@Nullable Event next) {
        return switch (next) {
            case null -> "it told nothing";
            case Event.Told(JsonNode fields) -> "it told " + fields;
            case Event.Ended() -> "it ended";
        };
    }

    @Override
    public void close() {
        closed = true;
        children.kill(process);
    }
}
