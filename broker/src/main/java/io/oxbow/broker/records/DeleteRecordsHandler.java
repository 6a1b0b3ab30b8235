package io.oxbow.broker.records;

import io.oxbow.broker.network.ApiHandler;
import io.oxbow.broker.network.Call;
import io.oxbow.broker.partition.InternalTopics;
import io.oxbow.broker.partition.LedPartitions;
import io.oxbow.broker.partition.Partition;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.PolicyViolationException;
import org.apache.kafka.common.message.DeleteRecordsRequestData.DeleteRecordsPartition;
import org.apache.kafka.common.message.DeleteRecordsRequestData.DeleteRecordsTopic;
import org.apache.kafka.common.message.DeleteRecordsResponseData;
import org.apache.kafka.common.message.DeleteRecordsResponseData.DeleteRecordsPartitionResult;
import org.apache.kafka.common.message.DeleteRecordsResponseData.DeleteRecordsTopicResult;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.DeleteRecordsRequest;
import org.apache.kafka.common.requests.DeleteRecordsResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves DeleteRecords. Each partition is an entry in the metadata log; those of one request are
 * asked for side by side, so that they share its group commits.
 */
public final class DeleteRecordsHandler implements ApiHandler {

    private static final Logger LOG = LoggerFactory.getLogger(DeleteRecordsHandler.class);

    private record Deletion(String topic, DeleteRecordsPartition wanted) {}

    private final LedPartitions partitions;
    private final SideBySide sideBySide;

    public DeleteRecordsHandler(LedPartitions partitions, SideBySide sideBySide) {
        this.partitions = partitions;
        this.sideBySide = sideBySide;
    }

    @Override
    public Map<ApiKeys, Versions> apis() {
        return Map.of(ApiKeys.DELETE_RECORDS, Versions.all(ApiKeys.DELETE_RECORDS));
    }

    @Override
    public void handle(Call call) {
        call.runInOrder(() -> delete(call));
    }

    private void delete(Call call) {
        var request = (DeleteRecordsRequest) call.request();
        var deletions = new ArrayList<Deletion>();
        for (DeleteRecordsTopic topic : request.data().topics()) {
            topic.partitions().forEach(p -> deletions.add(new Deletion(topic.name(), p)));
        }
        List<DeleteRecordsPartitionResult> results = sideBySide.map(deletions, this::delete);
        var response = new DeleteRecordsResponseData();
        for (int i = 0; i < results.size(); i++) {
            String name = deletions.get(i).topic();
            DeleteRecordsTopicResult topic = response.topics().find(name);
            if (topic == null) {
                topic = new DeleteRecordsTopicResult().setName(name);
                response.topics().add(topic);
            }
            topic.partitions().add(results.get(i));
        }
        call.respond(new DeleteRecordsResponse(response));
    }

    private DeleteRecordsPartitionResult delete(Deletion deletion) {
        var result =
                new DeleteRecordsPartitionResult()
                        .setPartitionIndex(deletion.wanted().partitionIndex())
                        .setLowWatermark(DeleteRecordsResponse.INVALID_LOW_WATERMARK);
        try {
            Partition partition =
                    partitions.require(deletion.topic(), deletion.wanted().partitionIndex());
            InternalTopics.refuse(deletion.topic(), "delete records of it");
            if (partition.config().compact && !partition.config().delete) {
                throw new PolicyViolationException(
                        "%s is compacted only; its records cannot be deleted by offset"
                                .formatted(deletion.topic()));
            }
            long offset = deletion.wanted().offset();
            partition.deleteRecordsBefore(
                    offset == DeleteRecordsRequest.HIGH_WATERMARK
                            ? partition.highWatermark()
                            : offset);
            return result.setLowWatermark(partition.logStartOffset());
        } catch (ApiException e) {
            return result.setErrorCode(Errors.forException(e).code());
        } catch (RuntimeException e) {
            LOG.error("deleting {} failed", deletion, e);
            return result.setErrorCode(Errors.forException(e).code());
        }
    }
}
