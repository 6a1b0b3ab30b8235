package io.oxbow.node.process.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.oxbow.node.process.OxbowProcess;
import io.oxbow.s3stream.testkit.Sampled;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests kill -9 in the middle of cleanings: the newest value of each key is there, at its offset.
 */
@Sampled
@Tag("slow")
class CleaningKillProcessTest {

    private static final int KILLS = Integer.getInteger("oxbow.kills", 4);
    private static final String TOPIC = "latest";
    private static final TopicPartition PARTITION = new TopicPartition(TOPIC, 0);

    @TempDir Path temporary = Path.of("");

    private final Random random = new Random();

    /** Newest acked value by key, with its offset. */
    private final Map<String, String> newest = new TreeMap<>();

    /** Values that may be there although nobody was told so. */
    private final Map<String, List<String>> unacked = new HashMap<>();

    private int values;

    @Test
    void whatWasAckedLastIsThereAfterEachKill() throws Exception {
        Map<String, String> settings = new HashMap<>();
        settings.put("log.cleaner.backoff.ms", "20");
        settings.put("oxbow.upload.interval.ms", "100");
        Path data = temporary.resolve("data");
        OxbowProcess node = OxbowProcess.start(data, settings);
        try {
            create(node);
            for (int life = 0; life <= KILLS; life++) {
                produce(node, 3_000, life < KILLS);
                if (life < KILLS) {
                    node = OxbowProcess.start(data, settings);
                }
                check(node);
            }
            while (read(node).size() > newest.size()) {
                Thread.sleep(100);
            }
            check(node);
        } finally {
            node.close();
        }
    }

    private static void create(OxbowProcess node) throws Exception {
        try (var admin = Admin.create(Map.of("bootstrap.servers", node.kafka()))) {
            var configs = Map.of("cleanup.policy", "compact", "min.cleanable.dirty.ratio", "0");
            admin.createTopics(List.of(new NewTopic(TOPIC, 1, (short) 1).configs(configs)))
                    .all()
                    .get();
        }
    }

    private record Sent(String key, String value, Future<RecordMetadata> answer) {}

    private void produce(OxbowProcess node, int count, boolean kill) throws Exception {
        List<Sent> sent = new ArrayList<>();
        try (var producer =
                new KafkaProducer<>(
                        Map.of(
                                "bootstrap.servers", node.kafka(),
                                "linger.ms", 2,
                                "delivery.timeout.ms", 4_000,
                                "request.timeout.ms", 2_000),
                        new StringSerializer(),
                        new StringSerializer())) {
            int killAt = count / 2 + random.nextInt(count / 2);
            for (int i = 0; i < count; i++) {
                String key = "k" + random.nextInt(50);
                String value = "v" + values++;
                sent.add(
                        new Sent(
                                key,
                                value,
                                producer.send(new ProducerRecord<>(TOPIC, key, value))));
                if (i % 100 == 0) {
                    Thread.sleep(2);
                }
                if (kill && i == killAt) {
                    node.kill();
                    break;
                }
            }
        }
        sent.forEach(this::note);
    }

    private void note(Sent sent) {
        try {
            newest.put(sent.key(), sent.answer().get().offset() + ":" + sent.value());
            unacked.remove(sent.key());
        } catch (ExecutionException unknown) {
            unacked.computeIfAbsent(sent.key(), absent -> new ArrayList<>()).add(sent.value());
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private void check(OxbowProcess node) {
        Map<String, String> last = new TreeMap<>();
        for (var record : read(node)) {
            last.put(record.key(), record.offset() + ":" + record.value());
        }
        newest.forEach((key, value) -> {
            String there = String.valueOf(last.get(key));
            boolean unknown =
                    unacked.getOrDefault(key, List.of()).stream()
                            .anyMatch(one -> there.endsWith(":" + one));
            if (!unknown) {
                assertThat(there).as(key).isEqualTo(value);
            }
        });
        last.forEach((key, value) -> newest.put(key, value));
        unacked.clear();
    }

    private static List<ConsumerRecord<String, String>> read(OxbowProcess node) {
        var records = new ArrayList<ConsumerRecord<String, String>>();
        try (var consumer =
                new KafkaConsumer<>(
                        Map.of("bootstrap.servers", node.kafka()),
                        new StringDeserializer(),
                        new StringDeserializer())) {
            consumer.assign(List.of(PARTITION));
            consumer.seekToBeginning(List.of(PARTITION));
            long end = consumer.endOffsets(List.of(PARTITION)).getOrDefault(PARTITION, 0L);
            while (consumer.position(PARTITION) < end) {
                consumer.poll(Duration.ofMillis(100)).forEach(records::add);
            }
        }
        return records;
    }
}
