package io.oxbow.node;

import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Exercises a running node and, in this JVM, the commands: both JVMs record what they load and run,
 * for AOT caches. Its arguments are {@code command} or {@code query}, what to exercise, and the
 * node's addresses for Kafka and for HTTP.
 */
public final class Training {

    private static final String TOPIC = "training";

    /** Topic that nobody creates: a node makes it for its first producer. */
    private static final String MADE_BY_ASKING = "made-by-asking";

    private static final int RECORDS = 2_000;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final String kafka;
    private final String http;

    private Training(String kafka, String http) {
        this.kafka = kafka;
        this.http = http;
    }

    public static void main(String[] arguments) throws InterruptedException {
        PrintStream told = System.err;
        System.setOut(new PrintStream(OutputStream.nullOutputStream(), true));
        System.setErr(System.out);
        var training = new Training(arguments[1], arguments[2]);
        boolean done = arguments[0].equals("query") ? training.query() : training.command();
        told.printf("training of %s %s%n", arguments[0], done ? "done" : "failed");
        System.exit(done ? 0 : 1);
    }

    private boolean command() {
        command("--help");
        boolean created =
                command(
                                "topic",
                                "create",
                                TOPIC,
                                "--config",
                                "table.enable=true",
                                "--config",
                                "table.freshness.ms=1000")
                        == 0;
        command("topic", "list");
        command("topic", "describe", TOPIC);
        command("topic", "alter", TOPIC, "--config", "retention.ms=86400000");
        command("topic", "list", "--json");
        command("group", "list");
        command("node", "describe");
        command("version");
        return created;
    }

    private boolean query() throws InterruptedException {
        produce();
        consume();
        boolean filled = awaitTable();
        command("table", "list");
        command("table", "describe", TOPIC);
        command("table", "verify", TOPIC);
        return filled;
    }

    private boolean awaitTable() throws InterruptedException {
        long patience = System.nanoTime() + PATIENCE.toNanos();
        while (command("sql", "SELECT kind, COUNT(*) FROM \"default\".training GROUP BY kind")
                != 0) {
            if (System.nanoTime() - patience > 0) {
                return false;
            }
            Thread.sleep(500);
        }
        return true;
    }

    private int command(String... words) {
        var commands = Main.commandLineFor(words);
        var silent =
                new PrintWriter(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
        commands.setOut(silent).setErr(silent);
        if (words.length < 2) {
            return commands.execute(words);
        }
        String[] all = Arrays.copyOf(words, words.length + 4);
        System.arraycopy(
                new String[] {"--bootstrap-server", kafka, "--http", http},
                0,
                all,
                words.length,
                4);
        return commands.execute(all);
    }

    private void produce() {
        produce(MADE_BY_ASKING, 1);
        produce(TOPIC, RECORDS);
    }

    private void produce(String topic, int records) {
        var properties =
                Map.<String, Object>of(
                        ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, kafka, "linger.ms", 5);
        try (var producer =
                new KafkaProducer<>(properties, new StringSerializer(), new StringSerializer())) {
            for (int i = 0; i < records; i++) {
                String value = "{\"kind\":\"k%d\",\"n\":%d,\"x\":%d.5}".formatted(i % 5, i, i);
                producer.send(new ProducerRecord<>(topic, String.valueOf(i), value));
            }
        }
    }

    private void consume() {
        var properties =
                Map.<String, Object>of(
                        ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        kafka,
                        ConsumerConfig.GROUP_ID_CONFIG,
                        TOPIC,
                        ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                        "earliest");
        long patience = System.nanoTime() + PATIENCE.toNanos();
        try (var consumer =
                new KafkaConsumer<>(
                        properties, new StringDeserializer(), new StringDeserializer())) {
            consumer.subscribe(List.of(TOPIC));
            int read = 0;
            while (read < RECORDS && System.nanoTime() - patience < 0) {
                read += consumer.poll(Duration.ofMillis(200)).count();
            }
            consumer.commitSync();
        }
    }
}
