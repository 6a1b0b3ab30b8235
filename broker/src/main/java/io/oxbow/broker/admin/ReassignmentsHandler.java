package io.oxbow.broker.admin;

import io.oxbow.broker.control.KafkaController;
import io.oxbow.broker.network.Answers;
import io.oxbow.broker.network.ApiHandler;
import io.oxbow.broker.network.Call;
import java.util.Map;
import org.apache.kafka.common.errors.InvalidReplicaAssignmentException;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.requests.AlterPartitionReassignmentsRequest;
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

    public ReassignmentsHandler(KafkaController controller) {
        this.controller = controller;
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
            case AlterPartitionReassignmentsRequest ignored ->
                    throw new InvalidReplicaAssignmentException(
                            "Replicas cannot be reassigned: data is on shared storage, and each"
                                    + " partition is placed by the cluster.");
            default -> throw new IllegalArgumentException("not served here: " + call.request());
        }
    }
}
