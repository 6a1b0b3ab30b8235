package io.oxbow.broker.offsets;

import io.oxbow.broker.network.ApiHandler;
import io.oxbow.broker.network.Call;
import io.oxbow.broker.partition.LedPartitions;
import io.oxbow.broker.partition.PartitionHistory.EpochEnd;
import java.util.Map;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.message.OffsetForLeaderEpochRequestData.OffsetForLeaderPartition;
import org.apache.kafka.common.message.OffsetForLeaderEpochRequestData.OffsetForLeaderTopic;
import org.apache.kafka.common.message.OffsetForLeaderEpochResponseData;
import org.apache.kafka.common.message.OffsetForLeaderEpochResponseData.EpochEndOffset;
import org.apache.kafka.common.message.OffsetForLeaderEpochResponseData.OffsetForLeaderTopicResult;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.OffsetsForLeaderEpochRequest;
import org.apache.kafka.common.requests.OffsetsForLeaderEpochResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Serves OffsetForLeaderEpoch, from memory. */
public final class LeaderEpochHandler implements ApiHandler {

    private static final Logger LOG = LoggerFactory.getLogger(LeaderEpochHandler.class);

    private final LedPartitions partitions;

    public LeaderEpochHandler(LedPartitions partitions) {
        this.partitions = partitions;
    }

    @Override
    public Map<ApiKeys, Versions> apis() {
        return Map.of(
                ApiKeys.OFFSET_FOR_LEADER_EPOCH, Versions.all(ApiKeys.OFFSET_FOR_LEADER_EPOCH));
    }

    @Override
    public void handle(Call call) {
        var request = (OffsetsForLeaderEpochRequest) call.request();
        var response = new OffsetForLeaderEpochResponseData();
        for (OffsetForLeaderTopic topic : request.data().topics()) {
            var result = new OffsetForLeaderTopicResult().setTopic(topic.topic());
            topic.partitions().forEach(p -> result.partitions().add(answer(topic.topic(), p)));
            response.topics().add(result);
        }
        call.respond(new OffsetsForLeaderEpochResponse(response));
    }

    private EpochEndOffset answer(String topic, OffsetForLeaderPartition wanted) {
        var answer = new EpochEndOffset().setPartition(wanted.partition());
        try {
            var partition = partitions.require(topic, wanted.partition());
            LedPartitions.requireEpoch(partition, wanted.currentLeaderEpoch());
            EpochEnd end = partition.history().endOffsetFor(wanted.leaderEpoch());
            return answer.setLeaderEpoch(end.epoch()).setEndOffset(end.endOffset());
        } catch (ApiException e) {
            return answer.setErrorCode(Errors.forException(e).code());
        } catch (RuntimeException e) {
            LOG.error("looking up an epoch of {}-{} failed", topic, wanted.partition(), e);
            return answer.setErrorCode(Errors.forException(e).code());
        }
    }
}
