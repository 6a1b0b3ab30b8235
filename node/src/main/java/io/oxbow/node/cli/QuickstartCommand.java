package io.oxbow.node.cli;

import io.oxbow.node.config.NodeConfig;
import io.oxbow.node.config.NodeConfigKeys;
import io.oxbow.node.quickstart.Progress;
import io.oxbow.node.quickstart.Quickstart;
import io.oxbow.node.server.Node;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code oxbow quickstart} */
@Command(
        name = "quickstart",
        mixinStandardHelpOptions = true,
        description = {
            "See the whole thing work: starts a node on a fresh local directory, produces one week"
                    + " of earthquakes as JSON and as Avro, consumes them, waits for their tables, and"
                    + " runs SQL over them.",
            "Stays up until Ctrl-C, so that you can try more.",
            ""
        })
public final class QuickstartCommand implements Callable<Integer> {

    @Option(
            names = "--port",
            paramLabel = "N",
            defaultValue = "9092",
            description = "Kafka's port (default: ${DEFAULT-VALUE}); 0 picks free ports for all.")
    int port;

    @Option(
            names = "--http-port",
            paramLabel = "N",
            defaultValue = "8181",
            description = "HTTP's port (default: ${DEFAULT-VALUE}).")
    int httpPort;

    @Option(names = "--exit", description = "End when it is done, and remove the directory.")
    boolean exit;

    private @Nullable Node node;

    @Override
    public Integer call() throws Exception {
        Path directory = Files.createTempDirectory("oxbow-quickstart-");
        boolean keep = !exit;
        var hook = Thread.ofPlatform().unstarted(() -> end(directory, keep));
        Runtime.getRuntime().addShutdownHook(hook);
        var progress = new Progress(System.out, sinceStart());
        progress.tell("starting a node on %s", directory);
        Node started = Node.start(config(directory));
        node = started;
        progress.tell(
                "node is up: Kafka on %s, HTTP on %s",
                started.kafkaAddress(), started.httpAddress());
        Quickstart.Counts counts = new Quickstart(started, progress).run();
        progress.line("");
        progress.tell("done: produced, consumed, in Iceberg tables, and queried");
        progress.line("quickstart ok json=%d avro=%d", counts.json(), counts.avro());
        if (exit) {
            return 0;
        }
        printWhatNext(progress, started, directory);
        return started.awaitEnd();
    }

    /** Returns the time since the JVM's start: it is what the person has waited for. */
    private static Duration sinceStart() {
        return Duration.ofMillis(ManagementFactory.getRuntimeMXBean().getUptime());
    }

    private NodeConfig config(Path directory) {
        return NodeConfig.of(
                Map.of(
                        NodeConfigKeys.DATA_DIR,
                        directory.toString(),
                        NodeConfigKeys.HTTP_LISTENER,
                        "127.0.0.1:" + (port == 0 ? 0 : httpPort),
                        "listeners",
                        "PLAINTEXT://127.0.0.1:" + port));
    }

    private static void printWhatNext(Progress progress, Node node, Path directory) {
        String kafka = node.kafkaAddress();
        String http = node.httpAddress();
        String onKafka = kafka.equals("127.0.0.1:9092") ? "" : " --bootstrap-server " + kafka;
        String onHttp = http.equals("127.0.0.1:8181") ? "" : " --http " + http;
        progress.line(
                """

                The node stays up until Ctrl-C:
                  Kafka            %1$s
                  schema registry  http://%2$s/registry
                  Iceberg catalog  http://%2$s/iceberg
                  metrics          http://%2$s/metrics
                  data             %3$s (stays; remove it when you are done)

                Try in another terminal:
                  bin/oxbow sql%5$s 'SELECT COUNT(*) FROM "default".earthquakes'
                  bin/oxbow table describe earthquakes%4$s%5$s
                  bin/oxbow table verify earthquakes%4$s%5$s
                  bin/oxbow group describe quickstart%4$s
                  kcat -b %1$s -C -t earthquakes -c 1\
                """,
                kafka, http, directory, onKafka, onHttp);
    }

    private void end(Path directory, boolean keep) {
        Node started = node;
        if (started != null) {
            started.close();
        }
        if (!keep) {
            delete(directory);
        }
    }

    private static void delete(Path directory) {
        try (var paths = Files.walk(directory)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            System.err.println("oxbow: could not remove " + directory + ": " + e.getMessage());
        }
    }
}
