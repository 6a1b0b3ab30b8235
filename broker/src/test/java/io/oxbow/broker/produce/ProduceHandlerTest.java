package io.oxbow.broker.produce;

import static org.assertj.core.api.Assertions.assertThat;

import io.oxbow.broker.testing.Batches;
import io.oxbow.broker.testing.DataPlane;
import io.oxbow.broker.testing.FixedTopics;
import io.oxbow.broker.testing.WireClient;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.message.ProduceRequestData.PartitionProduceData;
import org.apache.kafka.common.message.ProduceRequestData.TopicProduceData;
import org.apache.kafka.common.message.ProduceResponseData.PartitionProduceResponse;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.requests.ProduceRequest;
import org.apache.kafka.common.requests.ProduceResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests the order, acks and errors of replies to Produce. */
@Timeout(120)
class ProduceHandlerTest {

    private static final short ALL = -1;
    private static final short LATEST = ApiKeys.PRODUCE.latestVersion();

    private final DataPlane broker =
            new DataPlane(Map.of(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, 5000));

    @AfterEach
    void close() {
        broker.close();
    }

    @Test
    void everyVersionIsServed() {
        WireClient client = broker.connect();
        for (short version : ApiKeys.PRODUCE.allVersions()) {
            ProduceRequest request = request(version, ALL, 0, Batches.plain("v" + version));
            PartitionProduceResponse part = only(client.call(request, ProduceResponse.class));
            assertThat(Errors.forCode(part.errorCode())).isEqualTo(Errors.NONE);
            assertThat(part.baseOffset()).isEqualTo(version - ApiKeys.PRODUCE.oldestVersion());
        }
    }

    @Test
    void aReplyWaitsUntilTheRecordsAreDurableWhateverAcksSays() {
        broker.store.holdCommits();
        WireClient one = broker.connect().send(request(LATEST, (short) 1, 0, Batches.plain("a")));
        WireClient all = broker.connect().send(request(LATEST, ALL, 1, Batches.plain("b")));
        broker.store.awaitHeldAtLeast(2);
        assertThat(one.available()).isZero();
        assertThat(all.available()).isZero();
        broker.store.releaseCommits();
        assertThat(only(one.receive(ProduceResponse.class)).errorCode()).isZero();
        assertThat(only(all.receive(ProduceResponse.class)).errorCode()).isZero();
    }

    @Test
    void acksZeroGetsNoReply() {
        WireClient client = broker.connect();
        client.sendUnanswered(request(LATEST, (short) 0, 0, Batches.plain("a")));
        PartitionProduceResponse next =
                only(
                        client.call(
                                request(LATEST, ALL, 0, Batches.plain("b")),
                                ProduceResponse.class));
        assertThat(next.baseOffset()).isOne();
        assertThat(broker.values(0)).containsExactly("a", "b");
    }

    @Test
    void acksZeroIsToldOfAnErrorByTheDisconnect() {
        WireClient client = broker.connect();
        client.sendUnanswered(request(LATEST, (short) 0, 3, Batches.plain("a")));
        assertThat(client.isClosedByServer()).isTrue();
    }

    @Test
    void pipelinedRequestsKeepTheirOrder() {
        WireClient client = broker.connect();
        for (int i = 0; i < 300; i++) {
            client.send(request(LATEST, ALL, 0, Batches.idempotent(1, 0, i, "v" + i)));
        }
        for (int i = 0; i < 300; i++) {
            PartitionProduceResponse part = only(client.receive(ProduceResponse.class));
            assertThat(Errors.forCode(part.errorCode())).isEqualTo(Errors.NONE);
            assertThat(part.baseOffset()).isEqualTo(i);
        }
    }

    @Test
    void eachPartitionHasItsOwnError() {
        var topic = new TopicProduceData().setTopicId(DataPlane.TOPIC_ID);
        topic.partitionData().add(part(0, Batches.plain("a")));
        topic.partitionData().add(part(1, corrupt()));
        topic.partitionData().add(part(2, Batches.plain("x".repeat(6000))));
        topic.partitionData().add(part(3, Batches.plain("a")));
        topic.partitionData().add(part(4, Batches.plain("a")));
        var stranger = new TopicProduceData().setTopicId(Uuid.randomUuid());
        stranger.partitionData().add(part(0, Batches.plain("a")));

        ProduceResponse response =
                broker.connect()
                        .call(
                                request(LATEST, ALL, List.of(topic, stranger)),
                                ProduceResponse.class);

        assertThat(response.data().responses().find("", DataPlane.TOPIC_ID).partitionResponses())
                .extracting(part -> Errors.forCode(part.errorCode()))
                .containsExactly(
                        Errors.NONE,
                        Errors.CORRUPT_MESSAGE,
                        Errors.MESSAGE_TOO_LARGE,
                        Errors.NOT_LEADER_OR_FOLLOWER,
                        Errors.UNKNOWN_TOPIC_OR_PARTITION);
        assertThat(
                        response.data()
                                .responses()
                                .find("", stranger.topicId())
                                .partitionResponses()
                                .getFirst()
                                .errorCode())
                .isEqualTo(Errors.UNKNOWN_TOPIC_ID.code());
    }

    /** KIP-951: since version 10 a client follows a move without asking for metadata. */
    @Test
    void theWrongBrokerNamesTheLeaderAndItsAddress() {
        WireClient client = broker.connect();
        for (short version : ApiKeys.PRODUCE.allVersions()) {
            ProduceResponse response =
                    client.call(
                            request(version, ALL, 3, Batches.plain("a")), ProduceResponse.class);
            assertThat(only(response).errorCode()).isEqualTo(Errors.NOT_LEADER_OR_FOLLOWER.code());
            boolean names = version >= 10;
            assertThat(only(response).currentLeader().leaderId())
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
    void unknownAcksAreRefused() {
        ProduceResponse response =
                broker.connect()
                        .call(
                                request(LATEST, (short) 2, 0, Batches.plain("a")),
                                ProduceResponse.class);
        assertThat(only(response).errorCode()).isEqualTo(Errors.INVALID_REQUIRED_ACKS.code());
        assertThat(broker.partition(0).logEndOffset()).isZero();
    }

    @Test
    void sequencesAreChecked() {
        WireClient client = broker.connect();
        assertThat(produce(client, Batches.idempotent(1, 1, 0, "a")).errorCode()).isZero();
        assertThat(produce(client, Batches.idempotent(1, 1, 2, "c")).errorCode())
                .isEqualTo(Errors.OUT_OF_ORDER_SEQUENCE_NUMBER.code());
        assertThat(produce(client, Batches.idempotent(1, 0, 1, "b")).errorCode())
                .isEqualTo(Errors.INVALID_PRODUCER_EPOCH.code());
        PartitionProduceResponse retry = produce(client, Batches.idempotent(1, 1, 0, "a"));
        assertThat(retry.errorCode()).isZero();
        assertThat(retry.baseOffset()).isZero();
        assertThat(broker.values(0)).containsExactly("a");
    }

    @Test
    void transactionalRecordsWithoutATransactionalIdAreRefused() {
        var records =
                MemoryRecords.withTransactionalRecords(
                        Compression.NONE, 1, (short) 0, 0, Batches.records("a"));
        assertThat(produce(broker.connect(), records).errorCode())
                .isEqualTo(Errors.TRANSACTIONAL_ID_AUTHORIZATION_FAILED.code());
    }

    @Test
    void aBadRecordIsNamed() {
        var records =
                MemoryRecords.withRecords(
                        Compression.NONE,
                        new org.apache.kafka.common.record.internal.SimpleRecord(
                                1, "a".getBytes(java.nio.charset.StandardCharsets.UTF_8)),
                        new org.apache.kafka.common.record.internal.SimpleRecord(
                                System.currentTimeMillis() + 7_200_000 + 86_400_000,
                                "b".getBytes(java.nio.charset.StandardCharsets.UTF_8)));
        PartitionProduceResponse part = produce(broker.connect(), records);
        assertThat(part.errorCode()).isEqualTo(Errors.INVALID_TIMESTAMP.code());
        assertThat(part.recordErrors()).hasSize(1);
        assertThat(part.recordErrors().getFirst().batchIndex()).isOne();
    }

    @Test
    void aFailedWalIsARetriableErrorAndNothingIsAcked() {
        broker.store.holdCommits();
        WireClient client = broker.connect();
        client.send(request(LATEST, ALL, 0, Batches.idempotent(1, 0, 0, "a")));
        broker.store.awaitHeldAtLeast(1);
        broker.store.failWal();
        Errors first = Errors.forCode(only(client.receive(ProduceResponse.class)).errorCode());
        Errors second =
                Errors.forCode(produce(client, Batches.idempotent(1, 0, 0, "a")).errorCode());
        assertThat(first).isEqualTo(Errors.KAFKA_STORAGE_ERROR);
        assertThat(second).isIn(Errors.KAFKA_STORAGE_ERROR, Errors.NOT_LEADER_OR_FOLLOWER);
    }

    @Test
    void backPressureHoldsProducersUpAndNobodyElse() {
        broker.store.holdCommits();
        broker.store.limitUndurableBytes(500);
        WireClient producer = broker.connect();
        for (int i = 0; i < 20; i++) {
            producer.send(request(LATEST, ALL, 0, Batches.plain("x".repeat(200))));
        }
        broker.store.awaitBlockedAppends(1);
        assertThat(broker.partition(0).logEndOffset()).isLessThan(20);
        // Other clients, and the event loops, go on.
        for (int i = 0; i < 8; i++) {
            var hello = new org.apache.kafka.common.requests.ApiVersionsRequest.Builder().build();
            broker.connect()
                    .call(hello, org.apache.kafka.common.requests.ApiVersionsResponse.class);
        }
        broker.store.releaseCommits();
        for (int i = 0; i < 20; i++) {
            assertThat(only(producer.receive(ProduceResponse.class)).baseOffset()).isEqualTo(i);
        }
    }

    @Test
    void aLargeBatchOfManyReadsIsStoredByteForByte() {
        broker.lead(DataPlane.LEADER_EPOCH, Map.of(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, 8 << 20));
        String value = "0123456789".repeat(400_000);
        assertThat(produce(broker.connect(), Batches.plain(value)).errorCode()).isZero();
        assertThat(broker.values(0)).containsExactly(value);
    }

    private PartitionProduceResponse produce(WireClient client, MemoryRecords records) {
        return only(client.call(request(LATEST, ALL, 0, records), ProduceResponse.class));
    }

    private static MemoryRecords corrupt() {
        ByteBuffer bytes = Batches.plain("abc").buffer();
        bytes.put(bytes.limit() - 2, (byte) 'X');
        return MemoryRecords.readableRecords(bytes);
    }

    private static PartitionProduceData part(int partition, MemoryRecords records) {
        return new PartitionProduceData().setIndex(partition).setRecords(records);
    }

    private static ProduceRequest request(
            short version, short acks, int partition, MemoryRecords records) {
        var topic = new TopicProduceData();
        if (version < 13) {
            topic.setName(DataPlane.TOPIC);
        } else {
            topic.setTopicId(DataPlane.TOPIC_ID);
        }
        topic.partitionData().add(part(partition, records));
        return request(version, acks, List.of(topic));
    }

    private static ProduceRequest request(
            short version, short acks, List<TopicProduceData> topics) {
        var data = new ProduceRequestData().setAcks(acks).setTimeoutMs(1000);
        data.topicData().addAll(topics);
        return new ProduceRequest(data, version);
    }

    private static PartitionProduceResponse only(ProduceResponse response) {
        return response.data().responses().iterator().next().partitionResponses().getFirst();
    }
}
