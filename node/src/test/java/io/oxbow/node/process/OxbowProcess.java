package io.oxbow.node.process;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;

/** A node started by {@code bin/oxbow start}, on free ports, ended with the test. */
public final class OxbowProcess implements AutoCloseable {

    private static final Pattern READY = Pattern.compile("ready kafka=(\\S+) http=(\\S+)");
    private static final long START_SECONDS = 90;

    private final Process process;
    private final Path log;
    private final String kafka;
    private final String http;

    private final Map<String, String> settings;

    private OxbowProcess(
            Process process, Path log, List<String> addresses, Map<String, String> settings) {
        this.process = process;
        this.log = log;
        this.kafka = addresses.get(0);
        this.http = addresses.get(1);
        this.settings = settings;
    }

    /** Starts a node on {@code data} and waits until it says that it is ready. */
    public static OxbowProcess start(Path data, Map<String, String> settings) throws Exception {
        return start(data, settings, Map.of());
    }

    /** The same with more in its environment. */
    public static OxbowProcess start(
            Path data, Map<String, String> settings, Map<String, String> environment)
            throws Exception {
        return launch(startCommand(data, settings), data, settings, environment);
    }

    /** The command line that starts a node on {@code data}, on free ports unless they are given. */
    public static List<String> startCommand(Path data, Map<String, String> settings) {
        List<String> command = commandLine("start", "--data", data.toString());
        settings("listeners", "PLAINTEXT://127.0.0.1:0", settings, command);
        settings("oxbow.http.listener", "127.0.0.1:0", settings, command);
        settings.forEach((key, value) -> {
            command.add("--set");
            command.add(key + "=" + value);
        });
        return command;
    }

    /** Starts a node by a command line that {@link #startCommand} made, or one around it. */
    public static OxbowProcess launch(
            List<String> command,
            Path data,
            Map<String, String> settings,
            Map<String, String> environment)
            throws Exception {
        Files.createDirectories(data);
        Path log = data.resolveSibling(data.getFileName() + ".log");
        var builder =
                new ProcessBuilder(command)
                        .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().putAll(environment);
        Process process = builder.start();
        var ready = new CompletableFuture<List<String>>();
        Thread.ofVirtual().start(() -> readOutput(process, ready));
        try {
            List<String> addresses = ready.get(START_SECONDS, TimeUnit.SECONDS);
            return new OxbowProcess(process, log, addresses, settings);
        } catch (ExecutionException | TimeoutException e) {
            process.destroyForcibly();
            throw new AssertionError("the node did not get ready:\n" + Files.readString(log), e);
        }
    }

    private static void settings(
            String key, String value, Map<String, String> given, List<String> command) {
        if (!given.containsKey(key)) {
            command.add("--set");
            command.add(key + "=" + value);
        }
    }

    private static void readOutput(Process process, CompletableFuture<List<String>> ready) {
        try (var reader =
                new BufferedReader(
                        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            String line;
            while ((line = reader.readLine()) != null) {
                var matcher = READY.matcher(line);
                if (matcher.matches()) {
                    ready.complete(List.of(matcher.group(1), matcher.group(2)));
                }
            }
        } catch (IOException e) {
            ready.completeExceptionally(e);
        }
        ready.completeExceptionally(new IOException("it ended before it was ready"));
    }

    /** Runs a command of {@code bin/oxbow} to its end. */
    public static Outcome run(String... arguments) throws Exception {
        return Outcome.of(commandLine(arguments));
    }

    /**
     * Runs a command beside this node. Where its bucket wants keys, the command finds them where a
     * person would have put them: in the environment.
     */
    public Outcome command(String command, String... arguments) throws Exception {
        List<String> line = commandLine(command);
        line.addAll(List.of(arguments));
        Map<String, String> environment = new HashMap<>();
        if (settings.containsKey("s3.access-key-id")) {
            environment.put("AWS_ACCESS_KEY_ID", settings.get("s3.access-key-id"));
            environment.put("AWS_SECRET_ACCESS_KEY", settings.get("s3.secret-access-key"));
        }
        return Outcome.of(line, "", environment);
    }

    /** The command line of {@code bin/oxbow} with {@code arguments}. */
    public static List<String> commandLine(String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(home().resolve("bin/oxbow").toString());
        command.addAll(List.of(arguments));
        return command;
    }

    public static Path home() {
        Path here = Path.of("").toAbsolutePath();
        while (!Files.exists(here.resolve("bin/oxbow"))) {
            Path parent = here.getParent();
            if (parent == null) {
                throw new AssertionError(
                        "bin/oxbow was not found above " + Path.of("").toAbsolutePath());
            }
            here = parent;
        }
        return here;
    }

    public String kafka() {
        return kafka;
    }

    public String http() {
        return http;
    }

    public long pid() {
        return process.pid();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    public String log() throws IOException {
        return Files.readString(log);
    }

    /** Returns the most memory that the process has had resident, in mebibytes. */
    public long peakMib() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/" + pid() + "/status"))) {
            if (line.startsWith("VmHWM:")) {
                return Long.parseLong(line.replaceAll("[^0-9]", "")) / 1024;
            }
        }
        throw new AssertionError("no VmHWM");
    }

    /** Waits until the process ends by itself; returns the exit code. */
    public int awaitExit(Duration patience) throws InterruptedException {
        if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new AssertionError("the node did not end within " + patience);
        }
        return process.exitValue();
    }

    /** Stops the process by SIGSTOP: it stands still as on a machine that is suspended. */
    public void suspend() throws Exception {
        signal("-STOP");
    }

    /** Continues the process by SIGCONT. */
    public void resume() throws Exception {
        signal("-CONT");
    }

    private void signal(String name) throws Exception {
        Outcome.of(List.of("kill", name, String.valueOf(process.pid()))).succeeded();
    }

    /** kill -9. */
    public void kill() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor();
    }

    /** Ends the process by SIGTERM; returns the exit code. */
    public int terminate() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError("the node did not end within 60 s of SIGTERM");
        }
        return process.exitValue();
    }

    @Override
    public void close() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor();
    }
}
