package io.oxbow.broker.group;

import io.oxbow.broker.control.ClusterMetadata;
import io.oxbow.broker.control.TopicCreation;
import io.oxbow.broker.network.Answers;
import io.oxbow.broker.network.ApiHandler;
import io.oxbow.broker.network.Call;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.errors.InvalidRequestException;
import org.apache.kafka.common.internals.Topic;
import org.apache.kafka.common.message.FindCoordinatorResponseData;
import org.apache.kafka.common.message.FindCoordinatorResponseData.Coordinator;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.FindCoordinatorRequest;
import org.apache.kafka.common.requests.FindCoordinatorResponse;

/** FindCoordinator, for consumer groups. The first question creates the topic that keeps groups. */
public final class FindCoordinatorHandler implements ApiHandler {

    /** From this version on, several keys may be asked for at once. */
    private static final short BATCHED = 4;

    private static final String KAFKAS_CLIENT = "apache-kafka-java";
    private static final String NO_TRANSACTIONS =
            "Transactions are not supported by this cluster yet: use a producer without a"
                    + " transactional.id.";

    private final Groups groups;
    private final ClusterMetadata metadata;
    private final TopicCreation creation;

    public FindCoordinatorHandler(Groups groups, ClusterMetadata metadata, TopicCreation creation) {
        this.groups = groups;
        this.metadata = metadata;
        this.creation = creation;
    }

    @Override
    public Map<ApiKeys, Versions> apis() {
        return Map.of(ApiKeys.FIND_COORDINATOR, Versions.all(ApiKeys.FIND_COORDINATOR));
    }

    @Override
    public void handle(Call call) {
        var request = (FindCoordinatorRequest) call.request();
        byte type = request.data().keyType();
        if (type == FindCoordinatorRequest.CoordinatorType.TRANSACTION.id()) {
            call.respond(noTransactions(call, request));
            return;
        }
        if (type != FindCoordinatorRequest.CoordinatorType.GROUP.id()) {
            throw new InvalidRequestException(
                    "Only consumer groups have coordinators here; share groups are not supported.");
        }
        if (metadata.cache().contains(Topic.GROUP_METADATA_TOPIC_NAME)) {
            call.respond(answer(call, request));
        } else {
            Answers.whenDone(
                    call,
                    creation.create(Topic.GROUP_METADATA_TOPIC_NAME),
                    ignored -> answer(call, request));
        }
    }

    /**
     * An error that ends the attempt at once and brings the reason with it. Kafka's own client
     * shows the message of errors that it does not expect here; others, librdkafka among them, try
     * again upon those until time runs out, and take this one for final.
     */
    private static FindCoordinatorResponse noTransactions(
            Call call, FindCoordinatorRequest request) {
        boolean kafkas = KAFKAS_CLIENT.equals(call.context().clientInformation.softwareName());
        Errors error =
                kafkas ? Errors.UNSUPPORTED_VERSION : Errors.TRANSACTIONAL_ID_AUTHORIZATION_FAILED;
        if (request.version() < BATCHED) {
            return new FindCoordinatorResponse(
                    new FindCoordinatorResponseData()
                            .setErrorCode(error.code())
                            .setErrorMessage(NO_TRANSACTIONS)
                            .setNodeId(Node.noNode().id())
                            .setHost(Node.noNode().host())
                            .setPort(Node.noNode().port()));
        }
        List<Coordinator> none =
                request.data().coordinatorKeys().stream()
                        .map(key ->
                                FindCoordinatorResponse.prepareCoordinatorResponse(
                                                error, key, Node.noNode())
                                        .setErrorMessage(NO_TRANSACTIONS))
                        .toList();
        return new FindCoordinatorResponse(new FindCoordinatorResponseData().setCoordinators(none));
    }

    private FindCoordinatorResponse answer(Call call, FindCoordinatorRequest request) {
        if (request.version() < BATCHED) {
            Coordinator only = find(call, request.data().key());
            return new FindCoordinatorResponse(
                    new FindCoordinatorResponseData()
                            .setErrorCode(only.errorCode())
                            .setErrorMessage(only.errorMessage())
                            .setNodeId(only.nodeId())
                            .setHost(only.host())
                            .setPort(only.port()));
        }
        List<Coordinator> found =
                request.data().coordinatorKeys().stream().map(key -> find(call, key)).toList();
        return new FindCoordinatorResponse(
                new FindCoordinatorResponseData().setCoordinators(found));
    }

    private Coordinator find(Call call, String group) {
        if (!metadata.cache().contains(Topic.GROUP_METADATA_TOPIC_NAME)) {
            return nowhere(group);
        }
        int partition = groups.coordinator().partitionFor(group);
        Optional<Node> leader =
                metadata.cache()
                        .getLeaderAndIsr(Topic.GROUP_METADATA_TOPIC_NAME, partition)
                        .flatMap(state ->
                                metadata.cache()
                                        .getAliveBrokerNode(
                                                state.leader(), call.context().listenerName));
        return leader.map(node ->
                        FindCoordinatorResponse.prepareCoordinatorResponse(
                                Errors.NONE, group, node))
                .orElseGet(() -> nowhere(group));
    }

    private static Coordinator nowhere(String group) {
        return FindCoordinatorResponse.prepareCoordinatorResponse(
                Errors.COORDINATOR_NOT_AVAILABLE, group, Node.noNode());
    }
}
