package io.oxbow.broker.admin;

import io.oxbow.broker.control.ClusterMetadata;
import io.oxbow.broker.control.KafkaController;
import io.oxbow.broker.control.Settlement;
import io.oxbow.broker.network.Answers;
import io.oxbow.broker.network.ApiHandler;
import io.oxbow.broker.network.Call;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.CreatePartitionsRequestData.CreatePartitionsTopic;
import org.apache.kafka.common.message.CreatePartitionsResponseData;
import org.apache.kafka.common.message.CreatePartitionsResponseData.CreatePartitionsTopicResult;
import org.apache.kafka.common.message.CreateTopicsRequestData;
import org.apache.kafka.common.message.CreateTopicsResponseData;
import org.apache.kafka.common.message.DeleteTopicsRequestData.DeleteTopicState;
import org.apache.kafka.common.message.DeleteTopicsResponseData;
import org.apache.kafka.common.message.DeleteTopicsResponseData.DeletableTopicResult;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.ApiError;
import org.apache.kafka.common.requests.CreatePartitionsRequest;
import org.apache.kafka.common.requests.CreatePartitionsResponse;
import org.apache.kafka.common.requests.CreateTopicsRequest;
import org.apache.kafka.common.requests.CreateTopicsResponse;
import org.apache.kafka.common.requests.DeleteTopicsRequest;
import org.apache.kafka.common.requests.DeleteTopicsResponse;

/** CreateTopics, DeleteTopics, CreatePartitions. */
public final class TopicsHandler implements ApiHandler {

    private final KafkaController controller;
    private final ClusterMetadata metadata;
    private final Settlement settlement;

    public TopicsHandler(
            KafkaController controller, ClusterMetadata metadata, Settlement settlement) {
        this.controller = controller;
        this.metadata = metadata;
        this.settlement = settlement;
    }

    @Override
    public Map<ApiKeys, Versions> apis() {
        return Map.of(
                ApiKeys.CREATE_TOPICS, Versions.all(ApiKeys.CREATE_TOPICS),
                ApiKeys.DELETE_TOPICS, Versions.all(ApiKeys.DELETE_TOPICS),
                ApiKeys.CREATE_PARTITIONS, Versions.all(ApiKeys.CREATE_PARTITIONS));
    }

    @Override
    public void handle(Call call) {
        switch (call.request()) {
            case CreateTopicsRequest create -> create(call, create.data());
            case DeleteTopicsRequest delete -> delete(call, delete);
            case CreatePartitionsRequest grow -> grow(call, grow);
            default -> throw new IllegalArgumentException("not served here: " + call.request());
        }
    }

    private void create(Call call, CreateTopicsRequestData request) {
        Map<String, Integer> uses = new LinkedHashMap<>();
        request.topics().forEach(topic -> uses.merge(topic.name(), 1, Integer::sum));
        var refused = new HashMap<String, ApiError>();
        var once = new CreateTopicsRequestData().setValidateOnly(request.validateOnly());
        for (var topic : request.topics()) {
            Optional<ApiError> refusal = ConfigRefusals.of(topic);
            if (uses.getOrDefault(topic.name(), 0) > 1) {
                refused.put(topic.name(), ConfigRefusals.invalid("Duplicate topic name."));
            } else if (refusal.isPresent()) {
                refused.put(topic.name(), refusal.get());
            } else {
                once.topics().add(withOneReplica(topic.duplicate()));
            }
        }
        Answers.whenDone(
                call,
                settlement.applied(
                        controller
                                .api()
                                .createTopics(
                                        ControllerCalls.context(call, request.timeoutMs()),
                                        once,
                                        Set.copyOf(uses.keySet()),
                                        false)),
                answer -> new CreateTopicsResponse(with(answer, refused)));
    }

    /** Keeps the first of the replicas that a request names for each partition. */
    private static CreateTopicsRequestData.CreatableTopic withOneReplica(
            CreateTopicsRequestData.CreatableTopic topic) {
        for (var assignment : topic.assignments()) {
            if (assignment.brokerIds().size() > 1) {
                assignment.setBrokerIds(List.of(assignment.brokerIds().getFirst()));
            }
        }
        return topic;
    }

    private static CreateTopicsResponseData with(
            CreateTopicsResponseData answer, Map<String, ApiError> refused) {
        refused.forEach((name, error) ->
                answer.topics()
                        .add(
                                new CreateTopicsResponseData.CreatableTopicResult()
                                        .setName(name)
                                        .setErrorCode(error.error().code())
                                        .setErrorMessage(error.message())));
        answer.topics().forEach(topic -> topic.setErrorMessage(ErrorText.of(topic.errorMessage())));
        return answer;
    }

    private void delete(Call call, DeleteTopicsRequest request) {
        var byId = new LinkedHashMap<Uuid, String>();
        var refused = new ArrayList<DeletableTopicResult>();
        for (DeleteTopicState topic : request.topics()) {
            resolve(topic, byId, refused);
        }
        Answers.whenDone(
                call,
                settlement.applied(
                        controller
                                .api()
                                .deleteTopics(
                                        ControllerCalls.context(call, request.data().timeoutMs()),
                                        byId.keySet())),
                errors -> deleted(byId, errors, refused));
    }

    private void resolve(
            DeleteTopicState topic, Map<Uuid, String> byId, List<DeletableTopicResult> refused) {
        Uuid id = topic.topicId();
        String name = topic.name();
        if (name != null && id.equals(Uuid.ZERO_UUID)) {
            id = metadata.cache().getTopicId(name);
            if (id.equals(Uuid.ZERO_UUID)) {
                refused.add(refusal(Errors.UNKNOWN_TOPIC_OR_PARTITION).setName(name));
                return;
            }
        } else if (name == null) {
            name = metadata.cache().getTopicName(id).orElse(null);
            if (name == null) {
                refused.add(refusal(Errors.UNKNOWN_TOPIC_ID).setTopicId(id));
                return;
            }
        } else {
            refused.add(refusal(Errors.INVALID_REQUEST).setName(name).setTopicId(id));
            return;
        }
        if (byId.putIfAbsent(id, name) != null) {
            refused.add(refusal(Errors.INVALID_REQUEST).setName(name).setTopicId(id));
        }
    }

    private static DeletableTopicResult refusal(Errors error) {
        return new DeletableTopicResult()
                .setName(null)
                .setErrorCode(error.code())
                .setErrorMessage(error.message());
    }

    private static DeleteTopicsResponse deleted(
            Map<Uuid, String> byId,
            Map<Uuid, ApiError> errors,
            List<DeletableTopicResult> refused) {
        var answer = new DeleteTopicsResponseData();
        errors.forEach((id, error) ->
                answer.responses()
                        .add(
                                new DeletableTopicResult()
                                        .setTopicId(id)
                                        .setName(byId.get(id))
                                        .setErrorCode(error.error().code())
                                        .setErrorMessage(error.message())));
        refused.forEach(answer.responses()::add);
        return new DeleteTopicsResponse(answer);
    }

    private void grow(Call call, CreatePartitionsRequest request) {
        var topics = new HashMap<String, CreatePartitionsTopic>();
        var twice = new HashSet<String>();
        for (CreatePartitionsTopic topic : request.data().topics()) {
            if (topics.put(topic.name(), withOneReplica(topic.duplicate())) != null) {
                twice.add(topic.name());
            }
        }
        topics.keySet().removeAll(twice);
        Answers.whenDone(
                call,
                settlement.applied(
                        controller
                                .api()
                                .createPartitions(
                                        ControllerCalls.context(call, request.data().timeoutMs()),
                                        List.copyOf(topics.values()),
                                        request.data().validateOnly())),
                results -> grown(results, twice));
    }

    private static CreatePartitionsTopic withOneReplica(CreatePartitionsTopic topic) {
        if (topic.assignments() != null) {
            for (var assignment : topic.assignments()) {
                if (assignment.brokerIds().size() > 1) {
                    assignment.setBrokerIds(List.of(assignment.brokerIds().getFirst()));
                }
            }
        }
        return topic;
    }

    private static CreatePartitionsResponse grown(
            List<CreatePartitionsTopicResult> results, Set<String> twice) {
        var all = new ArrayList<>(results);
        for (String name : twice) {
            all.add(
                    new CreatePartitionsTopicResult()
                            .setName(name)
                            .setErrorCode(Errors.INVALID_REQUEST.code())
                            .setErrorMessage("Duplicate topic name."));
        }
        return new CreatePartitionsResponse(new CreatePartitionsResponseData().setResults(all));
    }
}
