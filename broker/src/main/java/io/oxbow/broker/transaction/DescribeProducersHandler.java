package io.oxbow.broker.transaction;

import io.oxbow.broker.network.ApiHandler;
import io.oxbow.broker.network.Call;
import io.oxbow.broker.partition.LedPartitions;
import java.util.Map;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.message.DescribeProducersResponseData;
import org.apache.kafka.common.message.DescribeProducersResponseData.PartitionResponse;
import org.apache.kafka.common.message.DescribeProducersResponseData.ProducerState;
import org.apache.kafka.common.message.DescribeProducersResponseData.TopicResponse;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.ApiError;
import org.apache.kafka.common.requests.DescribeProducersRequest;
import org.apache.kafka.common.requests.DescribeProducersResponse;

/** Serves DescribeProducers (KIP-664): the producers that led partitions remember. */
final class DescribeProducersHandler implements ApiHandler {

    private final LedPartitions partitions;

    DescribeProducersHandler(LedPartitions partitions) {
        this.partitions = partitions;
    }

    @Override
    public Map<ApiKeys, Versions> apis() {
        return Map.of(ApiKeys.DESCRIBE_PRODUCERS, Versions.all(ApiKeys.DESCRIBE_PRODUCERS));
    }

    @Override
    public void handle(Call call) {
        call.runInOrder(() -> call.respond(describe((DescribeProducersRequest) call.request())));
    }

    private DescribeProducersResponse describe(DescribeProducersRequest request) {
        var response = new DescribeProducersResponseData();
        for (var topic : request.data().topics()) {
            var described = new TopicResponse().setName(topic.name());
            topic.partitionIndexes()
                    .forEach(index -> described.partitions().add(describe(topic.name(), index)));
            response.topics().add(described);
        }
        return new DescribeProducersResponse(response);
    }

    private PartitionResponse describe(String topic, int index) {
        var description = new PartitionResponse().setPartitionIndex(index);
        try {
            return description.setActiveProducers(
                    partitions.require(topic, index).producers().stream()
                            .map(producer ->
                                    new ProducerState()
                                            .setProducerId(producer.producerId())
                                            .setProducerEpoch(producer.epoch())
                                            .setLastSequence(producer.lastSequence())
                                            .setLastTimestamp(producer.lastAppendMillis())
                                            .setCoordinatorEpoch(producer.coordinatorEpoch())
                                            .setCurrentTxnStartOffset(producer.openSince()))
                            .toList());
        } catch (ApiException e) {
            ApiError error = ApiError.fromThrowable(e);
            return description
                    .setErrorCode(Errors.forException(e).code())
                    .setErrorMessage(error.message());
        }
    }
}
