package io.oxbow.broker.group;

import io.oxbow.broker.control.ClusterMetadata;
import io.oxbow.broker.control.TopicCreation;
import io.oxbow.broker.network.Answers;
import io.oxbow.broker.network.ApiHandler;
import io.oxbow.broker.network.Call;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.errors.InvalidRequestException;
import org.apache.kafka.common.internals.Topic;
import org.apache.kafka.common.message.FindCoordinatorResponseData;
import org.apache.kafka.common.message.FindCoordinatorResponseData.Coordinator;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.FindCoordinatorRequest;
import org.apache.kafka.common.requests.FindCoordinatorResponse;

/**
 * FindCoordinator, for consumer groups and transactions. The first question creates the topic that
 * keeps them.
 */
public final class FindCoordinatorHandler implements ApiHandler {

    /** From this version on, several keys may be asked for at once. */
    private static final short BATCHED = 4;

    private final ClusterMetadata metadata;
    private final TopicCreation creation;
    private final Log groups;
    private final Log transactions;

    /**
     * A topic that keeps what is coordinated.
     *
     * @param partition finds the number of the partition that keeps a key; empty while there is no
     *     topic
     */
    private record Log(String topic, Function<String, Optional<Integer>> partition) {}

    /**
     * @param transactionPartition finds the partition of the transaction log that keeps an id
     */
    public FindCoordinatorHandler(
            Groups groups,
            Function<String, Optional<Integer>> transactionPartition,
            ClusterMetadata metadata,
            TopicCreation creation) {
        this.metadata = metadata;
        this.creation = creation;
        this.groups =
                new Log(
                        Topic.GROUP_METADATA_TOPIC_NAME,
                        group -> Optional.of(groups.coordinator().partitionFor(group)));
        this.transactions = new Log(Topic.TRANSACTION_STATE_TOPIC_NAME, transactionPartition);
    }

    @Override
    public Map<ApiKeys, Versions> apis() {
        return Map.of(ApiKeys.FIND_COORDINATOR, Versions.all(ApiKeys.FIND_COORDINATOR));
    }

    @Override
    public void handle(Call call) {
        var request = (FindCoordinatorRequest) call.request();
        Log log = logOf(request.data().keyType());
        if (metadata.cache().contains(log.topic())) {
            call.respond(answer(call, request, log));
        } else {
            Answers.whenDone(
                    call, creation.create(log.topic()), ignored -> answer(call, request, log));
        }
    }

    private Log logOf(byte keyType) {
        if (keyType == FindCoordinatorRequest.CoordinatorType.TRANSACTION.id()) {
            return transactions;
        }
        if (keyType != FindCoordinatorRequest.CoordinatorType.GROUP.id()) {
            throw new InvalidRequestException(
                    "Consumer groups and transactions have coordinators here; share groups are not"
                            + " supported.");
        }
        return groups;
    }

    private FindCoordinatorResponse answer(Call call, FindCoordinatorRequest request, Log log) {
        if (request.version() < BATCHED) {
            Coordinator only = find(call, log, request.data().key());
            return new FindCoordinatorResponse(
                    new FindCoordinatorResponseData()
                            .setErrorCode(only.errorCode())
                            .setErrorMessage(only.errorMessage())
                            .setNodeId(only.nodeId())
                            .setHost(only.host())
                            .setPort(only.port()));
        }
        List<Coordinator> found =
                request.data().coordinatorKeys().stream().map(key -> find(call, log, key)).toList();
        return new FindCoordinatorResponse(
                new FindCoordinatorResponseData().setCoordinators(found));
    }

    private Coordinator find(Call call, Log log, String key) {
        if (!metadata.cache().contains(log.topic())) {
            return nowhere(key);
        }
        Optional<Node> leader =
                log.partition()
                        .apply(key)
                        .flatMap(partition ->
                                metadata.cache().getLeaderAndIsr(log.topic(), partition))
                        .flatMap(state ->
                                metadata.cache()
                                        .getAliveBrokerNode(
                                                state.leader(), call.context().listenerName));
        return leader.map(node ->
                        FindCoordinatorResponse.prepareCoordinatorResponse(Errors.NONE, key, node))
                .orElseGet(() -> nowhere(key));
    }

    private static Coordinator nowhere(String key) {
        return FindCoordinatorResponse.prepareCoordinatorResponse(
                Errors.COORDINATOR_NOT_AVAILABLE, key, Node.noNode());
    }
}
