package io.oxbow.broker.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.oxbow.broker.memory.MemoryBucket;
import io.oxbow.broker.memory.MemoryPartitions;
import io.oxbow.s3stream.log.MetadataLog;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.TopicIdPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.NotControllerException;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests Kafka's controller and partitions' leadership on an in-memory metadata log. */
@Timeout(30)
class ControlPlaneTest {

    private static final Map<String, String> NONE = Map.of();

    private final MemoryBucket bucket = new MemoryBucket();

    @Test
    void replicationFactorThreeIsTakenAndShownAsOne() throws Exception {
        var log = bucket.process(7);
        try (var broker = new ControlFixture(log, new MemoryPartitions(), NONE)) {
            log.takeOver(leader -> MetadataLog.LeaderSign.ENDED);
            broker.awaitUnfenced();

            var created = broker.create("orders", 3, 3, NONE);

            assertThat(Errors.forCode(created.errorCode())).isEqualTo(Errors.NONE);
            assertThat(created.replicationFactor()).isEqualTo((short) 1);
            assertThat(broker.awaitPartition("orders", 2).replicas).containsExactly(7);
            assertThat(broker.partitions.find("orders", 2)).isPresent();
            assertThat(broker.faults).isEmpty();
        }
    }

    @Test
    void restartFromSnapshotServesAtOnceWithHigherLeaderEpoch() throws Exception {
        var partitions = new MemoryPartitions();
        var log = bucket.process(7);
        int epoch;
        try (var broker = new ControlFixture(log, partitions, NONE)) {
            log.takeOver(leader -> MetadataLog.LeaderSign.ENDED);
            broker.awaitUnfenced();
            broker.create("orders", 1, 1, Map.of("retention.ms", "1234"));
            epoch = broker.awaitPartition("orders", 0).leaderEpoch;
            log.snapshot();
            broker.create("after-snapshot", 1, 1, NONE);
        }
        log.close();

        var next = bucket.process(7);
        // A session of an hour: were the old one waited for, this test would time out.
        var patient = Map.of("broker.session.timeout.ms", "3600000");
        try (var broker = new ControlFixture(next, partitions.nextProcess(), patient)) {
            next.takeOver(leader -> MetadataLog.LeaderSign.ENDED);
            broker.awaitUnfenced();
            var registration = broker.awaitPartition("after-snapshot", 0);
            TopicRequests.awaitUntil(() -> broker.registration("orders", 0).leader == 7);

            assertThat(registration).isNotNull();
            var orders = broker.awaitPartition("orders", 0);
            assertThat(orders.leader).isEqualTo(7);
            assertThat(orders.leaderEpoch).isGreaterThan(epoch);
            assertThat(broker.partitions.find("orders", 0).orElseThrow().config().retentionMs)
                    .isEqualTo(1234);
            assertThat(broker.faults).isEmpty();
        }
    }

    @Test
    void uncommittedTailIsRevertedWhenAnotherProcessTakesOver() throws Exception {
        var log = bucket.process(7);
        var rival = bucket.process(8);
        try (var broker = new ControlFixture(log, new MemoryPartitions(), NONE)) {
            log.takeOver(leader -> MetadataLog.LeaderSign.ENDED);
            broker.awaitUnfenced();
            broker.create("committed", 1, 1, NONE);

            log.holdCommits();
            var lost =
                    broker.plane
                            .controller()
                            .api()
                            .createTopics(
                                    KafkaController.INTERNAL,
                                    TopicRequests.create("lost"),
                                    java.util.Set.of(),
                                    false);
            TopicRequests.awaitPrepared(log, broker.plane.highWatermark());
            rival.takeOver(leader -> MetadataLog.LeaderSign.ENDED);

            assertThatThrownBy(() -> lost.get(30, TimeUnit.SECONDS))
                    .isInstanceOf(ExecutionException.class)
                    .hasCauseInstanceOf(NotControllerException.class);
            var known =
                    broker.plane
                            .controller()
                            .api()
                            .findAllTopicIds(KafkaController.INTERNAL)
                            .get(30, TimeUnit.SECONDS);
            assertThat(known.keySet()).containsExactly("committed");
            assertThat(broker.faults).isEmpty();
        }
    }

    @Test
    void earlierProcessOfTheSameNodeIsNotTakenForThisOne() throws Exception {
        var earlier = bucket.process(7);
        earlier.takeOver(leader -> MetadataLog.LeaderSign.ENDED);

        var log = bucket.process(7);
        try (var broker = new ControlFixture(log, new MemoryPartitions(), NONE)) {
            assertThat(log.leadership().nodeId()).isEqualTo(7);
            assertThat(MetadataRaftClient.leaderAndEpoch(7, log.leadership()).leaderId()).isEmpty();
            assertThat(broker.plane.controller().api().isActive()).isFalse();
        }
    }

    @Test
    void partitionWhoseStreamIsBusyIsOpenedLaterAndDoesNotHoldUpOthers() throws Exception {
        var log = bucket.process(7);
        var partitions = new MemoryPartitions();
        try (var broker = new ControlFixture(log, partitions, NONE)) {
            log.takeOver(leader -> MetadataLog.LeaderSign.ENDED);
            broker.awaitUnfenced();
            broker.create("early", 1, 1, NONE);
            broker.awaitPartition("early", 0);
            Uuid id = broker.plane.metadata().cache().getTopicId("early");
            var busy = new TopicIdPartition(id, 1, "early");
            partitions.occupy(busy);

            TopicRequests.grow(broker.plane, "early", 3);
            TopicRequests.awaitUntil(() -> partitions.find("early", 2).isPresent());
            assertThat(partitions.find("early", 1)).isEmpty();

            partitions.release(busy);
            TopicRequests.awaitUntil(() -> partitions.find("early", 1).isPresent());
        }
    }

    @Test
    void deletedTopicLosesItsPartitionsAndConfigsReachThem() throws Exception {
        var log = bucket.process(7);
        try (var broker = new ControlFixture(log, new MemoryPartitions(), NONE)) {
            log.takeOver(leader -> MetadataLog.LeaderSign.ENDED);
            broker.awaitUnfenced();
            broker.create("orders", 2, 1, NONE);
            broker.awaitPartition("orders", 0);
            Uuid id = broker.plane.metadata().cache().getTopicId("orders");

            TopicRequests.set(broker.plane, "orders", "retention.ms", "77");
            TopicRequests.awaitUntil(() ->
                    broker.partitions.find("orders", 1).orElseThrow().config().retentionMs == 77);
            broker.plane
                    .controller()
                    .api()
                    .deleteTopics(KafkaController.INTERNAL, java.util.List.of(id))
                    .get(30, TimeUnit.SECONDS);

            TopicRequests.awaitUntil(() -> !broker.partitions.holdsAnythingOf(id));
            assertThat(broker.partitions.find("orders", 0)).isEmpty();
        }
    }

    @Test
    void leavingGivesLeadershipsBack() throws Exception {
        var log = bucket.process(7);
        try (var broker = new ControlFixture(log, new MemoryPartitions(), NONE)) {
            log.takeOver(leader -> MetadataLog.LeaderSign.ENDED);
            broker.awaitUnfenced();
            broker.create("orders", 2, 1, NONE);
            broker.awaitPartition("orders", 0);

            assertThat(broker.session.leave(Duration.ofSeconds(30))).isTrue();

            TopicRequests.awaitUntil(() -> broker.partitions.all().isEmpty());
            TopicRequests.awaitUntil(
                    () -> broker.plane.metadata().image().cluster().broker(7).fenced());
        }
    }
}
