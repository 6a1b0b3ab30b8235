package io.oxbow.benchmarks.server;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Starts Oxbow as a user does: {@code bin/oxbow start}, a local directory as the bucket. */
public final class OxbowServers {

    private OxbowServers() {}

    /** Starts a node with more settings and options for its JVM, and waits until it is ready. */
    public static Server start(Lab lab, Map<String, String> settings, List<String> jvmOptions)
            throws IOException, InterruptedException {
        Path directory = lab.children().directory(lab.directory(), "oxbow-");
        int port = Lab.freePort();
        Map<String, String> all = new TreeMap<>();
        all.put("listeners", "PLAINTEXT://127.0.0.1:" + port);
        all.put("oxbow.http.listener", "127.0.0.1:0");
        all.put("oxbow.store", directory.resolve("bucket").toUri().toString());
        all.putAll(settings);
        List<String> command = new ArrayList<>();
        command.add(lab.home().resolve("bin/oxbow").toString());
        command.addAll(List.of("start", "--data", directory.resolve("data").toString()));
        all.forEach((key, value) -> command.addAll(List.of("--set", key + "=" + value)));
        List<String> options = new ArrayList<>();
        options.add("-Xms%dm -Xmx%<dm".formatted(lab.heapMib()));
        options.addAll(jvmOptions);
        Map<String, String> environment =
                Map.of(
                        "OXBOW_OPTS", String.join(" ", options),
                        "OXBOW_NO_BUILD", "1",
                        "JAVA_HOME", System.getProperty("java.home"));
        var process =
                new ServerProcess(
                        lab.children(), command, environment, directory.resolve("server.log"));
        var server = new Server(lab.children(), directory, "127.0.0.1:" + port, List.of(process));
        return Starting.start(server);
    }
}
