package io.oxbow.broker.records;

import static org.assertj.core.api.Assertions.assertThat;

import io.oxbow.broker.testing.Batches;
import io.oxbow.broker.testing.DataPlane;
import io.oxbow.broker.testing.LedTopic;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.message.DeleteRecordsRequestData;
import org.apache.kafka.common.message.DeleteRecordsRequestData.DeleteRecordsPartition;
import org.apache.kafka.common.message.DeleteRecordsRequestData.DeleteRecordsTopic;
import org.apache.kafka.common.message.DeleteRecordsResponseData.DeleteRecordsPartitionResult;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.DeleteRecordsRequest;
import org.apache.kafka.common.requests.DeleteRecordsResponse;
import org.apache.kafka.storage.internals.log.AppendOrigin;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests replies to DeleteRecords. */
@Timeout(120)
class DeleteRecordsHandlerTest {

    private final DataPlane broker = new DataPlane();

    @AfterEach
    void close() {
        broker.close();
    }

    @Test
    void recordsBelowTheOffsetAreGone() {
        for (String value : List.of("a", "b", "c")) {
            LedTopic.await(
                    broker.partition(0).append(Batches.plain(value), AppendOrigin.CLIENT, -1));
        }
        assertThat(delete(0, 1).lowWatermark()).isOne();
        assertThat(broker.values(0)).containsExactly("b", "c");
        assertThat(delete(0, DeleteRecordsRequest.HIGH_WATERMARK).lowWatermark()).isEqualTo(3);
        assertThat(broker.values(0)).isEmpty();
    }

    @Test
    void refusedDeletionsAreReported() {
        assertThat(delete(0, 1).errorCode()).isEqualTo(Errors.OFFSET_OUT_OF_RANGE.code());
        assertThat(delete(0, -5).errorCode()).isEqualTo(Errors.OFFSET_OUT_OF_RANGE.code());
        assertThat(delete(3, 0).errorCode()).isEqualTo(Errors.NOT_LEADER_OR_FOLLOWER.code());
        assertThat(delete(9, 0).errorCode()).isEqualTo(Errors.UNKNOWN_TOPIC_OR_PARTITION.code());
        broker.lead(DataPlane.LEADER_EPOCH, Map.of(TopicConfig.CLEANUP_POLICY_CONFIG, "compact"));
        assertThat(delete(0, 0).errorCode()).isEqualTo(Errors.POLICY_VIOLATION.code());
    }

    private DeleteRecordsPartitionResult delete(int partition, long offset) {
        var data =
                new DeleteRecordsRequestData()
                        .setTopics(
                                List.of(
                                        new DeleteRecordsTopic()
                                                .setName(DataPlane.TOPIC)
                                                .setPartitions(
                                                        List.of(
                                                                new DeleteRecordsPartition()
                                                                        .setPartitionIndex(
                                                                                partition)
                                                                        .setOffset(offset)))));
        return broker.connect()
                .call(new DeleteRecordsRequest.Builder(data).build(), DeleteRecordsResponse.class)
                .data()
                .topics()
                .iterator()
                .next()
                .partitions()
                .iterator()
                .next();
    }
}
