package io.oxbow.containers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import com.github.dockerjava.api.model.AccessMode;
import com.github.dockerjava.api.model.Bind;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.utility.DockerImageName;

/**
 * Tests the node's image, from {@code docker/Dockerfile}, and a stock Trino beside it, as {@code
 * compose.yaml} puts them together.
 */
@Tag("slow")
class ContainersTest {

    private static final String BASE = "localhost/oxbow-base:latest";
    private static final String NODE = "localhost/oxbow-test:latest";
    private static final String TRINO = "localhost/oxbow-test-trino:latest";
    private static final int RECORDS = 1_000;
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    @TempDir Path temporary = Path.of("");

    @Test
    @Timeout(value = 30, unit = TimeUnit.MINUTES)
    void nodeServesKafkaAndTrinoAnswersOverItsRecords() throws Exception {
        requirePodman();
        Podman.makeBase(BASE, temporary);
        buildNode();
        buildTrino();
        try (Podman podman = Podman.start();
                Network network = Network.newNetwork();
                Volume data = new Volume()) {
            int port = freePort();
            try (var node = new Node(network, data, port)) {
                node.start();
                assertThat(node.execInContainer("id", "-u").getStdout().strip()).isEqualTo("10001");
                assertThat(node.execInContainer("/opt/oxbow/docker/healthy").getExitCode())
                        .isZero();
                produce(port);
                try (var trino = trino(network, data)) {
                    trino.start();
                    var sql = new Trino(trino.getHost(), trino.getMappedPort(8080));
                    assertThat(awaitCount(sql)).isEqualTo("[1000,499500]");
                }
                assertThat(node.terminate()).as("exit code after SIGTERM").isZero();
            }
            try (var again = new Node(network, data, port)) {
                again.start();
                assertThat(endOffset(port)).isEqualTo(RECORDS);
            }
        }
    }

    private static void requirePodman() throws Exception {
        String missing = Podman.missing();
        if (!missing.isEmpty()) {
            if ("1".equals(System.getenv("OXBOW_REQUIRE_ALL"))) {
                throw new AssertionError("containers cannot be run: " + missing);
            }
            abort("containers cannot be run: " + missing);
        }
    }

    /** A named volume, which takes the owner of the image's directory when it is first mounted. */
    private static final class Volume implements AutoCloseable {

        private final String name =
                DockerClientFactory.instance().client().createVolumeCmd().exec().getName();

        Bind at(String path, AccessMode mode) {
            return new Bind(name, new com.github.dockerjava.api.model.Volume(path), mode);
        }

        @Override
        public void close() {
            DockerClientFactory.instance().client().removeVolumeCmd(name).exec();
        }
    }

    /** Testcontainers' own binds want to pull an image first, to try whether files can be bound. */
    private static void bind(GenericContainer<?> container, Bind... binds) {
        container.withCreateContainerCmdModifier(
                command -> Objects.requireNonNull(command.getHostConfig()).withBinds(binds));
    }

    private static final class Node extends GenericContainer<Node> {

        Node(Network network, Volume data, int port) {
            super(DockerImageName.parse(NODE));
            withNetwork(network);
            withNetworkAliases("oxbow");
            bind(
                    this,
                    data.at("/data", AccessMode.rw),
                    new Bind(
                            Path.of("oxbow.properties").toAbsolutePath().toString(),
                            new com.github.dockerjava.api.model.Volume(
                                    "/etc/oxbow/oxbow.properties"),
                            AccessMode.ro));
            addFixedExposedPort(port, port);
            withCommand(
                    "start",
                    "--config",
                    "/etc/oxbow/oxbow.properties",
                    "--set",
                    "listeners=PLAINTEXT://0.0.0.0:19092,HOST://0.0.0.0:" + port,
                    "--set",
                    "advertised.listeners=PLAINTEXT://oxbow:19092,HOST://127.0.0.1:" + port,
                    "--set",
                    "oxbow.upload.interval.ms=1000");
            waitingFor(Wait.forLogMessage(".*ready kafka=.*", 1).withStartupTimeout(PATIENCE));
        }

        /** Stops the container by SIGTERM; returns the exit code. */
        long terminate() {
            var docker = DockerClientFactory.instance().client();
            docker.stopContainerCmd(getContainerId()).withTimeout(60).exec();
            Long code =
                    docker.inspectContainerCmd(getContainerId())
                            .exec()
                            .getState()
                            .getExitCodeLong();
            return code == null ? -1 : code;
        }
    }

    private static GenericContainer<?> trino(Network network, Volume data) {
        var trino = new GenericContainer<>(DockerImageName.parse(TRINO));
        bind(trino, data.at("/data", AccessMode.ro));
        return trino.withNetwork(network)
                .withExposedPorts(8080)
                .waitingFor(
                        Wait.forLogMessage(".*SERVER STARTED.*", 1).withStartupTimeout(PATIENCE));
    }

    private void buildNode() throws Exception {
        Path home = Path.of("").toAbsolutePath().getParent();
        Path context = Files.createDirectory(temporary.resolve("context"));
        Path built = Files.createDirectories(context.resolve("node/target"));
        Path docker = Files.createDirectory(context.resolve("docker"));
        copy(home.resolve("bin"), context);
        copy(home.resolve("docker/healthy"), docker);
        copy(home.resolve("node/target/lib"), built);
        copy(home.resolve("node/target/oxbow-node.jar"), built);
        Podman.build(
                NODE,
                context,
                home.resolve("docker/Dockerfile"),
                Map.of("BUILD_BASE", BASE, "RUN_BASE", BASE, "APP", "built", "BUILT", "target"));
    }

    private void buildTrino() throws Exception {
        Path context = Files.createDirectory(temporary.resolve("trino"));
        Path target = Path.of("target").toAbsolutePath();
        Path server = context.resolve("server");
        copy(onlyChild(target.resolve("trino")), server);
        Files.createDirectories(server.resolve("plugin"));
        copy(onlyChild(target.resolve("trino-iceberg")), server.resolve("plugin/iceberg"));
        Path etc = Files.createDirectories(context.resolve("etc/catalog")).getParent();
        Files.copy(Path.of("trino/oxbow.properties"), etc.resolve("catalog/oxbow.properties"));
        Files.writeString(etc.resolve("node.properties"), "node.environment=test\n");
        Files.writeString(
                etc.resolve("config.properties"),
                """
                coordinator=true
                node-scheduler.include-coordinator=true
                http-server.http.port=8080
                discovery.uri=http://localhost:8080
                """);
        Files.writeString(
                etc.resolve("jvm.config"),
                """
                -Xmx1500M
                -XX:+UseSerialGC
                -XX:TieredStopAtLevel=1
                --add-modules=jdk.incubator.vector
                -Djdk.attach.allowAttachSelf=true
                """);
        Podman.build(
                TRINO, context, Path.of("trino/Dockerfile").toAbsolutePath(), Map.of("BASE", BASE));
    }

    private static Path onlyChild(Path directory) throws IOException {
        try (var children = Files.list(directory)) {
            return children.filter(Files::isDirectory).findFirst().orElseThrow();
        }
    }

    private static void copy(Path from, Path to) throws IOException, InterruptedException {
        Podman.run(List.of("cp", "-a", from.toString(), to.toString()));
    }

    private static void produce(int port) throws Exception {
        Map<String, Object> server = Map.of("bootstrap.servers", "127.0.0.1:" + port);
        try (Admin admin = Admin.create(server)) {
            var topic = new NewTopic("events", 1, (short) 1);
            topic.configs(Map.of("table.enable", "true", "table.freshness.ms", "1000"));
            admin.createTopics(List.of(topic)).all().get();
        }
        try (var producer =
                new KafkaProducer<>(server, new StringSerializer(), new StringSerializer())) {
            var sent =
                    IntStream.range(0, RECORDS)
                            .mapToObj(i ->
                                    producer.send(
                                            new ProducerRecord<>(
                                                    "events", "{\"n\":%d}".formatted(i))))
                            .toList();
            for (var each : sent) {
                each.get();
            }
        }
    }

    private static long endOffset(int port) throws Exception {
        Map<String, Object> server = Map.of("bootstrap.servers", "127.0.0.1:" + port);
        var partition = new TopicPartition("events", 0);
        try (Admin admin = Admin.create(server)) {
            return admin.listOffsets(Map.of(partition, OffsetSpec.latest()))
                    .partitionResult(partition)
                    .get()
                    .offset();
        }
    }

    private static String awaitCount(Trino sql) throws InterruptedException {
        long patience = System.nanoTime() + PATIENCE.toNanos();
        String last = "";
        while (!last.startsWith("[" + RECORDS + ",") && System.nanoTime() - patience < 0) {
            try {
                last =
                        sql.query("SELECT count(*), sum(n) FROM oxbow.\"default\".events")
                                .getFirst()
                                .toString();
            } catch (IOException notYet) {
                last = String.valueOf(notYet.getMessage());
            }
            Thread.sleep(500);
        }
        return last;
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
