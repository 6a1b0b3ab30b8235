package io.oxbow.node.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests Kafka's Java clients, unmodified, against a node. */
@Tag("slow")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class JavaClientsProcessTest {

    private OxbowProcess node;

    @BeforeAll
    void start(@TempDir Path temporary) throws Exception {
        node = OxbowProcess.start(temporary.resolve("data"), Map.of());
    }

    @AfterAll
    void stop() throws Exception {
        node.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "gzip", "snappy", "lz4", "zstd"})
    void everyCompressionComesBackAsSent(String compression) throws Exception {
        String topic = "compression-" + compression;
        try (var producer = producer(Map.of("compression.type", compression))) {
            for (int i = 0; i < 500; i++) {
                var record = new ProducerRecord<>(topic, 0, 1_000L + i, "key" + i, "value " + i);
                record.headers().add(new RecordHeader("h", new byte[] {(byte) i}));
                record.headers().add(new RecordHeader("h", null));
                producer.send(record);
            }
            producer.flush();
        }
        List<ConsumerRecord<String, String>> records = consume(topic, 500, Map.of());
        for (int i = 0; i < 500; i++) {
            var record = records.get(i);
            assertThat(record.offset()).isEqualTo(i);
            assertThat(record.timestamp()).isEqualTo(1_000L + i);
            assertThat(record.key()).isEqualTo("key" + i);
            assertThat(record.value()).isEqualTo("value " + i);
            assertThat(record.headers().toArray())
                    .containsExactly(
                            new RecordHeader("h", new byte[] {(byte) i}),
                            new RecordHeader("h", null));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "1", "all"})
    void everyAcksSettingProduces(String acks) throws Exception {
        String topic = "acks-" + acks;
        Map<String, Object> config = new HashMap<>(Map.of("acks", acks));
        config.put("enable.idempotence", acks.equals("all"));
        try (var producer = producer(config)) {
            for (int i = 0; i < 100; i++) {
                producer.send(new ProducerRecord<>(topic, "k", "v" + i));
            }
            producer.flush();
        }
        assertThat(consume(topic, 100, Map.of())).hasSize(100);
    }

    @ParameterizedTest
    @ValueSource(strings = {"classic", "consumer"})
    void groupsAssignCommitAndGoOn(String protocol) throws Exception {
        String topic = "group-" + protocol;
        createTopic(topic, 4);
        try (var producer = producer(Map.of())) {
            for (int i = 0; i < 200; i++) {
                producer.send(new ProducerRecord<>(topic, i % 4, "k" + i, "v" + i));
            }
        }
        Map<String, Object> config =
                Map.of("group.id", "g-" + protocol, "group.protocol", protocol);
        assertThat(consume(topic, 200, config)).hasSize(200);
        try (var producer = producer(Map.of())) {
            producer.send(new ProducerRecord<>(topic, 0, "k", "after"));
        }
        List<ConsumerRecord<String, String>> rest = consume(topic, 1, config);
        assertThat(rest).singleElement().extracting(ConsumerRecord::value).isEqualTo("after");
    }

    @Test
    void offsetsForTimesFindTheFirstRecordAtOrAfter() throws Exception {
        String topic = "times";
        try (var producer = producer(Map.of("linger.ms", 50))) {
            for (int i = 0; i < 100; i++) {
                producer.send(new ProducerRecord<>(topic, 0, i * 10L, "k", "v" + i));
            }
        }
        var partition = new TopicPartition(topic, 0);
        try (var consumer = consumer(Map.of())) {
            consumer.assign(List.of(partition));
            var found = consumer.offsetsForTimes(Map.of(partition, 455L)).get(partition);
            assertThat(found.offset()).isEqualTo(46);
            assertThat(found.timestamp()).isEqualTo(460);
            consumer.seek(partition, found.offset());
            assertThat(consumer.poll(Duration.ofSeconds(10)).iterator().next().value())
                    .isEqualTo("v46");
            assertThat(consumer.beginningOffsets(List.of(partition))).containsEntry(partition, 0L);
            assertThat(consumer.endOffsets(List.of(partition))).containsEntry(partition, 100L);
        }
    }

    @Test
    void adminSeesReplicationFactorOneWhateverWasAsked() throws Exception {
        try (var admin = admin()) {
            admin.createTopics(List.of(new NewTopic("rf3", 2, (short) 3))).all().get();
            var topic = admin.describeTopics(List.of("rf3")).allTopicNames().get().get("rf3");
            assertThat(topic.partitions())
                    .hasSize(2)
                    .allSatisfy(partition -> assertThat(partition.replicas()).hasSize(1));
            assertThat(admin.describeCluster().nodes().get()).hasSize(1);
        }
    }

    @Test
    void adminCommitsAndListsGroupOffsets() throws Exception {
        createTopic("admin-offsets", 1);
        var partition = new TopicPartition("admin-offsets", 0);
        try (var admin = admin()) {
            admin.alterConsumerGroupOffsets(
                            "admin-group", Map.of(partition, new OffsetAndMetadata(0, "note")))
                    .all()
                    .get();
            assertThat(
                            admin.listConsumerGroupOffsets("admin-group")
                                    .partitionsToOffsetAndMetadata()
                                    .get()
                                    .get(partition)
                                    .metadata())
                    .isEqualTo("note");
            assertThat(
                            admin.listOffsets(Map.of(partition, OffsetSpec.latest()))
                                    .partitionResult(partition)
                                    .get()
                                    .offset())
                    .isZero();
        }
    }

    @Test
    void oversizedRecordIsRefusedAndTheRestGoesOn() throws Exception {
        String topic = "oversized";
        try (var producer = producer(Map.of("max.request.size", 20_000_000))) {
            var tooLarge = new String(new byte[3 << 20], StandardCharsets.ISO_8859_1);
            assertThat(producer.send(new ProducerRecord<>(topic, 0, "k", tooLarge)))
                    .failsWithin(Duration.ofSeconds(20))
                    .withThrowableOfType(java.util.concurrent.ExecutionException.class)
                    .withCauseInstanceOf(
                            org.apache.kafka.common.errors.RecordTooLargeException.class);
            producer.send(new ProducerRecord<>(topic, 0, "k", "fits")).get();
        }
        assertThat(consume(topic, 1, Map.of()))
                .singleElement()
                .extracting(ConsumerRecord::value)
                .isEqualTo("fits");
    }

    private void createTopic(String name, int partitions) throws Exception {
        try (var admin = admin()) {
            admin.createTopics(List.of(new NewTopic(name, partitions, (short) 1))).all().get();
        }
    }

    private Admin admin() {
        return Admin.create(Map.of("bootstrap.servers", node.kafka()));
    }

    private KafkaProducer<String, String> producer(Map<String, Object> more) {
        Map<String, Object> config = new HashMap<>(more);
        config.put("bootstrap.servers", node.kafka());
        return new KafkaProducer<>(config, new StringSerializer(), new StringSerializer());
    }

    private KafkaConsumer<String, String> consumer(Map<String, Object> more) {
        Map<String, Object> config = new HashMap<>(more);
        config.put("bootstrap.servers", node.kafka());
        config.put("auto.offset.reset", "earliest");
        return new KafkaConsumer<>(config, new StringDeserializer(), new StringDeserializer());
    }

    /**
     * Reads {@code count} records: with a group if one is configured, else all partitions by hand.
     */
    private List<ConsumerRecord<String, String>> consume(
            String topic, int count, Map<String, Object> config) {
        List<ConsumerRecord<String, String>> records = new ArrayList<>();
        boolean group = config.containsKey("group.id");
        try (var consumer = consumer(config)) {
            if (group) {
                consumer.subscribe(List.of(topic));
            } else {
                var partitions =
                        consumer.partitionsFor(topic).stream()
                                .map(p -> new TopicPartition(topic, p.partition()))
                                .toList();
                consumer.assign(partitions);
                consumer.seekToBeginning(partitions);
            }
            long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
            while (records.size() < count) {
                if (System.nanoTime() > deadline) {
                    throw new AssertionError(records.size() + " of " + count + " records");
                }
                consumer.poll(Duration.ofMillis(500)).forEach(records::add);
            }
            if (group) {
                consumer.commitSync();
            }
        }
        return records;
    }
}
