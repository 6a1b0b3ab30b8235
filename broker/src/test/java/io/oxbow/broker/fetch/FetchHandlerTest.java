package io.oxbow.broker.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import io.oxbow.broker.testing.Batches;
import io.oxbow.broker.testing.DataPlane;
import io.oxbow.broker.testing.FixedTopics;
import io.oxbow.broker.testing.LedTopic;
import io.oxbow.broker.testing.WireClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicIdPartition;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.FetchResponseData.PartitionData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.requests.FetchMetadata;
import org.apache.kafka.common.requests.FetchResponse;
import org.apache.kafka.storage.internals.log.AppendOrigin;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests replies to Fetch, the waits of a fetch, and the threads that read. */
@Timeout(120)
class FetchHandlerTest {

    private static final short LATEST = ApiKeys.FETCH.latestVersion();
    private static final Map<Uuid, String> NAMES = Map.of(DataPlane.TOPIC_ID, DataPlane.TOPIC);
    private static final int LONG = 600_000;

    private final DataPlane broker = new DataPlane();

    @AfterEach
    void everyReadIsClosed() {
        broker.network().drain(Duration.ofMinutes(1));
        // Calls of clients that are gone end by themselves; a leak would never.
        while (broker.store.unclosedReads() > 0
                || broker.memory.replies().usedBytes() > 0
                || broker.memory.requests().usedBytes() > 0) {
            Thread.onSpinWait();
        }
        broker.close();
    }

    @Test
    void everyVersionIsServed() {
        append(0, "a", "b");
        append(0, "c");
        WireClient client = broker.connect();
        for (short version : ApiKeys.FETCH.allVersions()) {
            FetchResponse response = client.call(fetch(version).build(), FetchResponse.class);
            PartitionData part = part(response, version, 0);
            assertThat(Errors.forCode(part.errorCode())).isEqualTo(Errors.NONE);
            assertThat(values(part)).as("version %d", version).containsExactly("a", "b", "c");
            assertThat(part.highWatermark()).isEqualTo(3);
        }
    }

    @Test
    void aFetchAnswersAtOnceWhenThereIsEnough() {
        append(0, "a");
        assertThat(values(call(fetch().waiting(LONG, 1)))).containsExactly("a");
    }

    @Test
    void withoutRoomForAReplyAFetchIsEmptyOnceTheClientsPatienceIsOver() {
        append(0, "a");
        long all = broker.memory.replies().bytesMax() - 1_000;
        broker.memory.replies().reserveBeyond(all);
        assertThat(values(call(fetch().waiting(50, 1)))).isEmpty();
        broker.memory.replies().release(all);
        assertThat(values(call(fetch().waiting(50, 1)))).containsExactly("a");
    }

    @Test
    void aFetchThatWaitsForRoomGoesOnWhenThereIsSome() {
        append(0, "a");
        long all = broker.memory.replies().bytesMax() - 1_000;
        broker.memory.replies().reserveBeyond(all);
        WireClient client = broker.connect();
        client.send(fetch().waiting(LONG, 1).build());
        while (broker.memory.replies().waiting() == 0) {
            Thread.onSpinWait();
        }
        broker.memory.replies().release(all);
        assertThat(values(part(client.receive(FetchResponse.class), LATEST, 0)))
                .containsExactly("a");
    }

    @Test
    void aFetchThatWaitsCountsWhatItHolds() {
        WireClient client = broker.connect();
        client.send(fetch().of(0, 1, 2).waiting(LONG, 1).build());
        awaitWaitingFetch();
        assertThat(broker.memory.requests().usedBytes()).isBetween(3 * 256L, 4_096L);
        append(2, "a");
        client.receive(FetchResponse.class);
    }

    @Test
    void withoutRoomForWhatAFetchHoldsWhileItWaitsItDoesNotWait() {
        long all = broker.memory.requests().bytesMax();
        broker.memory.requests().reserveBeyond(all);
        assertThat(values(call(fetch().waiting(LONG, 1)))).isEmpty();
        broker.memory.requests().release(all);
    }

    @Test
    void recordsInMemoryAreReadOnTheEventLoop() {
        append(0, "a");
        append(1, "b");
        FetchResponse both = broker.connect().call(fetch().of(0, 1).build(), FetchResponse.class);
        assertThat(values(part(both, LATEST, 0))).containsExactly("a");
        assertThat(values(part(both, LATEST, 1))).containsExactly("b");
        assertThat(broker.store.readers()).allMatch(name -> name.startsWith("kafka-network"));
    }

    @Test
    void readsThatWaitLeaveTheEventLoop() {
        append(1, "b");
        broker.store.flush();
        append(0, "a");
        FetchResponse both =
                broker.connect()
                        .call(fetch().of(0, 1).waiting(LONG, 1).build(), FetchResponse.class);
        assertThat(values(part(both, LATEST, 0))).containsExactly("a");
        assertThat(values(part(both, LATEST, 1))).containsExactly("b");
        assertThat(broker.store.readers()).hasSize(2).anyMatch(name -> name.startsWith("oxbow-"));
    }

    @Test
    void aFetchOfVeryManyPartitionsLeavesTheEventLoopAlone() {
        append(0, "a");
        int[] many = IntStream.range(0, Fetch.AT_ONCE_PARTITIONS_MAX + 1).toArray();
        FetchResponse all = broker.connect().call(fetch().of(many).build(), FetchResponse.class);
        assertThat(values(part(all, LATEST, 0))).containsExactly("a");
        assertThat(broker.store.readers()).hasSize(1).allMatch(name -> name.startsWith("oxbow-"));
    }

    @Test
    void aFetchAtTheEndWaitsForRecords() {
        append(0, "a");
        WireClient client = broker.connect();
        client.send(fetch().from(1).waiting(LONG, 1).build());
        awaitWaitingFetch();
        assertThat(client.available()).isZero();
        append(0, "b");
        assertThat(values(part(client.receive(FetchResponse.class), LATEST, 0)))
                .containsExactly("b");
    }

    @Test
    void aFetchWaitsUntilThereAreEnoughBytes() {
        int one = Batches.plain("v0").sizeInBytes();
        WireClient client = broker.connect();
        client.send(fetch().waiting(LONG, 3 * one).build());
        awaitWaitingFetch();
        append(0, "v0");
        append(0, "v1");
        append(0, "v2");
        append(0, "v3");
        assertThat(values(part(client.receive(FetchResponse.class), LATEST, 0)))
                .startsWith("v0", "v1", "v2");
    }

    @Test
    void aFetchGivesUpWaitingAfterItsTime() {
        PartitionData part = call(fetch().waiting(1, 1));
        assertThat(part.errorCode()).isZero();
        assertThat(values(part)).isEmpty();
        assertThat(part.highWatermark()).isZero();
    }

    @Test
    void undurableRecordsAreNotFetched() {
        broker.store.holdCommits();
        broker.partition(0).append(Batches.plain("a"), AppendOrigin.CLIENT, -1);
        PartitionData part = call(fetch().waiting(0, 1));
        assertThat(part.highWatermark()).isZero();
        assertThat(values(part)).isEmpty();
        PartitionData ahead = call(fetch().from(1).waiting(0, 1));
        assertThat(ahead.errorCode()).isZero();
        broker.store.releaseCommits();
    }

    @Test
    void closingAnswersWhoeverWaits() {
        WireClient client = broker.connect();
        client.send(fetch().waiting(LONG, 1).build());
        awaitWaitingFetch();
        broker.fetches.close();
        assertThat(part(client.receive(FetchResponse.class), LATEST, 0).errorCode()).isZero();
    }

    @Test
    void fetchesThatWaitOnAPartitionGivenUpAreAnswered() {
        WireClient client = broker.connect();
        client.send(fetch().waiting(LONG, 1).build());
        awaitWaitingFetch();
        broker.partitions.resign(
                List.of(new TopicIdPartition(DataPlane.TOPIC_ID, 0, DataPlane.TOPIC)));
        FetchResponse response = client.receive(FetchResponse.class);
        assertThat(part(response, LATEST, 0).errorCode())
                .isEqualTo(Errors.NOT_LEADER_OR_FOLLOWER.code());
    }

    @Test
    void aReplyKeepsToItsLimitsButSendsTheFirstBatchWhole() {
        int one = Batches.plain("x".repeat(1000)).sizeInBytes();
        for (int i = 0; i < 3; i++) {
            append(0, "x".repeat(1000));
            append(1, "y".repeat(1000));
        }
        assertThat(values(call(fetch().limits(one * 2, one * 2)))).hasSize(2);
        assertThat(values(call(fetch().limits(one * 2, one - 1)))).hasSize(1);
        assertThat(values(call(fetch().limits(1, 1)))).hasSize(1);

        FetchResponse both =
                broker.connect()
                        .call(fetch().of(0, 1).limits(one + 10, one).build(), FetchResponse.class);
        assertThat(values(part(both, LATEST, 0))).hasSize(1);
        assertThat(values(part(both, LATEST, 1))).isEmpty();
    }

    @Test
    void aBatchThatHoldsTheOffsetIsSentWhole() {
        append(0, "a", "b", "c");
        assertThat(values(call(fetch().from(2)))).containsExactly("a", "b", "c");
    }

    @Test
    void offsetsOutsideTheLogAreOutOfRange() {
        append(0, "a");
        append(0, "b");
        broker.partition(0).deleteRecordsBefore(1);
        assertThat(call(fetch().from(0)).errorCode()).isEqualTo(Errors.OFFSET_OUT_OF_RANGE.code());
        assertThat(call(fetch().from(3)).errorCode()).isEqualTo(Errors.OFFSET_OUT_OF_RANGE.code());
        assertThat(call(fetch().from(2).waiting(0, 1)).errorCode()).isZero();
        assertThat(call(fetch().from(1)).logStartOffset()).isOne();
    }

    @Test
    void leaderEpochsAreChecked() {
        append(0, "a");
        assertThat(call(fetch().epoch(DataPlane.LEADER_EPOCH)).errorCode()).isZero();
        assertThat(call(fetch().epoch(DataPlane.LEADER_EPOCH - 1)).errorCode())
                .isEqualTo(Errors.FENCED_LEADER_EPOCH.code());
        assertThat(call(fetch().epoch(DataPlane.LEADER_EPOCH + 1)).errorCode())
                .isEqualTo(Errors.UNKNOWN_LEADER_EPOCH.code());
    }

    @Test
    void unknownAndForeignPartitionsAreErrorsOfTheirOwn() {
        append(0, "a");
        FetchResponse response =
                broker.connect()
                        .call(fetch().of(0, 3, 4).waiting(LONG, 1).build(), FetchResponse.class);
        assertThat(values(part(response, LATEST, 0))).containsExactly("a");
        assertThat(part(response, LATEST, 3).errorCode())
                .isEqualTo(Errors.NOT_LEADER_OR_FOLLOWER.code());
        assertThat(part(response, LATEST, 3).currentLeader().leaderId())
                .isEqualTo(FixedTopics.OTHER.id());
        assertThat(response.data().nodeEndpoints().find(FixedTopics.OTHER.id())).isNotNull();
        assertThat(part(response, LATEST, 4).errorCode())
                .isEqualTo(Errors.UNKNOWN_TOPIC_OR_PARTITION.code());
    }

    /** KIP-951: since version 16 a client follows a move without asking for metadata. */
    @Test
    void theWrongBrokerNamesTheLeaderAndItsAddress() {
        WireClient client = broker.connect();
        for (short version : ApiKeys.FETCH.allVersions()) {
            FetchResponse response = client.call(fetch(version).of(3).build(), FetchResponse.class);
            boolean names = version >= 16;
            assertThat(part(response, version, 3).errorCode())
                    .isEqualTo(Errors.NOT_LEADER_OR_FOLLOWER.code());
            assertThat(part(response, version, 3).currentLeader().leaderId())
                    .as("version %d", version)
                    .isEqualTo(names ? FixedTopics.OTHER.id() : -1);
            assertThat(response.data().nodeEndpoints()).hasSize(names ? 1 : 0);
            for (var endpoint : response.data().nodeEndpoints()) {
                assertThat(endpoint.nodeId()).isEqualTo(FixedTopics.OTHER.id());
                assertThat(endpoint.host()).isEqualTo(FixedTopics.OTHER.host());
                assertThat(endpoint.port()).isEqualTo(FixedTopics.OTHER.port());
            }
        }
    }

    @Test
    void anUnknownTopicIdIsAnErrorOfItsOwn() {
        FetchResponse response =
                broker.connect()
                        .call(
                                fetch().topic(Uuid.randomUuid()).waiting(LONG, 1).build(),
                                FetchResponse.class);
        assertThat(response.data().responses().getFirst().partitions().getFirst().errorCode())
                .isEqualTo(Errors.UNKNOWN_TOPIC_ID.code());
    }

    @Test
    void readCommittedShowsAStableOffsetAndNoAbortedTransactions() {
        append(0, "a");
        PartitionData part = call(fetch().isolation(IsolationLevel.READ_COMMITTED));
        assertThat(part.lastStableOffset()).isOne();
        assertThat(part.abortedTransactions()).isEmpty();
        assertThat(call(fetch()).abortedTransactions()).isNull();
    }

    @Test
    void aSessionSendsOnlyWhatChanged() {
        append(0, "a");
        WireClient client = broker.connect();
        FetchResponse full =
                client.call(
                        fetch().of(0, 1, 2).session(FetchMetadata.INITIAL).build(),
                        FetchResponse.class);
        int session = full.sessionId();
        assertThat(session).isPositive();
        assertThat(full.data().responses().getFirst().partitions()).hasSize(3);

        append(1, "b");
        var next = new FetchMetadata(session, 1);
        FetchResponse incremental =
                client.call(fetch().from(1).session(next).build(), FetchResponse.class);
        assertThat(incremental.sessionId()).isEqualTo(session);
        assertThat(incremental.data().responses().getFirst().partitions())
                .extracting(PartitionData::partitionIndex)
                .containsExactly(1);
        assertThat(values(part(incremental, LATEST, 1))).containsExactly("b");
    }

    /**
     * A reply has room for one batch only; what the first partition still has is not sent before
     * the others' had their turn.
     */
    @Test
    void theSessionsPartitionsTakeTurns() {
        int one = Batches.plain("0a").sizeInBytes();
        for (int partition = 0; partition < 3; partition++) {
            append(partition, partition + "a");
            append(partition, partition + "b");
            append(partition, partition + "c");
        }
        WireClient client = broker.connect();
        FetchBuilder all = fetch().of(0, 1, 2).session(FetchMetadata.INITIAL);
        FetchResponse reply = client.call(all.limits(one, one).build(), FetchResponse.class);
        List<String> seen = new ArrayList<>(allValues(reply));
        for (int turn = 1; turn < 9; turn++) {
            int gave = seen.getLast().charAt(0) - '0';
            int next = seen.getLast().charAt(1) - 'a' + 1;
            FetchBuilder more =
                    fetch().of(gave)
                            .from(next)
                            .session(new FetchMetadata(reply.sessionId(), turn))
                            .limits(one, one);
            seen.addAll(allValues(client.call(more.build(), FetchResponse.class)));
        }
        // As with Kafka, a session's first reply changes no order.
        assertThat(seen).containsExactly("0a", "0b", "1a", "2a", "0c", "1b", "2b", "1c", "2c");
    }

    @Test
    void unknownSessionsAndStaleEpochsAreRefused() {
        WireClient client = broker.connect();
        FetchResponse unknown =
                client.call(
                        fetch().session(new FetchMetadata(12345, 1)).build(), FetchResponse.class);
        assertThat(unknown.error()).isEqualTo(Errors.FETCH_SESSION_ID_NOT_FOUND);
        int session =
                client.call(
                                fetch().waiting(0, 1).session(FetchMetadata.INITIAL).build(),
                                FetchResponse.class)
                        .sessionId();
        FetchResponse stale =
                client.call(
                        fetch().session(new FetchMetadata(session, 7)).build(),
                        FetchResponse.class);
        assertThat(stale.error()).isEqualTo(Errors.INVALID_FETCH_SESSION_EPOCH);
    }

    @Test
    void aClientThatLeavesWhileItWaitsLeavesNothingBehind() {
        WireClient client = broker.connect();
        client.send(fetch().waiting(LONG, 1).build());
        awaitWaitingFetch();
        client.close();
        append(0, "a");
        assertThat(broker.network().drain(Duration.ofMinutes(1))).isTrue();
    }

    @Test
    void manyBatchesOfAllSizesArriveByteForByte() {
        for (int i = 0; i < 400; i++) {
            append(0, "v" + i + "-".repeat((i % 7) * (i % 11) * 100));
        }
        List<String> values = values(call(fetch()));
        assertThat(values).isEqualTo(broker.values(0));
        assertThat(values).hasSize(400);
    }

    private void append(int partition, String... values) {
        LedTopic.await(
                broker.partition(partition).append(Batches.plain(values), AppendOrigin.CLIENT, -1));
    }

    private void awaitWaitingFetch() {
        while (broker.fetches.waiting() == 0) {
            Thread.onSpinWait();
        }
    }

    private PartitionData call(FetchBuilder request) {
        FetchResponse response = broker.connect().call(request.build(), FetchResponse.class);
        return part(response, request.version, 0);
    }

    private static PartitionData part(FetchResponse response, short version, int partition) {
        return Objects.requireNonNull(
                response.responseData(NAMES, version)
                        .get(new TopicPartition(DataPlane.TOPIC, partition)));
    }

    private static List<String> values(PartitionData part) {
        MemoryRecords records = (MemoryRecords) FetchResponse.recordsOrFail(part);
        records.batches().forEach(org.apache.kafka.common.record.internal.RecordBatch::ensureValid);
        return Batches.values(records.records());
    }

    private static List<String> allValues(FetchResponse response) {
        return response.responseData(NAMES, LATEST).values().stream()
                .flatMap(part -> values(part).stream())
                .toList();
    }

    private static FetchBuilder fetch() {
        return fetch(LATEST);
    }

    private static FetchBuilder fetch(short version) {
        return new FetchBuilder(version);
    }
}
