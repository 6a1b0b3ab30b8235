package io.oxbow.broker.admin;

import io.oxbow.broker.config.BrokerConfig;
import io.oxbow.broker.control.ControlPlane;
import io.oxbow.broker.control.TopicCreation;
import io.oxbow.broker.network.Answers;
import io.oxbow.broker.network.ApiHandler;
import io.oxbow.broker.network.Call;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.InvalidRequestException;
import org.apache.kafka.common.internals.Topic;
import org.apache.kafka.common.message.MetadataResponseData.MetadataResponseTopic;
import org.apache.kafka.common.network.ListenerName;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.MetadataRequest;
import org.apache.kafka.common.requests.MetadataResponse;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.metadata.KRaftMetadataCache;
import org.jspecify.annotations.Nullable;

/**
 * Serves Metadata: brokers, topics and the leaders of their partitions; creates topics on first
 * use.
 */
public final class MetadataHandler implements ApiHandler {

    private static final short BY_ID_SINCE = 12;

    private final BrokerConfig config;
    private final ControlPlane controlPlane;
    private final TopicCreation creation;

    public MetadataHandler(BrokerConfig config, ControlPlane controlPlane, TopicCreation creation) {
        this.config = config;
        this.controlPlane = controlPlane;
        this.creation = creation;
    }

    @Override
    public Map<ApiKeys, Versions> apis() {
        return Map.of(ApiKeys.METADATA, Versions.all(ApiKeys.METADATA));
    }

    @Override
    public void handle(Call call) {
        var request = (MetadataRequest) call.request();
        refuseIdsWhereTheyHaveNoPlace(request);
        Set<String> missing = missing(request);
        if (missing.isEmpty() || !config.autoCreateTopics() || !request.allowAutoTopicCreation()) {
            call.respond(answer(call, request));
            return;
        }
        Answers.whenDone(
                call, creation.create(call.context(), missing), ignored -> answer(call, request));
    }

    /**
     * Refuses topic ids without a name in versions 10 and 11, as Kafka does: their reply has no
     * form without a name.
     */
    private static void refuseIdsWhereTheyHaveNoPlace(MetadataRequest request) {
        if (request.isAllTopics() || request.version() >= BY_ID_SINCE) {
            return;
        }
        for (var topic : request.data().topics()) {
            if (topic.name() == null || !topic.topicId().equals(Uuid.ZERO_UUID)) {
                throw new InvalidRequestException(
                        "Topics are asked for by name before version %d, not by id."
                                .formatted(BY_ID_SINCE));
            }
        }
    }

    private Set<String> missing(MetadataRequest request) {
        if (request.isAllTopics()) {
            return Set.of();
        }
        var missing = new HashSet<String>();
        for (var topic : request.data().topics()) {
            String name = topic.name();
            if (name != null && !cache().contains(name) && Topic.isValid(name)) {
                missing.add(name);
            }
        }
        return missing;
    }

    private KRaftMetadataCache cache() {
        return controlPlane.metadata().cache();
    }

    private MetadataResponse answer(Call call, MetadataRequest request) {
        short version = request.version();
        ListenerName listener = call.context().listenerName;
        List<MetadataResponseTopic> topics = topics(request, listener);
        if (request.data().includeTopicAuthorizedOperations()) {
            int operations = Operations.on(ResourceType.TOPIC);
            topics.forEach(topic -> topic.setTopicAuthorizedOperations(operations));
        }
        boolean clusterOperations =
                version >= 8
                        && version <= 10
                        && request.data().includeClusterAuthorizedOperations();
        return MetadataResponse.prepareResponse(
                version,
                0,
                cache().getAliveBrokerNodes(listener),
                controlPlane.clusterId(),
                controlPlane.controllerId(),
                topics,
                clusterOperations
                        ? Operations.on(ResourceType.CLUSTER)
                        : MetadataResponse.AUTHORIZED_OPERATIONS_OMITTED);
    }

    private List<MetadataResponseTopic> topics(MetadataRequest request, ListenerName listener) {
        var names = new LinkedHashSet<String>();
        var unknown = new ArrayList<MetadataResponseTopic>();
        if (request.isAllTopics()) {
            names.addAll(cache().getAllTopics());
        } else {
            for (var topic : request.data().topics()) {
                resolve(topic.name(), topic.topicId(), names, unknown);
            }
        }
        boolean oldest = request.version() == 0;
        var found =
                new ArrayList<>(
                        cache().getTopicMetadata(names, listener, oldest, request.version() >= 6));
        found.addAll(unknown);
        return found;
    }

    private void resolve(
            @Nullable String name,
            Uuid id,
            Set<String> names,
            List<MetadataResponseTopic> unknown) {
        if (name != null && id.equals(Uuid.ZERO_UUID)) {
            if (cache().contains(name)) {
                names.add(name);
            } else {
                Errors error =
                        Topic.isValid(name)
                                ? Errors.UNKNOWN_TOPIC_OR_PARTITION
                                : Errors.INVALID_TOPIC_EXCEPTION;
                unknown.add(unknown(error).setName(name));
            }
            return;
        }
        cache().getTopicName(id)
                .ifPresentOrElse(
                        names::add,
                        () -> unknown.add(unknown(Errors.UNKNOWN_TOPIC_ID).setTopicId(id)));
    }

    private static MetadataResponseTopic unknown(Errors error) {
        return new MetadataResponseTopic()
                .setErrorCode(error.code())
                .setName(null)
                .setTopicId(Uuid.ZERO_UUID)
                .setIsInternal(false)
                .setPartitions(List.of());
    }
}
