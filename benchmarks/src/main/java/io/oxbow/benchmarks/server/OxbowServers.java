package io.oxbow.benchmarks.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Starts Oxbow as a user does: {@code bin/oxbow start}, a local directory as the bucket. */
public final class OxbowServers {

    private static final String FIXED = "fixed.properties";
    private static final String CONFIG = "oxbow.properties";

    private OxbowServers() {}

    /** Sets a node's configuration from its next start on, beside its addresses and directories. */
    public static void configure(Path directory, Map<String, String> settings) throws IOException {
        var text = new StringBuilder();
        Files.readAllLines(directory.resolve(FIXED)).stream()
                .filter(line -> !settings.containsKey(line.substring(0, line.indexOf('='))))
                .forEach(line -> text.append(line).append('\n'));
        new TreeMap<>(settings).forEach((key, value) -> text.append(key + "=" + value + "\n"));
        Files.writeString(directory.resolve(CONFIG), text);
    }

    /** Starts a node with more settings and options for its JVM, and waits until it is ready. */
    public static Server start(Lab lab, Map<String, String> settings, List<String> jvmOptions)
            throws IOException, InterruptedException {
        return Starting.start(prepare(lab, settings, jvmOptions));
    }

    /** Prepares a node with more settings and options for its JVM to be launched. */
    public static Server prepare(Lab lab, Map<String, String> settings, List<String> jvmOptions)
            throws IOException {
        Path directory = lab.children().directory(lab.directory(), "oxbow-");
        int port = Lab.freePort();
        String fixed =
                """
                listeners=PLAINTEXT://127.0.0.1:%d
                oxbow.http.listener=127.0.0.1:0
                oxbow.store=%s
                oxbow.data.dir=%s
                """
                        .formatted(
                                port,
                                directory.resolve("bucket").toUri(),
                                directory.resolve("data"));
        Files.writeString(directory.resolve(FIXED), fixed);
        configure(directory, settings);
        List<String> command =
                List.of(
                        lab.home().resolve("bin/oxbow").toString(),
                        "start",
                        "--config",
                        directory.resolve(CONFIG).toString());
        List<String> options = new ArrayList<>();
        if (lab.heapMib() != Lab.USUAL_HEAP) {
            options.add("-Xms%dm -Xmx%<dm".formatted(lab.heapMib()));
        }
        options.addAll(jvmOptions);
        Map<String, String> environment =
                Map.of(
                        "OXBOW_OPTS", String.join(" ", options),
                        "OXBOW_NO_BUILD", "1",
                        "JAVA_HOME", System.getProperty("java.home"));
        var process =
                new ServerProcess(
                        lab.children(), command, environment, directory.resolve("server.log"));
        return new Server(lab.children(), directory, "127.0.0.1:" + port, List.of(process));
    }
}
