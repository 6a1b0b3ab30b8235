package io.oxbow.broker;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.oxbow.s3stream.image.CoreImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Tests a broker on a bucket in which some data objects are gone or hold something else. The broker
 * serves whole records, takes new ones, and its groups go on when they may go past the damage.
 */
@Tag("slow")
@Timeout(240)
class DamagedBucketTest {

    private static final int PARTITIONS = 2;
    private static final int ROUNDS = 6;
    private static final String GROUP_LOG = "__consumer_offsets";

    @TempDir private Path directory;

    private enum Kind {
        FLIPPED,
        TRUNCATED,
        EMPTY,
        GONE
    }

    /** By partition and offset. */
    private final Map<TopicPartition, Map<Long, String>> sent = new TreeMap<>(byName());

    private static Comparator<TopicPartition> byName() {
        return Comparator.comparing(TopicPartition::toString);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void wholeRecordsAreServedAndGroupsGoOn(long seed) throws Exception {
        var random = new Random(seed);
        try (var process = new BrokerProcess(directory, Map.of())) {
            write(process, random);
            process.streams.flush();
            process.stop();
        }
        List<String> damaged = damage(random);

        try (var process = new BrokerProcess(directory, Map.of());
                var admin = Clients.admin(process);
                var consumer = Clients.consumer(process, "readers", "classic")) {
            for (String topic : List.of("a", "b", GROUP_LOG)) {
                skipDamage(admin, topic);
            }
            var ids = admin.describeTopics(List.of("a", "b")).allTopicNames().get();
            for (var partition : sent.entrySet()) {
                TopicPartition id = partition.getKey();
                Uuid topic = requireNonNull(ids.get(id.topic())).topicId();
                var whole = new TreeMap<>(partition.getValue());
                for (CoreImage.Entry entry : Damage.entries(process, topic, id.partition())) {
                    if (damaged.contains(entry.objectKey())) {
                        whole.subMap(entry.startOffset(), entry.endOffset()).clear();
                    }
                }
                produce(process, id, "after");
                long end = Collections.max(partition.getValue().keySet());

                Map<Long, String> read = readTo(consumer, id, end);

                assertThat(read)
                        .as("%s, seed %d, %s", id, seed, damaged)
                        .containsAllEntriesOf(whole);
                assertThat(partition.getValue()).containsAllEntriesOf(read);
            }
            commitAndAskAgain(admin, consumer);
        }
    }

    private void write(BrokerProcess process, Random random) throws Exception {
        try (var admin = Clients.admin(process);
                var consumer = Clients.consumer(process, "readers", "classic")) {
            for (String topic : List.of("a", "b")) {
                admin.createTopics(List.of(new NewTopic(topic, PARTITIONS, (short) 1))).all().get();
            }
            for (int round = 0; round < ROUNDS; round++) {
                for (String topic : List.of("a", "b")) {
                    for (int partition = 0; partition < PARTITIONS; partition++) {
                        var id = new TopicPartition(topic, partition);
                        for (int i = 0; i <= random.nextInt(3); i++) {
                            produce(process, id, "round " + round + ", " + i);
                        }
                    }
                }
                consumer.commitSync(
                        Map.of(new TopicPartition("a", 0), new OffsetAndMetadata(round + 1)));
                process.streams.flush();
            }
        }
    }

    private void produce(BrokerProcess process, TopicPartition id, String value) throws Exception {
        try (var producer = Clients.producer(process)) {
            long offset =
                    producer.send(new ProducerRecord<>(id.topic(), id.partition(), "k", value))
                            .get()
                            .offset();
            sent.computeIfAbsent(id, ignored -> new TreeMap<>()).put(offset, value);
        }
    }

    /** Returns the keys of about a third of the data objects, of which one is gone. */
    private List<String> damage(Random random) throws IOException {
        Path bucket = directory.resolve("bucket");
        List<Path> objects;
        try (var files = Files.walk(bucket.resolve("objects"))) {
            objects = new ArrayList<>(files.filter(Files::isRegularFile).sorted().toList());
        }
        Collections.shuffle(objects, random);
        List<Path> victims = objects.subList(0, 1 + objects.size() / 3);
        for (int i = 0; i < victims.size(); i++) {
            // One that is gone takes a reader's patience, so one will do.
            damage(victims.get(i), i == 0 ? Kind.GONE : Kind.values()[random.nextInt(3)], random);
        }
        return victims.stream().map(file -> bucket.relativize(file).toString()).toList();
    }

    private static void damage(Path object, Kind kind, Random random) throws IOException {
        byte[] bytes = Files.readAllBytes(object);
        switch (kind) {
            case GONE -> Files.delete(object);
            case EMPTY -> Files.write(object, new byte[0]);
            case TRUNCATED ->
                    Files.write(object, Arrays.copyOf(bytes, random.nextInt(bytes.length)));
            case FLIPPED -> {
                for (int at = 0; at < bytes.length; at += 1 + random.nextInt(16)) {
                    bytes[at] ^= 0x5a;
                }
                Files.write(object, bytes);
            }
        }
    }

    private static void skipDamage(Admin admin, String topic) throws Exception {
        var skip = new ConfigEntry("damaged.data.read", "skip");
        admin.incrementalAlterConfigs(
                        Map.of(
                                new ConfigResource(ConfigResource.Type.TOPIC, topic),
                                List.of(new AlterConfigOp(skip, AlterConfigOp.OpType.SET))))
                .all()
                .get();
    }

    private static Map<Long, String> readTo(
            KafkaConsumer<String, String> consumer, TopicPartition id, long end) {
        consumer.assign(List.of(id));
        consumer.seekToBeginning(List.of(id));
        var read = new TreeMap<Long, String>();
        while (read.isEmpty() || read.lastKey() < end) {
            for (ConsumerRecord<String, String> each : consumer.poll(Duration.ofMillis(200))) {
                assertThat(read.put(each.offset(), each.value())).isNull();
            }
        }
        return read;
    }

    private static void commitAndAskAgain(Admin admin, KafkaConsumer<String, String> consumer)
            throws Exception {
        var partition = new TopicPartition("a", 0);
        consumer.commitSync(Map.of(partition, new OffsetAndMetadata(77)));
        var offsets =
                admin.listConsumerGroupOffsets("readers").partitionsToOffsetAndMetadata().get();
        assertThat(requireNonNull(offsets.get(partition)).offset()).isEqualTo(77);
        var left = new TreeSet<>(admin.listTopics().names().get());
        assertThat(left).contains("a", "b");
    }
}
