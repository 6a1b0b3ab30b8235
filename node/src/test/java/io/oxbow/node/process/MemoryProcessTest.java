package io.oxbow.node.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.oxbow.s3stream.testkit.Sampled;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Tests that {@code oxbow.memory} bounds a node's resident memory under full load. Meanwhile
 * producers send as fast as they can, consumers read it all from the beginning again and again, and
 * a table is filled.
 */
@Sampled
@Tag("slow")
class MemoryProcessTest {

    private static final int PARTITIONS = 8;
    private static final Duration LOAD =
            Duration.ofSeconds(Integer.getInteger("oxbow.memory.seconds", 30));

    @TempDir Path temporary = Path.of("");

    @ParameterizedTest
    @CsvSource({"1g, 1024", "4g, 4096"})
    void processStaysBelowItsBoundUnderLoad(String memory, long mib) throws Exception {
        try (var node =
                OxbowProcess.start(
                        temporary.resolve("data"),
                        Map.of("oxbow.memory", memory, "oxbow.upload.interval.ms", "2000"))) {
            createTopic(node);
            var rows = new JsonTopic("rows", 2);
            rows.create(node);
            var failure = new AtomicReference<Throwable>();
            var read = new AtomicLong();
            long end = System.nanoTime() + LOAD.toNanos();
            List<Thread> load = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                load.add(start(failure, () -> produce(node, end)));
                load.add(start(failure, () -> consume(node, end, read)));
            }
            rows.produce(node, 0, 20_000);
            for (Thread each : load) {
                each.join();
            }
            assertThat(failure.get()).isNull();
            rows.awaitVerified(node, 20_000);

            long peak = node.peakMib();
            System.out.printf("oxbow.memory=%s: at most %d MiB resident%n", memory, peak);
            assertThat(peak).isLessThanOrEqualTo(mib);
            assertThat(read.get()).as("bytes that were read").isGreaterThan(16L << 20);
        }
    }

    private static Thread start(AtomicReference<Throwable> failure, Runnable work) {
        return Thread.ofPlatform()
                .start(() -> {
                    try {
                        work.run();
                    } catch (RuntimeException e) {
                        failure.set(e);
                    }
                });
    }

    private static void createTopic(OxbowProcess node) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", node.kafka()))) {
            admin.createTopics(List.of(new NewTopic("raw", PARTITIONS, (short) 1))).all().get();
        }
    }

    private static void produce(OxbowProcess node, long end) {
        byte[] value = new byte[1024];
        new Random(1).nextBytes(value);
        Map<String, Object> config =
                Map.of("bootstrap.servers", node.kafka(), "batch.size", 65_536, "linger.ms", 5);
        try (var producer =
                new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer())) {
            for (int i = 0; System.nanoTime() - end < 0; i++) {
                producer.send(new ProducerRecord<>("raw", i % PARTITIONS, null, value));
            }
        }
    }

    private static void consume(OxbowProcess node, long end, AtomicLong read) {
        Map<String, Object> config = Map.of("bootstrap.servers", node.kafka());
        try (var consumer =
                new KafkaConsumer<>(
                        config, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> all = new ArrayList<>();
            for (int i = 0; i < PARTITIONS; i++) {
                all.add(new TopicPartition("raw", i));
            }
            consumer.assign(all);
            while (System.nanoTime() - end < 0) {
                consumer.seekToBeginning(all);
                long round = System.nanoTime() + Duration.ofSeconds(5).toNanos();
                while (System.nanoTime() - round < 0) {
                    consumer.poll(Duration.ofMillis(100))
                            .forEach(each -> read.addAndGet(each.serializedValueSize()));
                }
            }
        }
    }
}
