package io.oxbow.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Kafka's own clients on compacted topics of a whole broker. */
@Timeout(120)
class CompactedTopicsTest {

    private static final String TOPIC = "latest";
    private static final TopicPartition FIRST = new TopicPartition(TOPIC, 0);
    private static final Map<String, String> QUICK = Map.of("log.cleaner.backoff.ms", "50");

    @TempDir private Path directory;

    @Test
    void theNewestValueOfEachKeyStaysAtItsOffset() throws Exception {
        Map<String, String> newest = new LinkedHashMap<>();
        try (var process = started(Map.of());
                var producer = Clients.producer(process)) {
            for (int round = 0; round < 20; round++) {
                for (int key = 0; key < 10; key++) {
                    send(producer, newest, "k" + key, "v" + round);
                }
                producer.flush();
            }
            awaitContent(process, newest);
            // A producer goes on where it was.
            send(producer, newest, "k3", "after");
            producer.flush();
            awaitContent(process, newest);
        }
        try (var process = new BrokerProcess(directory, QUICK);
                var producer = Clients.producer(process)) {
            assertThat(content(process, "read_uncommitted")).isEqualTo(newest);
            send(producer, newest, "k4", "restarted");
            producer.flush();
            awaitContent(process, newest);
        }
    }

    @Test
    void tombstonesGoWhenTheirTimeIsOver() throws Exception {
        Map<String, String> newest = new LinkedHashMap<>();
        try (var process = started(Map.of("delete.retention.ms", "300"));
                var producer = Clients.producer(process)) {
            send(producer, newest, "deleted", "value");
            send(producer, newest, "kept", "value");
            producer.send(new ProducerRecord<>(TOPIC, "deleted", null)).get();
            newest.remove("deleted");
            // A cleaning comes with new records only, as in Kafka.
            while (content(process, "read_uncommitted").containsKey("deleted")) {
                send(producer, newest, "ticks", "value");
                Thread.sleep(50);
            }
            awaitContent(process, newest);
        }
    }

    /** Of aborted transactions nothing is left in time, and readers of committed data go on. */
    @Test
    void transactionsAreCleanedToo() throws Exception {
        var quick = Map.of("transaction.state.log.num.partitions", "1");
        Map<String, String> newest = new LinkedHashMap<>();
        try (var process = started(Map.of("delete.retention.ms", "100"), quick)) {
            try (var producer = transactional(process)) {
                producer.initTransactions();
                for (int i = 0; i < 20; i++) {
                    producer.beginTransaction();
                    String key = "k" + i % 3;
                    long offset =
                            producer.send(new ProducerRecord<>(TOPIC, key, "v" + i)).get().offset();
                    if (i % 2 == 0) {
                        producer.commitTransaction();
                        newest.remove(key);
                        newest.put(key, offset + ":v" + i);
                    } else {
                        producer.abortTransaction();
                    }
                }
                while (!contentList(process, "read_committed").equals(list(newest))
                        || !contentList(process, "read_uncommitted").equals(list(newest))) {
                    Thread.sleep(50);
                }
                producer.beginTransaction();
                send(producer, newest, "after", "value");
                producer.commitTransaction();
            }
            assertThat(content(process, "read_committed")).isEqualTo(newest);
        }
        try (var process = new BrokerProcess(directory, QUICK)) {
            assertThat(content(process, "read_committed")).isEqualTo(newest);
        }
    }

    /** Commits of a group are cleaned, and a coordinator that reads the log anew knows them. */
    @Test
    void theGroupLogIsCleaned() throws Exception {
        var quick =
                Map.of(
                        "offsets.topic.num.partitions",
                        "1",
                        "log.cleaner.min.cleanable.ratio",
                        "0.01");
        try (var process = started(Map.of(), quick);
                var producer = Clients.producer(process);
                var consumer = Clients.consumer(process, "readers", "classic")) {
            producer.send(new ProducerRecord<>(TOPIC, 0, "k", "v")).get();
            consumer.assign(List.of(FIRST));
            long cleaned = process.broker.cleaner().bytesRemoved();
            for (int i = 0; i < 50; i++) {
                consumer.commitSync(Map.of(FIRST, new OffsetAndMetadata(i % 2)));
            }
            consumer.commitSync(Map.of(FIRST, new OffsetAndMetadata(1)));
            while (process.broker.cleaner().bytesRemoved() == cleaned) {
                Thread.sleep(50);
            }
        }
        try (var process = new BrokerProcess(directory, merged(quick));
                var consumer = Clients.consumer(process, "readers", "classic")) {
            assertThat(consumer.committed(Set.of(FIRST)).get(FIRST).offset()).isEqualTo(1);
        }
    }

    @Test
    void recordsWithoutAKeyAreRefused() throws Exception {
        try (var process = started(Map.of());
                var producer = Clients.producer(process)) {
            assertThatThrownBy(
                            () -> producer.send(new ProducerRecord<>(TOPIC, null, "keyless")).get())
                    .hasCauseInstanceOf(InvalidRecordException.class);
        }
    }

    private static Map<String, String> merged(Map<String, String> set) {
        var all = new LinkedHashMap<>(QUICK);
        all.putAll(set);
        return all;
    }

    private static KafkaProducer<String, String> transactional(BrokerProcess process) {
        return new KafkaProducer<>(
                Map.of("bootstrap.servers", process.bootstrap(), "transactional.id", "id"),
                new StringSerializer(),
                new StringSerializer());
    }

    private BrokerProcess started(Map<String, String> configs) throws Exception {
        return started(configs, Map.of());
    }

    private BrokerProcess started(Map<String, String> configs, Map<String, String> broker)
            throws Exception {
        var process = new BrokerProcess(directory, merged(broker));
        var all = new LinkedHashMap<String, String>();
        all.put("cleanup.policy", "compact");
        all.put("min.cleanable.dirty.ratio", "0.01");
        all.putAll(configs);
        try (var admin = Clients.admin(process)) {
            admin.createTopics(List.of(new NewTopic(TOPIC, 1, (short) 1).configs(all))).all().get();
        }
        return process;
    }

    /** Sends a record and notes that it is its key's newest. */
    private static void send(
            KafkaProducer<String, String> producer,
            Map<String, String> newest,
            String key,
            String value)
            throws Exception {
        long offset = producer.send(new ProducerRecord<>(TOPIC, key, value)).get().offset();
        newest.remove(key);
        newest.put(key, offset + ":" + value);
    }

    private static void awaitContent(BrokerProcess process, Map<String, String> expected)
            throws Exception {
        while (!contentList(process, "read_uncommitted").equals(list(expected))) {
            Thread.sleep(50);
        }
    }

    private static List<String> list(Map<String, String> content) {
        return content.entrySet().stream().map(e -> e.getKey() + "=" + e.getValue()).toList();
    }

    private static Map<String, String> content(BrokerProcess process, String isolation) {
        Map<String, String> content = new LinkedHashMap<>();
        for (var record : read(process, isolation)) {
            content.remove(record.key());
            content.put(record.key(), record.offset() + ":" + record.value());
        }
        return content;
    }

    private static List<String> contentList(BrokerProcess process, String isolation) {
        return read(process, isolation).stream()
                .map(record -> record.key() + "=" + record.offset() + ":" + record.value())
                .toList();
    }

    /** Reads all records from the start to the end. */
    private static List<ConsumerRecord<String, String>> read(
            BrokerProcess process, String isolation) {
        var records = new ArrayList<ConsumerRecord<String, String>>();
        try (var consumer =
                new KafkaConsumer<>(
                        Map.of(
                                "bootstrap.servers",
                                process.bootstrap(),
                                "isolation.level",
                                isolation),
                        new StringDeserializer(),
                        new StringDeserializer())) {
            consumer.assign(List.of(FIRST));
            consumer.seekToBeginning(List.of(FIRST));
            long end = consumer.endOffsets(List.of(FIRST)).get(FIRST);
            while (consumer.position(FIRST) < end) {
                consumer.poll(Duration.ofMillis(100)).forEach(records::add);
            }
        }
        return records;
    }
}
