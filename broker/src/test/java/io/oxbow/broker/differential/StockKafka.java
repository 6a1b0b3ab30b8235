package io.oxbow.broker.differential;

import io.oxbow.s3stream.testkit.Requirement;
import io.oxbow.s3stream.testkit.ServerProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.Uuid;

/** Runs one combined node of the stock Apache Kafka that benchmarks/peer fetches, as a process. */
final class StockKafka implements AutoCloseable {

    private static final Path JARS = Path.of("../benchmarks/peer/target/lib");

    private final Path directory;
    private final int port;
    private final Process process;

    private StockKafka(Path directory) throws IOException, InterruptedException {
        this.directory = directory;
        this.port = ServerProcess.freePort();
        Path settings = directory.resolve("server.properties");
        Files.writeString(settings, settings(directory, port, ServerProcess.freePort()));
        Process format =
                java(
                        "kafka.tools.StorageTool",
                        "format",
                        "-t",
                        Uuid.randomUuid().toString(),
                        "-c",
                        settings.toString());
        if (format.waitFor() != 0) {
            throw new IOException("Kafka's storage tool: " + log());
        }
        process = java("kafka.Kafka", settings.toString());
    }

    static StockKafka start(Path directory) throws Exception {
        Requirement.require(
                Files.isDirectory(JARS), "a stock Kafka: mvn -pl benchmarks/peer package");
        var started = new StockKafka(Files.createDirectories(directory));
        try {
            started.awaitReady();
            return started;
        } catch (Exception | Error e) {
            started.close();
            throw e;
        }
    }

    /** Retention looks every 100 ms, from the start on; both are half a minute and more usually. */
    private static String settings(Path directory, int port, int controllerPort) {
        return """
        process.roles=broker,controller
        node.id=1
        controller.quorum.voters=1@127.0.0.1:%d
        listeners=PLAINTEXT://127.0.0.1:%d,CONTROLLER://127.0.0.1:%d
        controller.listener.names=CONTROLLER
        listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT
        offsets.topic.replication.factor=1
        log.retention.check.interval.ms=100
        log.initial.task.delay.ms=100
        log.dirs=%s
        """
                .formatted(controllerPort, port, controllerPort, directory.resolve("data"));
    }

    private Process java(String... words) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xmx300m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
        command.add("-Dorg.slf4j.simpleLogger.defaultLogLevel=warn");
        command.addAll(List.of("-cp", JARS.toAbsolutePath() + "/*"));
        command.addAll(List.of(words));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(logFile().toFile()))
                .start();
    }

    private Path logFile() {
        return directory.resolve("log");
    }

    private String log() throws IOException {
        return Files.readString(logFile());
    }

    private void awaitReady() throws Exception {
        while (!isListening()) {
            if (!process.isAlive()) {
                throw new IOException("Kafka has ended: " + log());
            }
            Thread.sleep(100);
        }
        try (var admin = Admin.create(Map.of("bootstrap.servers", bootstrap()))) {
            admin.describeCluster().nodes().get();
        }
    }

    private boolean isListening() {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException notYet) {
            return false;
        }
    }

    int port() {
        return port;
    }

    String bootstrap() {
        return "127.0.0.1:" + port;
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }
}
