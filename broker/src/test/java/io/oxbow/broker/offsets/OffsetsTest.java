package io.oxbow.broker.offsets;

import static org.assertj.core.api.Assertions.assertThat;

import io.oxbow.broker.testing.Batches;
import io.oxbow.broker.testing.DataPlane;
import io.oxbow.broker.testing.LedTopic;
import io.oxbow.broker.testing.WireClient;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.message.ListOffsetsRequestData;
import org.apache.kafka.common.message.ListOffsetsRequestData.ListOffsetsPartition;
import org.apache.kafka.common.message.ListOffsetsRequestData.ListOffsetsTopic;
import org.apache.kafka.common.message.ListOffsetsResponseData.ListOffsetsPartitionResponse;
import org.apache.kafka.common.message.OffsetForLeaderEpochRequestData;
import org.apache.kafka.common.message.OffsetForLeaderEpochRequestData.OffsetForLeaderPartition;
import org.apache.kafka.common.message.OffsetForLeaderEpochRequestData.OffsetForLeaderTopic;
import org.apache.kafka.common.message.OffsetForLeaderEpochRequestData.OffsetForLeaderTopicCollection;
import org.apache.kafka.common.message.OffsetForLeaderEpochResponseData.EpochEndOffset;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.requests.ListOffsetsRequest;
import org.apache.kafka.common.requests.ListOffsetsResponse;
import org.apache.kafka.common.requests.OffsetsForLeaderEpochRequest;
import org.apache.kafka.common.requests.OffsetsForLeaderEpochResponse;
import org.apache.kafka.storage.internals.log.AppendOrigin;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests replies to ListOffsets and OffsetForLeaderEpoch. */
@Timeout(120)
class OffsetsTest {

    private static final short LATEST = ApiKeys.LIST_OFFSETS.latestVersion();

    private final DataPlane broker = new DataPlane();

    @AfterEach
    void close() {
        assertThat(broker.store.unclosedReads()).isZero();
        broker.close();
    }

    @Test
    void everyVersionIsServed() {
        append(Batches.at(100, 200));
        WireClient client = broker.connect();
        for (short version : ApiKeys.LIST_OFFSETS.allVersions()) {
            if (ApiKeys.LIST_OFFSETS.isVersionEnabled(version, false)) {
                var answer = ask(client, version, ListOffsetsRequest.LATEST_TIMESTAMP);
                assertThat(answer.offset()).as("version %d", version).isEqualTo(2);
            }
        }
    }

    @Test
    void firstAndLastOffset() {
        append(Batches.at(100, 200));
        append(Batches.at(300));
        broker.partition(0).deleteRecordsBefore(1);
        assertThat(ask(ListOffsetsRequest.EARLIEST_TIMESTAMP).offset()).isOne();
        assertThat(ask(ListOffsetsRequest.EARLIEST_LOCAL_TIMESTAMP).offset()).isOne();
        var last = ask(ListOffsetsRequest.LATEST_TIMESTAMP);
        assertThat(last.offset()).isEqualTo(3);
        assertThat(last.leaderEpoch()).isEqualTo(DataPlane.LEADER_EPOCH);
        assertThat(last.timestamp()).isEqualTo(-1);
    }

    @Test
    void theLastOffsetIsTheHighWatermark() {
        append(Batches.at(100));
        broker.store.holdCommits();
        broker.partition(0).append(Batches.at(200), AppendOrigin.CLIENT, -1);
        assertThat(ask(ListOffsetsRequest.LATEST_TIMESTAMP).offset()).isOne();
        assertThat(ask(150).offset()).isEqualTo(-1);
        broker.store.releaseCommits();
    }

    @Test
    void aTimeFindsTheExactRecord() {
        append(Batches.at(100, 300, 200));
        append(Batches.at(400));
        var found = ask(150);
        assertThat(found.offset()).isOne();
        assertThat(found.timestamp()).isEqualTo(300);
        assertThat(found.leaderEpoch()).isEqualTo(DataPlane.LEADER_EPOCH);
        assertThat(ask(401).offset()).isEqualTo(-1);
        assertThat(ask(401).errorCode()).isZero();
    }

    @Test
    void theGreatestTimestampIsFound() {
        append(Batches.at(100, 900, 200));
        append(Batches.at(400));
        var found = ask(ListOffsetsRequest.MAX_TIMESTAMP);
        assertThat(found.offset()).isOne();
        assertThat(found.timestamp()).isEqualTo(900);
    }

    @Test
    void anEmptyPartitionHasNoTimestamps() {
        assertThat(ask(ListOffsetsRequest.MAX_TIMESTAMP).offset()).isEqualTo(-1);
        assertThat(ask(0).offset()).isEqualTo(-1);
        assertThat(ask(ListOffsetsRequest.LATEST_TIERED_TIMESTAMP).offset()).isEqualTo(-1);
        assertThat(ask(ListOffsetsRequest.EARLIEST_TIMESTAMP).offset()).isZero();
    }

    @Test
    void tieredIsWhatIsInTheBucket() {
        append(Batches.at(100, 200));
        broker.store.flush();
        append(Batches.at(300));
        assertThat(ask(ListOffsetsRequest.LATEST_TIERED_TIMESTAMP).offset()).isOne();
        assertThat(ask(ListOffsetsRequest.EARLIEST_PENDING_UPLOAD_TIMESTAMP).offset()).isEqualTo(2);
    }

    @Test
    void aPlaceThatTheVersionDoesNotKnowIsUnsupported() {
        var answer = ask(broker.connect(), (short) 6, ListOffsetsRequest.MAX_TIMESTAMP);
        assertThat(answer.errorCode()).isEqualTo(Errors.UNSUPPORTED_VERSION.code());
        assertThat(ask(-77).errorCode()).isEqualTo(Errors.UNSUPPORTED_VERSION.code());
    }

    @Test
    void everyPartitionHasItsOwnAnswer() {
        append(Batches.at(100));
        var partitions = new ArrayList<ListOffsetsPartition>();
        for (int i : new int[] {0, 1, 3, 4, 2, 2}) {
            partitions.add(wanted(i, ListOffsetsRequest.LATEST_TIMESTAMP));
        }
        partitions.get(1).setCurrentLeaderEpoch(DataPlane.LEADER_EPOCH - 1);
        var answers = ask(broker.connect(), LATEST, partitions);
        assertThat(answers)
                .extracting(answer -> Errors.forCode(answer.errorCode()))
                .containsExactly(
                        Errors.NONE,
                        Errors.FENCED_LEADER_EPOCH,
                        Errors.NOT_LEADER_OR_FOLLOWER,
                        Errors.UNKNOWN_TOPIC_OR_PARTITION,
                        Errors.INVALID_REQUEST,
                        Errors.INVALID_REQUEST);
    }

    @Test
    void epochsEndWhereTheNextBegan() {
        append(Batches.at(1, 2));
        broker.lead(9, Map.of());
        append(Batches.at(3));
        assertThat(endOf(0, DataPlane.LEADER_EPOCH, -1).endOffset()).isEqualTo(2);
        assertThat(endOf(0, 9, 9).endOffset()).isEqualTo(3);
        EpochEndOffset between = endOf(0, 7, -1);
        assertThat(between.leaderEpoch()).isEqualTo(DataPlane.LEADER_EPOCH);
        assertThat(between.endOffset()).isEqualTo(2);
        assertThat(endOf(0, 10, -1).endOffset()).isEqualTo(-1);
        assertThat(endOf(0, 9, 8).errorCode()).isEqualTo(Errors.FENCED_LEADER_EPOCH.code());
        assertThat(endOf(0, 9, 10).errorCode()).isEqualTo(Errors.UNKNOWN_LEADER_EPOCH.code());
        assertThat(endOf(3, 9, -1).errorCode()).isEqualTo(Errors.NOT_LEADER_OR_FOLLOWER.code());
        assertThat(endOf(7, 9, -1).errorCode()).isEqualTo(Errors.UNKNOWN_TOPIC_OR_PARTITION.code());
    }

    private void append(MemoryRecords records) {
        LedTopic.await(broker.partition(0).append(records, AppendOrigin.CLIENT, -1));
    }

    private ListOffsetsPartitionResponse ask(long timestamp) {
        return ask(broker.connect(), LATEST, timestamp);
    }

    private static ListOffsetsPartitionResponse ask(
            WireClient client, short version, long timestamp) {
        return ask(client, version, List.of(wanted(0, timestamp))).getFirst();
    }

    private static List<ListOffsetsPartitionResponse> ask(
            WireClient client, short version, List<ListOffsetsPartition> partitions) {
        var data =
                new ListOffsetsRequestData()
                        .setReplicaId(-1)
                        .setTopics(
                                List.of(
                                        new ListOffsetsTopic()
                                                .setName(DataPlane.TOPIC)
                                                .setPartitions(partitions)));
        var request =
                ListOffsetsRequest.parse(
                        new org.apache.kafka.common.protocol.ByteBufferAccessor(
                                org.apache.kafka.common.protocol.MessageUtil.toByteBufferAccessor(
                                                data, version)
                                        .buffer()),
                        version);
        return client.call(request, ListOffsetsResponse.class).topics().getFirst().partitions();
    }

    private static ListOffsetsPartition wanted(int partition, long timestamp) {
        return new ListOffsetsPartition().setPartitionIndex(partition).setTimestamp(timestamp);
    }

    private EpochEndOffset endOf(int partition, int epoch, int currentEpoch) {
        var topics = new OffsetForLeaderTopicCollection();
        topics.add(
                new OffsetForLeaderTopic()
                        .setTopic(DataPlane.TOPIC)
                        .setPartitions(
                                List.of(
                                        new OffsetForLeaderPartition()
                                                .setPartition(partition)
                                                .setCurrentLeaderEpoch(currentEpoch)
                                                .setLeaderEpoch(epoch))));
        var request = OffsetsForLeaderEpochRequest.Builder.forConsumer(topics).build((short) 4);
        assertThat(request.data()).isInstanceOf(OffsetForLeaderEpochRequestData.class);
        return broker.connect()
                .call(request, OffsetsForLeaderEpochResponse.class)
                .data()
                .topics()
                .iterator()
                .next()
                .partitions()
                .getFirst();
    }
}
