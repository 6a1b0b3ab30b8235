package io.oxbow.benchmarks.server;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;

/** Starts Oxbow as a user does: {@code bin/oxbow start}, a local directory as the bucket. */
public final class OxbowServers {

    private static final String FIXED = "fixed.properties";
    private static final String CONFIG = "oxbow.properties";

    private OxbowServers() {}

    /** Sets each node's configuration from its next start on, beside addresses and directories. */
    public static void configure(Path directory, Map<String, String> settings) throws IOException {
        try (DirectoryStream<Path> nodes = Files.newDirectoryStream(directory, "node-*")) {
            for (Path node : nodes) {
                configureNode(node, settings);
            }
        }
    }

    private static void configureNode(Path node, Map<String, String> settings) throws IOException {
        var text = new StringBuilder();
        Files.readAllLines(node.resolve(FIXED)).stream()
                .filter(line -> !settings.containsKey(line.substring(0, line.indexOf('='))))
                .forEach(line -> text.append(line).append('\n'));
        new TreeMap<>(settings).forEach((key, value) -> text.append(key + "=" + value + "\n"));
        Files.writeString(node.resolve(CONFIG), text);
    }

    /** Starts a node with more settings and options for its JVM, and waits until it is ready. */
    public static Server start(Lab lab, Map<String, String> settings, List<String> jvmOptions)
            throws IOException, InterruptedException {
        return Starting.start(prepare(lab, 1, settings, jvmOptions));
    }

    /** Starts nodes of one bucket with more settings, and waits until all are ready. */
    public static Server start(Lab lab, int nodes, Map<String, String> settings)
            throws IOException, InterruptedException {
        return Starting.start(prepare(lab, nodes, settings, List.of()));
    }

    /** Prepares nodes of one bucket, with options for their JVMs, to be launched. */
    public static Server prepare(
            Lab lab, int nodes, Map<String, String> settings, List<String> jvmOptions)
            throws IOException {
        Path directory = lab.children().directory(lab.directory(), "oxbow-");
        List<String> addresses = new ArrayList<>();
        List<ServerProcess> processes = new ArrayList<>();
        for (int id = 1; id <= nodes; id++) {
            String address = "127.0.0.1:" + Lab.freePort();
            Path node = Files.createDirectory(directory.resolve("node-" + id));
            String fixed =
                    """
                    listeners=PLAINTEXT://%s
                    oxbow.http.listener=127.0.0.1:%d
                    oxbow.store=%s
                    oxbow.data.dir=%s
                    """
                            .formatted(
                                    address,
                                    Lab.freePort(),
                                    directory.resolve("bucket").toUri(),
                                    node.resolve("data"));
            Files.writeString(
                    node.resolve(FIXED), nodes == 1 ? fixed : fixed + "node.id=%d%n".formatted(id));
            addresses.add(address);
            processes.add(process(lab, directory, node, jvmOptions));
        }
        configure(directory, settings);
        return new Server(lab.children(), directory, String.join(",", addresses), processes);
    }

    private static ServerProcess process(
            Lab lab, Path directory, Path node, List<String> jvmOptions) {
        List<String> command =
                List.of(
                        lab.home().resolve("bin/oxbow").toString(),
                        "start",
                        "--config",
                        node.resolve(CONFIG).toString());
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
        return new ServerProcess(
                lab.children(), command, environment, directory.resolve("server.log"));
    }

    /** Returns the sum of all nodes' requests to their bucket, as their metrics count them. */
    public static RequestCounts requests(Server server) throws IOException, InterruptedException {
        RequestCounts sum = RequestCounts.NONE;
        try (DirectoryStream<Path> nodes = Files.newDirectoryStream(server.directory(), "node-*")) {
            for (Path node : nodes) {
                sum = sum.plus(RequestCounts.of(metrics(node)));
            }
        }
        return sum;
    }

    private static String metrics(Path node) throws IOException, InterruptedException {
        var settings = new Properties();
        try (var reader = Files.newBufferedReader(node.resolve(CONFIG))) {
            settings.load(reader);
        }
        URI page =
                URI.create(
                        "http://%s/metrics".formatted(settings.getProperty("oxbow.http.listener")));
        try (var http = HttpClient.newHttpClient()) {
            var request = HttpRequest.newBuilder(page).timeout(Duration.ofSeconds(30)).build();
            var answer = http.send(request, HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() != 200) {
                throw new IOException("%s was answered %d".formatted(page, answer.statusCode()));
            }
            return answer.body();
        }
    }
}
