package io.oxbow.node.chaos;

import io.oxbow.node.process.Outcome;
import io.oxbow.node.process.OxbowProcess;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A machine of the cluster: a network namespace, a data directory, and a node's process or none.
 */
final class Machine implements AutoCloseable {

    private static final String HEAP = "-Xmx256m";
    private static final Duration ANSWER = Duration.ofSeconds(2);

    private final int number;
    private final String zone;
    private final Ethernet network;
    private final String address;
    private final Path directory;
    private final Map<String, String> settings;
    private @Nullable Process process;

    /** True while the process is to run: one that ends is started again. */
    private boolean wanted;

    Machine(int number, String zone, Ethernet network, Path root, Map<String, String> common)
            throws Exception {
        this.number = number;
        this.zone = zone;
        this.network = network;
        this.address = network.plug(number);
        this.directory = root.resolve("node-" + number);
        this.settings = new HashMap<>(common);
        settings.put("oxbow.zone", zone);
        settings.put("listeners", "PLAINTEXT://" + kafka());
        settings.put("oxbow.http.listener", http());
        settings.put("oxbow.rpc.listener", address + ":9094");
        settings.put("oxbow.insecure.listeners", "PLAINTEXT,http,rpc");
    }

    String name() {
        return "node-" + number;
    }

    String zone() {
        return zone;
    }

    String address() {
        return address;
    }

    String kafka() {
        return address + ":9092";
    }

    String http() {
        return address + ":8181";
    }

    boolean isWanted() {
        return wanted;
    }

    void start() throws IOException {
        Files.createDirectories(directory);
        var builder =
                new ProcessBuilder(
                        network.commandLine(
                                number, OxbowProcess.startCommand(directory, settings)));
        // Thread dumps go to the standard output.
        builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log("out").toFile()));
        builder.redirectError(ProcessBuilder.Redirect.appendTo(log("log").toFile()));
        builder.environment().put("OXBOW_OPTS", HEAP);
        Process started = builder.start();
        started.getOutputStream().close();
        process = started;
        wanted = true;
    }

    private Path log(String suffix) {
        return directory.resolveSibling("%s.%s".formatted(name(), suffix));
    }

    /** Returns the exit code of a process that ended without being asked to. */
    Optional<Integer> ended() {
        return wanted && process != null && !process.isAlive()
                ? Optional.of(process.exitValue())
                : Optional.empty();
    }

    /** kill -9; the process stays away until {@link #start}. */
    void kill() throws InterruptedException {
        wanted = false;
        if (process != null) {
            process.destroyForcibly().waitFor();
        }
    }

    /** SIGTERM; returns the exit code, or none when the process lives after the patience. */
    Optional<Integer> terminate(Duration patience) throws InterruptedException {
        wanted = false;
        if (process == null) {
            return Optional.empty();
        }
        process.destroy();
        return process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)
                ? Optional.of(process.exitValue())
                : Optional.empty();
    }

    void suspend() throws Exception {
        signal("-STOP");
    }

    void resume() throws Exception {
        signal("-CONT");
    }

    /** Has the process write the stacks of its threads to its output. */
    void dump() throws Exception {
        signal("-QUIT");
    }

    private void signal(String name) throws Exception {
        if (process != null && process.isAlive()) {
            Outcome.of(List.of("kill", name, String.valueOf(process.pid())));
        }
    }

    void cut(String other) throws Exception {
        network.cut(number, other);
    }

    void mend() throws Exception {
        network.mend(number);
    }

    boolean isReady() throws InterruptedException {
        return get("/health/ready").isPresent();
    }

    boolean leads() throws InterruptedException {
        return get("/health/leader").isPresent();
    }

    /** Returns a good answer's body, or nothing. */
    Optional<String> get(String path) throws InterruptedException {
        try (var client = HttpClient.newBuilder().connectTimeout(ANSWER).build()) {
            var request = HttpRequest.newBuilder(URI.create("http://" + http() + path));
            var answer =
                    client.send(
                            request.timeout(ANSWER).build(), HttpResponse.BodyHandlers.ofString());
            client.shutdownNow();
            return answer.statusCode() == 200 ? Optional.of(answer.body()) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** Runs a command of {@code bin/oxbow} that asks this machine's node. */
    Outcome command(String... arguments) throws Exception {
        List<String> line = OxbowProcess.commandLine(arguments);
        line.addAll(List.of("--http", http()));
        Map<String, String> environment = new HashMap<>();
        environment.put("AWS_ACCESS_KEY_ID", settings.getOrDefault("s3.access-key-id", ""));
        environment.put("AWS_SECRET_ACCESS_KEY", settings.getOrDefault("s3.secret-access-key", ""));
        return Outcome.of(line, "", environment);
    }

    /** Forgets the data directory, as a machine that is made anew. */
    void forget() throws IOException {
        Files.move(
                directory, directory.resolveSibling("%s-%d".formatted(name(), System.nanoTime())));
    }

    @Override
    public void close() throws InterruptedException {
        kill();
    }
}
