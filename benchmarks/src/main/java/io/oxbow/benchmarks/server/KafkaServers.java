package io.oxbow.benchmarks.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.common.Uuid;

/**
 * Starts a stock Apache Kafka: combined nodes with KRaft, the settings of its own
 * config/server.properties and the JVM options of its own start script.
 */
public final class KafkaServers {

    private static final String STOCK_SETTINGS =
            """
            num.network.threads=3
            num.io.threads=8
            socket.send.buffer.bytes=102400
            socket.receive.buffer.bytes=102400
            socket.request.max.bytes=104857600
            num.partitions=1
            num.recovery.threads.per.data.dir=2
            log.retention.hours=168
            log.segment.bytes=1073741824
            log.retention.check.interval.ms=300000
            """;

    static final List<String> STOCK_JVM_OPTIONS =
            List.of(
                    "-server",
                    "-XX:+UseG1GC",
                    "-XX:MaxGCPauseMillis=20",
                    "-XX:InitiatingHeapOccupancyPercent=35",
                    "-XX:+ExplicitGCInvokesConcurrent",
                    "-Djava.awt.headless=true");

    private KafkaServers() {}

    /** Starts a cluster of so many nodes and waits until it is ready. */
    public static Server start(Lab lab, int nodes) throws IOException, InterruptedException {
        return Starting.start(prepare(lab, nodes));
    }

    /** Prepares a cluster of so many nodes to be launched: its directories are formatted. */
    public static Server prepare(Lab lab, int nodes) throws IOException, InterruptedException {
        Path directory = lab.children().directory(lab.directory(), "kafka-");
        List<Integer> ports = new ArrayList<>();
        List<Integer> controllerPorts = new ArrayList<>();
        for (int i = 0; i < nodes; i++) {
            ports.add(Lab.freePort());
            controllerPorts.add(Lab.freePort());
        }
        String voters =
                IntStream.range(0, nodes)
                        .mapToObj(i -> "%d@127.0.0.1:%d".formatted(i + 1, controllerPorts.get(i)))
                        .collect(Collectors.joining(","));
        String cluster = Uuid.randomUuid().toString();
        List<ServerProcess> processes = new ArrayList<>();
        for (int i = 0; i < nodes; i++) {
            Path data = Files.createDirectory(directory.resolve("node-" + (i + 1)));
            Path settings = data.resolveSibling("node-%d.properties".formatted(i + 1));
            Files.writeString(
                    settings,
                    settings(i + 1, nodes, ports.get(i), controllerPorts.get(i), voters)
                            + "log.dirs=%s%n".formatted(data));
            format(lab, cluster, settings);
            processes.add(process(lab, settings, directory.resolve("server.log")));
        }
        String bootstrap =
                ports.stream().map(port -> "127.0.0.1:" + port).collect(Collectors.joining(","));
        return new Server(lab.children(), directory, bootstrap, processes);
    }

    private static String settings(
            int node, int nodes, int port, int controllerPort, String voters) {
        int replicas = Math.min(3, nodes);
        return STOCK_SETTINGS
                + """
                process.roles=broker,controller
                node.id=%d
                controller.quorum.voters=%s
                listeners=PLAINTEXT://127.0.0.1:%d,CONTROLLER://127.0.0.1:%d
                inter.broker.listener.name=PLAINTEXT
                controller.listener.names=CONTROLLER
                listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT
                offsets.topic.replication.factor=%d
                share.coordinator.state.topic.replication.factor=%5$d
                share.coordinator.state.topic.min.isr=1
                transaction.state.log.replication.factor=%5$d
                transaction.state.log.min.isr=1
                """
                        .formatted(node, voters, port, controllerPort, replicas);
    }

    private static void format(Lab lab, String cluster, Path settings)
            throws IOException, InterruptedException {
        Path log = settings.resolveSibling("format.log");
        Process process =
                lab.children()
                        .start(
                                new ProcessBuilder(
                                                lab.java().toString(),
                                                "-XX:+UseSerialGC",
                                                "-XX:TieredStopAtLevel=1",
                                                "-cp",
                                                lab.peerClassPath(),
                                                "kafka.tools.StorageTool",
                                                "format",
                                                "-t",
                                                cluster,
                                                "-c",
                                                settings.toString())
                                        .redirectErrorStream(true)
                                        .redirectOutput(log.toFile()));
        int code = process.waitFor();
        lab.children().kill(process);
        if (code != 0) {
            throw new IOException(
                    "Kafka's storage tool ended with exit code %d: %s"
                            .formatted(code, Files.readString(log)));
        }
    }

    private static ServerProcess process(Lab lab, Path settings, Path log) {
        List<String> command = new ArrayList<>();
        command.add(lab.java().toString());
        command.add("-Xms%dm".formatted(lab.heapMib()));
        command.add("-Xmx%dm".formatted(lab.heapMib()));
        command.addAll(STOCK_JVM_OPTIONS);
        command.add("-Dorg.slf4j.simpleLogger.defaultLogLevel=warn");
        command.addAll(List.of("-cp", lab.peerClassPath()));
        command.addAll(List.of("kafka.Kafka", settings.toString()));
        return new ServerProcess(lab.children(), command, Map.of(), log);
    }
}
