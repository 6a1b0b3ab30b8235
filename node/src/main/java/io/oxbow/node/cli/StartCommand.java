package io.oxbow.node.cli;

import io.oxbow.node.config.ConfigFailure;
import io.oxbow.node.config.NodeConfig;
import io.oxbow.node.config.NodeConfigKeys;
import io.oxbow.node.server.Node;
import io.oxbow.s3stream.image.WalKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code oxbow start}: a node in the foreground. */
@Command(
        name = "start",
        mixinStandardHelpOptions = true,
        description = {
            "Run a node in the foreground.",
            "",
            "With no options: all roles in one process, Kafka on 127.0.0.1:9092, HTTP on"
                    + " 127.0.0.1:8181, a local directory as the bucket.",
            "Prints 'ready kafka=HOST:PORT http=HOST:PORT' on stdout once it serves; logs go to"
                    + " stderr. SIGTERM or Ctrl-C drains it.",
            ""
        },
        footer = {
            "",
            "Examples:",
            "  oxbow start --data /var/lib/oxbow",
            "  oxbow start --set oxbow.store=s3://bucket/prefix --set s3.region=eu-central-1"
        })
public final class StartCommand implements Callable<Integer> {

    /** Longest time of closing as a whole; supervisors kill after half a minute or more. */
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(35);

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "A properties file; docs/configuration.md lists the keys.")
    @Nullable Path file;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "Sets oxbow.data.dir (default: ./oxbow-data).")
    @Nullable Path data;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "Sets a key, over the file's; may be repeated.")
    List<String> set = new ArrayList<>();

    @Override
    public Integer call() throws Exception {
        NodeConfig config = NodeConfig.of(given());
        Node node = Node.start(config);
        // Not a constant of this class: loggers are made after --log-level was read.
        LoggerFactory.getLogger(Node.class).info(summary(config, node));
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(() -> drain(node)));
        System.out.printf("ready kafka=%s http=%s%n", node.kafkaAddress(), node.httpAddress());
        System.out.flush();
        return node.awaitEnd();
    }

    private static String summary(NodeConfig config, Node node) {
        NodeConfig.Wal wal = config.engine().wal();
        String log =
                wal.kind() == WalKind.FILE
                        ? "%s, %d MiB each"
                                .formatted(wal.files().paths(), wal.capacityBytes() >> 20)
                        : "in the store";
        return "node %d is up: Kafka %s, HTTP %s, store %s (%s), write-ahead log %s, memory %s"
                .formatted(
                        node.nodeId(),
                        node.kafkaAddress(),
                        node.httpAddress(),
                        config.store(),
                        config.lineage(),
                        log,
                        config.engine().memory());
    }

    /**
     * Drains the node and ends the JVM with 0; a signal alone would end it with 128 and its number.
     */
    private static void drain(Node node) {
        Thread.ofPlatform().daemon().name("oxbow-close-limit").start(() -> haltAfterLimit(node));
        node.close();
        Runtime.getRuntime().halt(node.awaitEnd());
    }

    /**
     * Ends the process after the limit, whatever is away: what was acked is in the write-ahead log.
     */
    private static void haltAfterLimit(Node node) {
        try {
            Thread.sleep(CLOSE_LIMIT);
        } catch (InterruptedException e) {
            return;
        }
        System.err.printf(
                "oxbow: closing has taken %d s, of late on %s; the process ends now. What was acked"
                        + " and not uploaded is in the write-ahead log; the next start finds it.%n",
                CLOSE_LIMIT.toSeconds(), node.closingPart());
        Runtime.getRuntime().halt(1);
    }

    private Map<String, String> given() {
        Map<String, String> given = new TreeMap<>();
        if (file != null) {
            given.putAll(read(file));
        }
        Map<String, String> options = new TreeMap<>();
        if (data != null) {
            options.put(NodeConfigKeys.DATA_DIR, data.toString());
        }
        for (String setting : set) {
            int equals = setting.indexOf('=');
            if (equals < 1) {
                // The message leaves the argument out: a secret may stand in it.
                throw new ConfigFailure(
                        "--set wants KEY=VALUE; one that was given has another form");
            }
            String key = setting.substring(0, equals);
            if (options.put(key, setting.substring(equals + 1)) != null) {
                throw new ConfigFailure(
                        "%s is given twice on the command line; one of them would be ignored"
                                .formatted(key));
            }
        }
        given.putAll(options);
        return given;
    }

    private static Map<String, String> read(Path file) {
        var properties = new UniqueKeys(file);
        try (var in = Files.newBufferedReader(file)) {
            properties.load(in);
        } catch (IOException | IllegalArgumentException e) {
            throw new ConfigFailure("cannot read the configuration file %s: %s".formatted(file, e));
        }
        Map<String, String> given = new TreeMap<>();
        properties.forEach((key, value) -> given.put(key.toString(), value.toString()));
        return given;
    }

    /** Properties of a file in which no key may stand twice. */
    private static final class UniqueKeys extends Properties {
        private static final long serialVersionUID = 1L;

        private final transient Path file;

        UniqueKeys(Path file) {
            this.file = file;
        }

        @Override
        public synchronized @Nullable Object put(Object key, Object value) {
            if (super.put(key, value) != null) {
                throw new ConfigFailure(
                        "%s stands twice in %s; one of them would be ignored".formatted(key, file));
            }
            return null;
        }
    }
}
