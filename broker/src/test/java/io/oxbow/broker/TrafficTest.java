package io.oxbow.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.oxbow.broker.group.GroupLags;
import io.oxbow.broker.network.RequestStats;
import io.oxbow.broker.partition.TopicTraffic;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.protocol.ApiKeys;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests the counts that a broker tells of its topics, groups and requests, under Kafka's own
 * clients.
 */
@Timeout(60)
class TrafficTest {

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final int RECORDS = 100;
    private static final int COMMITTED = 60;

    @TempDir private Path directory;

    @Test
    void topicsAndGroupsAreCountedUntilTheyAreDeleted() throws Exception {
        try (var process = new BrokerProcess(directory, Map.of());
                var admin = Clients.admin(process)) {
            admin.createTopics(List.of(new NewTopic("orders", 1, (short) 1))).all().get();
            writeReadAndCommit(process);

            TopicTraffic orders = traffic(process).orElseThrow();
            assertThat(orders.appendedRecords()).isEqualTo(RECORDS);
            assertThat(orders.appendedBytes()).isGreaterThan(RECORDS * 8L);
            assertThat(orders.fetchedRecords()).isEqualTo(RECORDS);
            assertThat(orders.fetchedBytes()).isEqualTo(orders.appendedBytes());
            GroupLags lags = process.broker.groupLags(10, 10);
            assertThat(lags.read(LIMIT).lags())
                    .containsExactly(
                            new GroupLags.Lag(
                                    "readers",
                                    new TopicPartition("orders", 0),
                                    RECORDS - COMMITTED));
            assertThat(lags.read(LIMIT).groupsLeftOut()).isZero();

            admin.deleteTopics(List.of("orders")).all().get();
            while (traffic(process).isPresent()) {
                Thread.sleep(10);
            }
            assertThat(lags.read(LIMIT).lags()).isEmpty();
        }
    }

    @Test
    void groupsBeyondTheBoundsAreLeftOutAndCounted() throws Exception {
        try (var process = new BrokerProcess(directory, Map.of());
                var admin = Clients.admin(process)) {
            admin.createTopics(List.of(new NewTopic("orders", 2, (short) 1))).all().get();
            Map<TopicPartition, OffsetAndMetadata> both =
                    Map.of(
                            new TopicPartition("orders", 0), new OffsetAndMetadata(0),
                            new TopicPartition("orders", 1), new OffsetAndMetadata(0));
            for (String group : List.of("a", "b", "c")) {
                admin.alterConsumerGroupOffsets(group, both).all().get();
            }

            GroupLags.Lags byGroups = process.broker.groupLags(2, 100).read(LIMIT);
            assertThat(byGroups.lags()).extracting(GroupLags.Lag::group).containsOnly("a", "b");
            assertThat(byGroups.groupsLeftOut()).isOne();
            GroupLags.Lags byLags = process.broker.groupLags(100, 3).read(LIMIT);
            assertThat(byLags.lags()).hasSize(2);
            assertThat(byLags.groupsLeftOut()).isEqualTo(2);
        }
    }

    @Test
    void requestsAndTheErrorsOfTheirRepliesAreCountedByApi() throws Exception {
        try (var process = new BrokerProcess(directory, Map.of());
                var admin = Clients.admin(process)) {
            admin.createTopics(List.of(new NewTopic("orders", 1, (short) 1))).all().get();
            assertThatThrownBy(() ->
                            admin.createTopics(List.of(new NewTopic("orders", 1, (short) 1)))
                                    .all()
                                    .get())
                    .hasMessageContaining("orders");

            Map<ApiKeys, RequestStats> stats = new HashMap<>();
            process.network.forEachStats(stats::put);
            RequestStats creations = stats.get(ApiKeys.CREATE_TOPICS);
            assertThat(LongStream.of(creations.counts()).sum()).isEqualTo(2);
            assertThat(creations.seconds()).isPositive();
            assertThat(creations.errors()).isEqualTo(Map.of("TOPIC_ALREADY_EXISTS", 1L));
            assertThat(LongStream.of(stats.get(ApiKeys.PRODUCE).counts()).sum()).isZero();
        }
    }

    private static void writeReadAndCommit(BrokerProcess process) throws Exception {
        try (var producer = Clients.producer(process);
                var consumer = Clients.consumer(process, "readers", "classic")) {
            for (int i = 0; i < RECORDS; i++) {
                producer.send(new ProducerRecord<>("orders", 0, "key", "value-" + i));
            }
            producer.flush();
            var partition = new TopicPartition("orders", 0);
            consumer.assign(List.of(partition));
            assertThat(Clients.read(consumer, RECORDS)).hasSize(RECORDS);
            consumer.commitSync(Map.of(partition, new OffsetAndMetadata(COMMITTED)));
        }
    }

    private static Optional<TopicTraffic> traffic(BrokerProcess process) {
        return process.broker.traffic().stream()
                .filter(each -> each.topic().equals("orders"))
                .findFirst();
    }
}
