package io.oxbow.broker;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.oxbow.broker.balance.BalanceSettings;
import io.oxbow.broker.balance.TrafficLink;
import io.oxbow.broker.config.TopicConfigExtension;
import io.oxbow.broker.control.ControllerLink;
import io.oxbow.broker.control.Voter;
import io.oxbow.broker.partition.RecoveredBatches;
import io.oxbow.broker.transaction.BrokerCalls;
import io.oxbow.s3stream.StreamName;
import io.oxbow.s3stream.image.CoreImage;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Kafka's own clients against a whole broker on real storage. */
@Timeout(60)
class BrokerTest {

    private static final Map<String, String> USUAL = Map.of();

    @TempDir private Path directory;

    @Test
    void topicAskedForWithFactorThreeHasOneReplicaAndTakesRecordsAtOnce() throws Exception {
        try (var process = new BrokerProcess(directory, USUAL);
                var admin = Clients.admin(process);
                var producer = Clients.producer(process)) {
            admin.createTopics(List.of(new NewTopic("orders", 3, (short) 3))).all().get();

            var described = admin.describeTopics(List.of("orders")).allTopicNames().get();
            var sent = producer.send(new ProducerRecord<>("orders", 1, "key", "value")).get();

            assertThat(requireNonNull(described.get("orders")).partitions())
                    .allSatisfy(partition -> assertThat(partition.replicas()).hasSize(1));
            assertThat(sent.offset()).isZero();
            assertThat(admin.describeCluster().nodes().get()).hasSize(1);
            assertThat(admin.describeCluster().controller().get().id()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"classic", "consumer"})
    void groupReadsCommitsAndGoesOnWhereItWasAfterARestart(String protocol) throws Exception {
        try (var process = new BrokerProcess(directory, USUAL);
                var producer = Clients.producer(process);
                var consumer = Clients.consumer(process, "readers", protocol)) {
            for (int i = 0; i < 100; i++) {
                producer.send(new ProducerRecord<>("orders", "k", "first-" + i));
            }
            producer.flush();
            consumer.subscribe(List.of("orders"));
            assertThat(Clients.read(consumer, 100)).hasSize(100);
            consumer.commitSync();
        }

        try (var process = new BrokerProcess(directory, USUAL);
                var producer = Clients.producer(process);
                var consumer = Clients.consumer(process, "readers", protocol)) {
            producer.send(new ProducerRecord<>("orders", "k", "second")).get();
            consumer.subscribe(List.of("orders"));

            var read = Clients.read(consumer, 1);

            assertThat(read).extracting("value").containsExactly("second");
            assertThat(read.getFirst().offset()).isEqualTo(100);
        }
    }

    @Test
    void configsAreSetShownWithTheirSourceAndRefusedWhenBad() throws Exception {
        try (var process = new BrokerProcess(directory, Map.of("log.retention.hours", "5"));
                var admin = Clients.admin(process)) {
            admin.createTopics(
                            List.of(
                                    new NewTopic("orders", 1, (short) 1)
                                            .configs(Map.of("max.message.bytes", "5000"))))
                    .all()
                    .get();
            var topic = new ConfigResource(ConfigResource.Type.TOPIC, "orders");

            assertThat(source(admin, topic, "max.message.bytes"))
                    .isEqualTo(ConfigEntry.ConfigSource.DYNAMIC_TOPIC_CONFIG);
            assertThat(source(admin, topic, "retention.ms"))
                    .isEqualTo(ConfigEntry.ConfigSource.STATIC_BROKER_CONFIG);
            assertThat(value(admin, topic, "retention.ms")).isEqualTo("18000000");
            assertThat(source(admin, topic, "segment.bytes"))
                    .isEqualTo(ConfigEntry.ConfigSource.DEFAULT_CONFIG);

            set(admin, topic, "retention.ms", "1234");
            assertThat(value(admin, topic, "retention.ms")).isEqualTo("1234");
            var everyBroker = new ConfigResource(ConfigResource.Type.BROKER, "");
            set(admin, everyBroker, "message.max.bytes", "7000");
            var thisBroker = new ConfigResource(ConfigResource.Type.BROKER, "1");
            assertThat(source(admin, thisBroker, "message.max.bytes"))
                    .isEqualTo(ConfigEntry.ConfigSource.DYNAMIC_DEFAULT_BROKER_CONFIG);

            for (var bad :
                    Map.of(
                                    "cleanup.policy", "squash",
                                    "retention.ms", "soon",
                                    "remote.storage.enable", "true",
                                    "no.such.key", "1")
                            .entrySet()) {
                assertThatThrownBy(() -> set(admin, topic, bad.getKey(), bad.getValue()))
                        .isInstanceOf(ExecutionException.class)
                        .hasCauseInstanceOf(InvalidConfigurationException.class);
            }
            assertThatThrownBy(() -> set(admin, everyBroker, "listeners", "PLAINTEXT://:1"))
                    .hasCauseInstanceOf(InvalidConfigurationException.class);
        }
    }

    private static void set(Admin admin, ConfigResource resource, String key, String value)
            throws Exception {
        Collection<AlterConfigOp> operations =
                List.of(new AlterConfigOp(new ConfigEntry(key, value), AlterConfigOp.OpType.SET));
        admin.incrementalAlterConfigs(Map.of(resource, operations)).all().get();
    }

    private static ConfigEntry.ConfigSource source(Admin admin, ConfigResource resource, String key)
            throws Exception {
        return entry(admin, resource, key).source();
    }

    private static String value(Admin admin, ConfigResource resource, String key) throws Exception {
        return entry(admin, resource, key).value();
    }

    private static ConfigEntry entry(Admin admin, ConfigResource resource, String key)
            throws Exception {
        var configs = admin.describeConfigs(List.of(resource)).all().get().get(resource);
        return requireNonNull(configs).get(key);
    }

    @Test
    void partitionsGrowRecordsGoAndTopicsGo() throws Exception {
        try (var process = new BrokerProcess(directory, USUAL);
                var admin = Clients.admin(process);
                var producer = Clients.producer(process)) {
            admin.createTopics(List.of(new NewTopic("orders", 1, (short) 1))).all().get();
            var first = new TopicPartition("orders", 0);
            for (int i = 0; i < 10; i++) {
                producer.send(new ProducerRecord<>("orders", 0, "k", "v")).get();
            }

            admin.createPartitions(Map.of("orders", NewPartitions.increaseTo(4))).all().get();
            producer.send(new ProducerRecord<>("orders", 3, "k", "v")).get();
            admin.deleteRecords(Map.of(first, RecordsToDelete.beforeOffset(7))).all().get();
            var earliest =
                    admin.listOffsets(Map.of(first, OffsetSpec.earliest()))
                            .partitionResult(first)
                            .get();
            assertThat(earliest.offset()).isEqualTo(7);
            assertThat(process.streams.existing(names(process))).isNotEmpty();
            var names = names(process);

            admin.deleteTopics(List.of("orders")).all().get();

            assertThat(admin.listTopics().names().get()).doesNotContain("orders");
            assertThatThrownBy(() -> admin.describeTopics(Set.of("orders")).allTopicNames().get())
                    .hasCauseInstanceOf(UnknownTopicOrPartitionException.class);
            assertThat(process.streams.existing(names)).isEmpty();
        }
    }

    private static List<StreamName> names(BrokerProcess process) {
        return process.log.image().streams().stream().map(CoreImage.StreamState::name).toList();
    }

    @Test
    void groupsAreListedDescribedResetAndDeleted() throws Exception {
        try (var process = new BrokerProcess(directory, USUAL);
                var admin = Clients.admin(process);
                var producer = Clients.producer(process)) {
            producer.send(new ProducerRecord<>("orders", "k", "v")).get();
            try (var consumer = Clients.consumer(process, "readers", "consumer")) {
                consumer.subscribe(List.of("orders"));
                Clients.read(consumer, 1);
                consumer.commitSync();
                var group =
                        requireNonNull(
                                admin.describeConsumerGroups(List.of("readers"))
                                        .all()
                                        .get()
                                        .get("readers"));
                assertThat(group.members()).hasSize(1);
            }
            var partition = new TopicPartition("orders", 0);
            process.broker.progress().commitOffsets("shown", Map.of(partition, 1L));

            var offsets =
                    admin.listConsumerGroupOffsets("shown").partitionsToOffsetAndMetadata().get();
            var listed = admin.listGroups().all().get();

            assertThat(requireNonNull(offsets.get(partition)).offset()).isEqualTo(1);
            assertThat(listed).extracting("groupId").contains("readers", "shown");
            admin.deleteConsumerGroups(List.of("readers", "shown")).all().get();
            assertThat(admin.listGroups().all().get()).isEmpty();
        }
    }

    @Test
    void stopInGoodOrderLeavesNothingToRecoverAndStartsAgain() throws Exception {
        var process = new BrokerProcess(directory, USUAL);
        try (var producer = Clients.producer(process)) {
            producer.send(new ProducerRecord<>("orders", "k", "v")).get();
        }
        process.stop();

        try (var next = new BrokerProcess(directory, USUAL);
                var consumer = Clients.consumer(next, "readers", "classic")) {
            consumer.assign(List.of(new TopicPartition("orders", 0)));
            assertThat(Clients.read(consumer, 1)).extracting("value").containsExactly("v");
        }
    }

    @Test
    void clientsNeitherWriteToInternalTopicsNorDeleteTheirRecords() throws Exception {
        try (var process = new BrokerProcess(directory, USUAL);
                var admin = Clients.admin(process);
                var producer = Clients.producer(process);
                var consumer = Clients.consumer(process, "readers", "classic")) {
            producer.send(new ProducerRecord<>("orders", "k", "v")).get();
            consumer.subscribe(List.of("orders"));
            assertThat(Clients.read(consumer, 1)).hasSize(1);
            consumer.commitSync();
            admin.createTopics(List.of(new NewTopic("_schemas", 1, (short) 1))).all().get();
            for (String topic : List.of("__consumer_offsets", "_schemas")) {
                assertThatThrownBy(() ->
                                producer.send(new ProducerRecord<>(topic, 0, "\0\1", "x")).get())
                        .hasCauseInstanceOf(InvalidTopicException.class);
                var all = RecordsToDelete.beforeOffset(0);
                assertThatThrownBy(() ->
                                admin.deleteRecords(Map.of(new TopicPartition(topic, 0), all))
                                        .all()
                                        .get())
                        .hasCauseInstanceOf(InvalidTopicException.class);
            }
        }
    }

    @Test
    void retentionTrimsWhatIsOldButNothingAboveTheFloor() throws Exception {
        var floor = new AtomicLong(3);
        var extensions =
                new BrokerExtensions(
                        TopicConfigExtension.none(),
                        (topic, partition) -> floor.get(),
                        "bucket",
                        RecoveredBatches.none(),
                        new ClusterSeat(
                                ControllerLink.none(),
                                broker -> broker == 1,
                                () -> List.of(new Voter(1, -1, -1)),
                                BrokerCalls.none(),
                                TrafficLink.none(),
                                BalanceSettings.USUAL));
        var often = Map.of("log.retention.check.interval.ms", "50");
        try (var process = new BrokerProcess(directory, often, extensions);
                var admin = Clients.admin(process);
                var producer = Clients.producer(process)) {
            admin.createTopics(
                            List.of(
                                    new NewTopic("orders", 1, (short) 1)
                                            .configs(Map.of("retention.ms", "1000"))))
                    .all()
                    .get();
            for (int i = 0; i < 10; i++) {
                producer.send(new ProducerRecord<>("orders", 0, 1_000L + i, "k", "v")).get();
            }
            var partition = process.broker.partitions().find("orders", 0).orElseThrow();

            awaitUntil(() -> partition.logStartOffset() == 3);
            process.streams.flush();
            assertThat(partition.logStartOffset()).isEqualTo(3);
            floor.set(Long.MAX_VALUE);

            awaitUntil(() -> partition.logStartOffset() == 10);
        }
    }

    @Test
    void restartFromASnapshotOfTheMetadataLogKnowsEverything() throws Exception {
        try (var process = new BrokerProcess(directory, USUAL);
                var admin = Clients.admin(process);
                var producer = Clients.producer(process)) {
            admin.createTopics(List.of(new NewTopic("before", 2, (short) 1))).all().get();
            producer.send(new ProducerRecord<>("before", 1, "k", "v")).get();
            process.log.snapshot();
            admin.createTopics(List.of(new NewTopic("between", 1, (short) 1))).all().get();
            process.log.snapshot();
            admin.createTopics(List.of(new NewTopic("after", 1, (short) 1))).all().get();
        }

        try (var next = new BrokerProcess(directory, USUAL);
                var admin = Clients.admin(next);
                var producer = Clients.producer(next)) {
            assertThat(admin.listTopics().names().get()).contains("before", "between", "after");
            assertThat(producer.send(new ProducerRecord<>("before", 1, "k", "v")).get().offset())
                    .isEqualTo(1);
        }
    }

    /** Polls until the condition holds; the test's own time limit ends it. */
    private static void awaitUntil(BooleanSupplier condition) throws InterruptedException {
        while (!condition.getAsBoolean()) {
            Thread.sleep(10);
        }
    }
}
