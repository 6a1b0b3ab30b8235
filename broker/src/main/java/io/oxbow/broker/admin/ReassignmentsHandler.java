package io.oxbow.broker.admin;

import io.oxbow.broker.control.ClusterMetadata;
import io.oxbow.broker.control.KafkaController;
import io.oxbow.broker.network.Answers;
import io.oxbow.broker.network.ApiHandler;
import io.oxbow.broker.network.Call;
import java.util.ArrayList;
import java.util.Map;
import org.apache.kafka.common.message.AlterPartitionReassignmentsRequestData.ReassignablePartition;
import org.apache.kafka.common.message.AlterPartitionReassignmentsRequestData.ReassignableTopic;
import org.apache.kafka.common.message.AlterPartitionReassignmentsResponseData;
import org.apache.kafka.common.message.AlterPartitionReassignmentsResponseData.ReassignablePartitionResponse;
import org.apache.kafka.common.message.AlterPartitionReassignmentsResponseData.ReassignableTopicResponse;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.AlterPartitionReassignmentsRequest;
import org.apache.kafka.common.requests.AlterPartitionReassignmentsResponse;
import org.apache.kafka.common.requests.ApiError;
import org.apache.kafka.common.requests.ElectLeadersRequest;
import org.apache.kafka.common.requests.ElectLeadersResponse;
import org.apache.kafka.common.requests.ListPartitionReassignmentsRequest;
import org.apache.kafka.common.requests.ListPartitionReassignmentsResponse;

/**
 * ListPartitionReassignments, AlterPartitionReassignments, ElectLeaders. A partition has one
 * replica and no data to move, so there is never a reassignment under way.
 */
public final class ReassignmentsHandler implements ApiHandler {

    private final KafkaController controller;
    private final ClusterMetadata metadata;

    public ReassignmentsHandler(KafkaController controller, ClusterMetadata metadata) {
        this.controller = controller;
        this.metadata = metadata;
    }

    @Override
    public Map<ApiKeys, Versions> apis() {
        return Map.of(
                ApiKeys.LIST_PARTITION_REASSIGNMENTS,
                Versions.all(ApiKeys.LIST_PARTITION_REASSIGNMENTS),
                ApiKeys.ALTER_PARTITION_REASSIGNMENTS,
                Versions.all(ApiKeys.ALTER_PARTITION_REASSIGNMENTS),
                ApiKeys.ELECT_LEADERS,
                Versions.all(ApiKeys.ELECT_LEADERS));
    }

    /** Refuses each partition with an error of its own, as Kafka's tools want it. */
    private AlterPartitionReassignmentsResponse refuse(AlterPartitionReassignmentsRequest request) {
        var answer = new AlterPartitionReassignmentsResponseData();
        for (ReassignableTopic topic : request.data().topics()) {
            int count = metadata.cache().numPartitions(topic.name()).orElse(0);
            var partitions = new ArrayList<ReassignablePartitionResponse>();
            for (ReassignablePartition partition : topic.partitions()) {
                int index = partition.partitionIndex();
                ApiError error = errorOf(partition, index >= 0 && index < count);
                partitions.add(
                        new ReassignablePartitionResponse()
                                .setPartitionIndex(index)
                                .setErrorCode(error.error().code())
                                .setErrorMessage(error.message()));
            }
            answer.responses()
                    .add(
                            new ReassignableTopicResponse()
                                    .setName(topic.name())
                                    .setPartitions(partitions));
        }
        return new AlterPartitionReassignmentsResponse(answer);
    }

    private static ApiError errorOf(ReassignablePartition partition, boolean exists) {
        if (!exists) {
            return new ApiError(Errors.UNKNOWN_TOPIC_OR_PARTITION);
        }
        if (partition.replicas() == null) {
            return new ApiError(Errors.NO_REASSIGNMENT_IN_PROGRESS);
        }
        return new ApiError(
                Errors.INVALID_REPLICA_ASSIGNMENT,
                "Replicas cannot be reassigned: data is on shared storage, and each partition is"
                        + " placed by the cluster.");
    }

    @Override
    public void handle(Call call) {
        switch (call.request()) {
            case ListPartitionReassignmentsRequest list ->
                    Answers.whenDone(
                            call,
                            controller
                                    .api()
                                    .listPartitionReassignments(
                                            ControllerCalls.context(call), list.data()),
                            ListPartitionReassignmentsResponse::new);
            case ElectLeadersRequest elect ->
                    Answers.whenDone(
                            call,
                            controller
                                    .api()
                                    .electLeaders(
                                            ControllerCalls.context(call, elect.data().timeoutMs()),
                                            elect.data()),
                            ElectLeadersResponse::new);
            case AlterPartitionReassignmentsRequest alter -> call.respond(refuse(alter));
            default -> throw new IllegalArgumentException("not served here: " + call.request());
        }
    }
}
