package io.oxbow.broker.admin;

import io.oxbow.broker.control.ClusterMetadata;
import io.oxbow.broker.control.KafkaController;
import io.oxbow.broker.network.Answers;
import io.oxbow.broker.network.ApiHandler;
import io.oxbow.broker.network.Call;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.message.AlterPartitionReassignmentsRequestData;
import org.apache.kafka.common.message.AlterPartitionReassignmentsRequestData.ReassignablePartition;
import org.apache.kafka.common.message.AlterPartitionReassignmentsRequestData.ReassignableTopic;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.requests.AlterPartitionReassignmentsRequest;
import org.apache.kafka.common.requests.AlterPartitionReassignmentsResponse;
import org.apache.kafka.common.requests.ElectLeadersRequest;
import org.apache.kafka.common.requests.ElectLeadersResponse;
import org.apache.kafka.common.requests.ListPartitionReassignmentsRequest;
import org.apache.kafka.common.requests.ListPartitionReassignmentsResponse;

/**
 * Serves ListPartitionReassignments, AlterPartitionReassignments, ElectLeaders. A reassignment is a
 * move of leadership: the data stays where it is, and what the two brokers do about it is over
 * within a second.
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

    /**
     * Makes of each wanted list of replicas the one replica that a partition has, the first that is
     * up. A plan that was made for more replicas then means what it can mean.
     */
    private AlterPartitionReassignmentsRequestData toFirstOnesUp(
            AlterPartitionReassignmentsRequestData wanted) {
        AlterPartitionReassignmentsRequestData reduced = wanted.duplicate();
        for (ReassignableTopic topic : reduced.topics()) {
            for (ReassignablePartition partition : topic.partitions()) {
                List<Integer> replicas = partition.replicas();
                if (replicas != null && !replicas.isEmpty()) {
                    int first =
                            replicas.stream()
                                    .filter(metadata.cache()::hasAliveBroker)
                                    .findFirst()
                                    .orElse(replicas.getFirst());
                    partition.setReplicas(List.of(first));
                }
            }
        }
        return reduced;
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
            case AlterPartitionReassignmentsRequest alter ->
                    Answers.whenDone(
                            call,
                            controller
                                    .api()
                                    .alterPartitionReassignments(
                                            ControllerCalls.context(call, alter.data().timeoutMs()),
                                            toFirstOnesUp(alter.data())),
                            AlterPartitionReassignmentsResponse::new);
            default -> throw new IllegalArgumentException("not served here: " + call.request());
        }
    }
}
