package io.oxbow.broker.group;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.oxbow.broker.memory.MemoryPartition;
import io.oxbow.broker.memory.MemoryPartitions;
import io.oxbow.broker.producer.TransactionVerifier.Word;
import io.oxbow.s3stream.env.Environment;
import io.oxbow.s3stream.env.Policy;
import io.oxbow.s3stream.memory.MemoryBudget;
import io.oxbow.s3stream.testkit.FastClock;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.errors.NotLeaderOrFollowerException;
import org.apache.kafka.common.message.HeartbeatRequestData;
import org.apache.kafka.common.message.SyncGroupRequestData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.utils.BufferSupplier;
import org.apache.kafka.coordinator.common.runtime.PartitionWriter;
import org.apache.kafka.storage.internals.log.LogConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests consumer groups over a partition of the group log that changes leaders. */
@Timeout(30)
class GroupsTest {

    @Test
    void classicMemberJoinsSyncsHeartbeatsAndCommits() {
        try (var broker = new GroupFixture(new MemoryPartitions()).elect(3)) {
            var first =
                    GroupFixture.until(
                            () -> broker.join("readers", ""),
                            answer ->
                                    answer.errorCode()
                                            != Errors.COORDINATOR_LOAD_IN_PROGRESS.code());
            assertThat(Errors.forCode(first.errorCode())).isEqualTo(Errors.MEMBER_ID_REQUIRED);
            var joined = broker.join("readers", first.memberId());
            assertThat(Errors.forCode(joined.errorCode())).isEqualTo(Errors.NONE);

            var sync =
                    GroupFixture.get(
                            broker.coordinator()
                                    .syncGroup(
                                            GroupFixture.context(ApiKeys.SYNC_GROUP, "client"),
                                            new SyncGroupRequestData()
                                                    .setGroupId("readers")
                                                    .setMemberId(joined.memberId())
                                                    .setGenerationId(joined.generationId())
                                                    .setProtocolType("consumer")
                                                    .setProtocolName("range")
                                                    .setAssignments(
                                                            List.of(
                                                                    new SyncGroupRequestData
                                                                                    .SyncGroupRequestAssignment()
                                                                            .setMemberId(
                                                                                    joined
                                                                                            .memberId())
                                                                            .setAssignment(
                                                                                    new byte[] {
                                                                                        1, 2, 3
                                                                                    }))),
                                            BufferSupplier.NO_CACHING));
            var beat =
                    GroupFixture.get(
                            broker.coordinator()
                                    .heartbeat(
                                            GroupFixture.context(ApiKeys.HEARTBEAT, "client"),
                                            new HeartbeatRequestData()
                                                    .setGroupId("readers")
                                                    .setMemberId(joined.memberId())
                                                    .setGenerationId(joined.generationId())));

            assertThat(sync.assignment()).containsExactly(1, 2, 3);
            assertThat(Errors.forCode(beat.errorCode())).isEqualTo(Errors.NONE);
            assertThat(broker.commit("readers", joined.memberId(), joined.generationId(), 2, 42))
                    .isEqualTo(Errors.NONE);
            assertThat(broker.commit("readers", joined.memberId(), 99, 2, 43))
                    .isEqualTo(Errors.ILLEGAL_GENERATION);
            assertThat(broker.committed("readers", 2)).isEqualTo(42);
        }
    }

    @Test
    void memberOfTheNewProtocolIsGivenAllPartitions() {
        try (var broker = new GroupFixture(new MemoryPartitions()).elect(3)) {
            broker.commitWhenLoaded("warm", 0, 1);
            String member = "AAAAAAAAAAAAAAAAAAAAAQ";
            var joined = broker.heartbeat("modern", member, 0, List.of());
            var assigned =
                    joined.assignment() != null && !joined.assignment().topicPartitions().isEmpty()
                            ? joined
                            : GroupFixture.until(
                                    () ->
                                            broker.heartbeat(
                                                    "modern",
                                                    member,
                                                    joined.memberEpoch(),
                                                    List.of()),
                                    answer ->
                                            answer.assignment() != null
                                                    && !answer.assignment()
                                                            .topicPartitions()
                                                            .isEmpty());

            assertThat(assigned.assignment().topicPartitions().getFirst().partitions())
                    .containsExactlyInAnyOrder(0, 1, 2, 3);
        }
    }

    @Test
    void nextCoordinatorFindsWhatWasCommitted() {
        var partitions = new MemoryPartitions();
        try (var broker = new GroupFixture(partitions).elect(3)) {
            for (int i = 0; i < 100; i++) {
                assertThat(broker.commitWhenLoaded("readers-" + i % 7, i % 4, i))
                        .isEqualTo(Errors.NONE);
            }
        }

        try (var next = new GroupFixture(partitions.nextProcess()).elect(4)) {
            // The last commit of group 99 % 7 = 1 for partition 99 % 4 = 3 was 99.
            assertThat(next.committed("readers-1", 3)).isEqualTo(99);
            assertThat(next.commitWhenLoaded("readers-1", 3, 100)).isEqualTo(Errors.NONE);
            assertThat(next.committed("readers-1", 3)).isEqualTo(100);
        }
    }

    @Test
    void coordinatorThatResignedAnswersNotCoordinatorAndLeavesNoListener() {
        var partitions = new MemoryPartitions();
        try (var broker = new GroupFixture(partitions).elect(3)) {
            broker.commitWhenLoaded("readers", 0, 1);
            var partition =
                    (MemoryPartition) partitions.find(GroupFixture.LOG.topicId(), 0).orElseThrow();
            assertThat(partition.listenerCount()).isEqualTo(1);

            broker.resign(3);

            assertThat(partition.listenerCount()).isZero();
            assertThat(broker.commit("readers", "", -1, 0, 2)).isEqualTo(Errors.NOT_COORDINATOR);
        }
    }

    @Test
    void raisedLeaderEpochKeepsTheCoordinator() {
        try (var broker = new GroupFixture(new MemoryPartitions()).elect(3)) {
            broker.commitWhenLoaded("readers", 0, 1);

            broker.elect(4);

            assertThat(broker.commit("readers", "", -1, 0, 2)).isEqualTo(Errors.NONE);
            assertThat(broker.committed("readers", 0)).isEqualTo(2);
        }
    }

    @Test
    void appendOfACoordinatorFromAnEarlierTenureIsRefused() {
        var partitions = new MemoryPartitions();
        var name = GroupFixture.LOG.topicPartition();
        partitions.lead(
                List.of(
                        new io.oxbow.broker.partition.Partitions.Leading(
                                GroupFixture.LOG, 1, new LogConfig(Map.of()))));
        var partition = partitions.find(GroupFixture.LOG.topicId(), 0).orElseThrow();
        var environment = Environment.system();
        var log =
                new GroupLog(
                        new NoteMemory(MemoryBudget.unbounded()),
                        (producer, names) -> Word.none(names, Errors.NONE),
                        environment.threads(),
                        environment.health().background("groups", Policy.RETRY));
        PartitionWriter.Listener ofFirst = (tp, highWatermark) -> {};
        log.begin(name, partition, 1);
        log.registerListener(name, ofFirst);
        assertThat(log.tenure(name).writableEpoch()).isEqualTo(1);

        log.end(name);
        log.begin(name, partition, 2);
        // The coordinator of epoch 1 does not know yet; only one that registers now may write.
        assertThatThrownBy(() -> log.tenure(name).writableEpoch())
                .isInstanceOf(NotLeaderOrFollowerException.class);
        log.deregisterListener(name, ofFirst);
        log.registerListener(name, (tp, highWatermark) -> {});

        assertThat(log.tenure(name).writableEpoch()).isEqualTo(2);
    }

    /** Kafka's coordinator ignores an election at the epoch of the load that failed. */
    @Test
    void loadThatABugEndedIsTriedAgain() {
        var partitions = new MemoryPartitions();
        var system = Environment.system();
        MemoryPartition log;
        try (var first = new GroupFixture(partitions).elect(3)) {
            assertThat(first.commitWhenLoaded("readers", 2, 42)).isEqualTo(Errors.NONE);
            log = (MemoryPartition) partitions.find(GroupFixture.LOG.topicId(), 0).orElseThrow();
            first.resign(3);
        }
        log.failReads(1, () -> new IllegalStateException("a bug"));
        var environment =
                new Environment(
                        new FastClock(), system.threads(), system.diskThreads(), system.random());
        try (var second = new GroupFixture(partitions, environment)) {
            second.elect(4);
            assertThat(second.committed("readers", 2)).isEqualTo(42);
            assertThat(second.groups.failingLoads()).isEmpty();
            assertThat(environment.health().failures("group-coordinator")).isOne();
        }
    }

    @Test
    void appendThatABugEndedIsCountedWhoeverCommits() {
        var partitions = new MemoryPartitions();
        var environment = Environment.system();
        try (var broker = new GroupFixture(partitions, environment).elect(3)) {
            assertThat(broker.commitWhenLoaded("readers", 2, 42)).isEqualTo(Errors.NONE);
            var log =
                    (MemoryPartition) partitions.find(GroupFixture.LOG.topicId(), 0).orElseThrow();
            log.failAppends(1);
            assertThat(broker.commit("readers", "", -1, 2, 43)).isNotEqualTo(Errors.NONE);
            assertThat(environment.health().failures("group-coordinator")).isZero();
            log.failAppends(1, () -> new IllegalStateException("a bug"));
            assertThat(broker.commit("readers", "", -1, 2, 43))
                    .isEqualTo(Errors.UNKNOWN_SERVER_ERROR);
            assertThat(environment.health().failures("group-coordinator")).isOne();
            assertThat(broker.commit("readers", "", -1, 2, 44)).isEqualTo(Errors.NONE);
        }
    }
}
