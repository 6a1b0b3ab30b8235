package io.oxbow.benchmarks.scenario;

import io.oxbow.benchmarks.server.Lab;
import io.oxbow.benchmarks.server.Server;
import java.io.IOException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Starts a server on an empty directory while a producer waits for it; then a command lists its
 * topics.
 *
 * <p>A first server, which is not counted, warms up the producer's JVM. Kafka's directory is
 * formatted before the clock runs.
 */
public final class StartScenario implements Scenario {

    private static final int SECONDS = 30;
    private static final int RETRY_MILLIS = 10;
    private static final int PATIENCE_MILLIS = (int) Duration.ofMinutes(2).toMillis();
    private static final double NANOS = 1e9;

    @Override
    public String title() {
        return "start on no data until the first acknowledgement; list topics";
    }

    @Override
    public int estimateSeconds(Contender contender, Windows windows) {
        return SECONDS;
    }

    @Override
    public Figures run(Contender contender, Lab lab, Windows windows)
            throws IOException, InterruptedException {
        try (Server warmUp = contender.prepare(lab)) {
            secondsToFirstAck(warmUp);
        }
        try (Server server = contender.prepare(lab)) {
            Map<Quantity, Double> values = new EnumMap<>(Quantity.class);
            values.put(Quantity.SECONDS_TO_FIRST_ACK, secondsToFirstAck(server));
            values.put(Quantity.SECONDS_TO_LIST, secondsToList(contender, lab, server));
            return new Figures(values, List.of());
        }
    }

    private static double secondsToFirstAck(Server server)
            throws IOException, InterruptedException {
        try (var producer = new KafkaProducer<byte[], byte[]>(properties(server))) {
            long before = System.nanoTime();
            server.launch();
            // The topic is made by asking for it.
            producer.send(new ProducerRecord<>("first", new byte[] {1})).get();
            return (System.nanoTime() - before) / NANOS;
        } catch (ExecutionException e) {
            throw new IOException("the first record was not acknowledged", e);
        }
    }

    private static Properties properties(Server server) {
        var properties = new Properties();
        properties.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, server.bootstrap());
        properties.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        properties.put(ProducerConfig.RETRY_BACKOFF_MS_CONFIG, RETRY_MILLIS);
        properties.put(ProducerConfig.RETRY_BACKOFF_MAX_MS_CONFIG, RETRY_MILLIS);
        properties.put(ProducerConfig.RECONNECT_BACKOFF_MS_CONFIG, RETRY_MILLIS);
        properties.put(ProducerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, RETRY_MILLIS);
        properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, PATIENCE_MILLIS);
        properties.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, PATIENCE_MILLIS);
        properties.put(
                ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class.getName());
        properties.put(
                ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class.getName());
        return properties;
    }

    private static double secondsToList(Contender contender, Lab lab, Server server)
            throws IOException, InterruptedException {
        List<String> command =
                contender == Contender.OXBOW
                        ? lab.oxbowCommand(
                                "topic", "list", "--bootstrap-server", server.bootstrap())
                        : lab.peerTool(
                                "org.apache.kafka.tools.TopicCommand",
                                "--list",
                                "--bootstrap-server",
                                server.bootstrap());
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("OXBOW_NO_BUILD", "1");
        builder.redirectOutput(server.directory().resolve("command.log").toFile());
        long before = System.nanoTime();
        Process process = lab.children().start(builder);
        int code = process.waitFor();
        double seconds = (System.nanoTime() - before) / NANOS;
        lab.children().kill(process);
        if (code != 0) {
            throw new IOException("exit code %d of %s".formatted(code, command));
        }
        return seconds;
    }
}
