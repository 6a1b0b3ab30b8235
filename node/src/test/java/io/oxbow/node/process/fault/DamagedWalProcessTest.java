package io.oxbow.node.process.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.oxbow.node.process.Outcome;
import io.oxbow.node.process.OxbowProcess;
import io.oxbow.s3stream.testkit.Sampled;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Tests a node whose write-ahead log lies in the bucket and loses one of its objects. Only the
 * topic whose record lay there loses records, after the operator's word, and it says so.
 */
@Sampled
@Tag("slow")
class DamagedWalProcessTest {

    private static final Pattern ABANDON = Pattern.compile("oxbow\\.wal\\.abandon=([0-9a-f-]{36})");
    private static final int RECORDS = 12;
    private static final int HIT = 7;

    @TempDir Path temporary = Path.of("");

    private enum Kind {
        RECORD_FLIPPED,
        HEADER_FLIPPED,
        GONE
    }

    @ParameterizedTest
    @EnumSource
    void otherTopicsKeepAllAndTheDamagedOneSaysSo(Kind kind) throws Exception {
        Path data = temporary.resolve("data");
        Map<String, String> settings = new HashMap<>();
        settings.put("oxbow.wal", "object");
        settings.put("oxbow.upload.interval.ms", "600000");
        try (var node = OxbowProcess.start(data, settings)) {
            for (int i = 0; i < RECORDS; i++) {
                send(node, "hit", value("hit", i)); // each in an object of its own
                send(node, "whole", value("whole", i));
            }
            node.kill();
        }
        damage(objectWith(data, value("hit", HIT)), value("hit", HIT), kind);

        Outcome refused = refusedStart(data, settings);
        var id = ABANDON.matcher(refused.err());
        assertThat(refused.exit()).as(refused.err()).isEqualTo(1);
        assertThat(id.find()).as(refused.err()).isTrue();
        assertThat(refused.err()).contains("damaged");

        settings.put("oxbow.wal.abandon", id.group(1));
        try (var node = OxbowProcess.start(data, settings)) {
            assertThat(read(node, "whole", RECORDS)).isEqualTo(values("whole", RECORDS));
            assertThat(read(node, "hit", HIT)).isEqualTo(values("hit", HIT));
            String range = "offsets [%d, %d)".formatted(HIT, RECORDS);
            assertThat(node.log())
                    .contains("topic hit, partition 0: " + range)
                    .doesNotContain("topic whole, partition");
            assertThat(metrics(node)).contains("oxbow_damaged_ranges 1.0");
            assertThat(describe(node, "hit")).contains("acknowledged records lost with");
            assertThat(describe(node, "whole")).doesNotContain("lost");

            send(node, "hit", "again");
            send(node, "whole", "again");
            assertThat(read(node, "hit", HIT + 1)).last().isEqualTo("again");
            assertThat(read(node, "whole", RECORDS + 1)).last().isEqualTo("again");
            assertThat(node.terminate()).isZero();
        }
        settings.remove("oxbow.wal.abandon");
        try (var node = OxbowProcess.start(data, settings)) {
            assertThat(read(node, "whole", RECORDS + 1)).last().isEqualTo("again");
            assertThat(metrics(node)).contains("oxbow_damaged_ranges 0.0");
        }
    }

    private static String value(String topic, int number) {
        return "<%s %d>".formatted(topic, number);
    }

    private static List<String> values(String topic, int count) {
        return IntStream.range(0, count).mapToObj(i -> value(topic, i)).toList();
    }

    private static void send(OxbowProcess node, String topic, String value) throws Exception {
        Map<String, Object> config = Map.of("bootstrap.servers", node.kafka());
        try (var producer =
                new KafkaProducer<>(config, new StringSerializer(), new StringSerializer())) {
            producer.send(new ProducerRecord<>(topic, 0, "k", value)).get();
        }
    }

    private static List<String> read(OxbowProcess node, String topic, int count) {
        Map<String, Object> config = Map.of("bootstrap.servers", node.kafka());
        List<String> found = new ArrayList<>();
        try (var consumer =
                new KafkaConsumer<>(config, new StringDeserializer(), new StringDeserializer())) {
            var partition = new TopicPartition(topic, 0);
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            assertThat(consumer.endOffsets(List.of(partition)))
                    .containsEntry(partition, (long) count);
            while (found.size() < count) {
                for (ConsumerRecord<String, String> each : consumer.poll(Duration.ofMillis(200))) {
                    found.add(each.value());
                }
            }
        }
        return found;
    }

    /** Returns the object of the write-ahead log that holds the text. */
    private static Path objectWith(Path data, String text) throws IOException {
        try (var files = Files.walk(data)) {
            return files.filter(file -> file.toString().contains("/wal/"))
                    .filter(Files::isRegularFile)
                    .filter(file -> indexOf(file, text) >= 0)
                    .findFirst()
                    .orElseThrow();
        }
    }

    private static int indexOf(Path file, String text) {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1).indexOf(text);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static void damage(Path object, String text, Kind kind) throws IOException {
        if (kind == Kind.GONE) {
            Files.delete(object);
            return;
        }
        byte[] bytes = Files.readAllBytes(object);
        bytes[kind == Kind.HEADER_FLIPPED ? 20 : indexOf(object, text)] ^= 1;
        Files.write(object, bytes);
    }

    private static Outcome refusedStart(Path data, Map<String, String> settings) throws Exception {
        return Outcome.of(OxbowProcess.startCommand(data, settings));
    }

    private static String describe(OxbowProcess node, String topic) throws Exception {
        return node.command(
                        "topic",
                        "describe",
                        topic,
                        "--bootstrap-server",
                        node.kafka(),
                        "--http",
                        node.http())
                .succeeded()
                .out();
    }

    private static String metrics(OxbowProcess node) throws Exception {
        try (var http = HttpClient.newHttpClient()) {
            var request =
                    HttpRequest.newBuilder(URI.create("http://" + node.http() + "/metrics"))
                            .build();
            return http.send(request, HttpResponse.BodyHandlers.ofString()).body();
        }
    }
}
