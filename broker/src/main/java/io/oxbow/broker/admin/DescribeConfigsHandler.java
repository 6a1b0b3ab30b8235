package io.oxbow.broker.admin;

import io.oxbow.broker.admin.ConfigDescriptions.Described;
import io.oxbow.broker.config.BrokerConfig;
import io.oxbow.broker.config.TopicConfigs;
import io.oxbow.broker.control.ClusterMetadata;
import io.oxbow.broker.network.ApiHandler;
import io.oxbow.broker.network.Call;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.InvalidRequestException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.internals.Topic;
import org.apache.kafka.common.message.DescribeConfigsRequestData;
import org.apache.kafka.common.message.DescribeConfigsRequestData.DescribeConfigsResource;
import org.apache.kafka.common.message.DescribeConfigsResponseData;
import org.apache.kafka.common.message.DescribeConfigsResponseData.DescribeConfigsResourceResult;
import org.apache.kafka.common.message.DescribeConfigsResponseData.DescribeConfigsResult;
import org.apache.kafka.common.message.DescribeConfigsResponseData.DescribeConfigsSynonym;
import org.apache.kafka.common.message.ListConfigResourcesResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.requests.ApiError;
import org.apache.kafka.common.requests.DescribeConfigsRequest;
import org.apache.kafka.common.requests.DescribeConfigsResponse;
import org.apache.kafka.common.requests.ListConfigResourcesRequest;
import org.apache.kafka.common.requests.ListConfigResourcesResponse;
import org.apache.kafka.image.MetadataImage;

/** DescribeConfigs, ListConfigResources. */
public final class DescribeConfigsHandler implements ApiHandler {

    private final BrokerConfig config;
    private final ClusterMetadata metadata;
    private final ConfigDescriptions descriptions;

    public DescribeConfigsHandler(
            BrokerConfig config, TopicConfigs topics, ClusterMetadata metadata, String bucket) {
        this.config = config;
        this.metadata = metadata;
        this.descriptions = new ConfigDescriptions(config, topics, bucket);
    }

    @Override
    public Map<ApiKeys, Versions> apis() {
        return Map.of(
                ApiKeys.DESCRIBE_CONFIGS, Versions.all(ApiKeys.DESCRIBE_CONFIGS),
                ApiKeys.LIST_CONFIG_RESOURCES, Versions.all(ApiKeys.LIST_CONFIG_RESOURCES));
    }

    @Override
    public void handle(Call call) {
        switch (call.request()) {
            case DescribeConfigsRequest describe -> call.respond(describe(describe.data()));
            case ListConfigResourcesRequest list -> call.respond(list(list));
            default -> throw new IllegalArgumentException("not served here: " + call.request());
        }
    }

    private DescribeConfigsResponse describe(DescribeConfigsRequestData request) {
        var results = new ArrayList<DescribeConfigsResult>();
        for (DescribeConfigsResource resource : request.resources()) {
            var result =
                    new DescribeConfigsResult()
                            .setResourceType(resource.resourceType())
                            .setResourceName(resource.resourceName());
            try {
                result.setConfigs(entries(describe(resource), resource, request));
            } catch (org.apache.kafka.common.errors.ApiException e) {
                ApiError error = ApiError.fromThrowable(e);
                result.setErrorCode(error.error().code()).setErrorMessage(error.message());
            }
            results.add(result);
        }
        return new DescribeConfigsResponse(new DescribeConfigsResponseData().setResults(results));
    }

    private List<Described> describe(DescribeConfigsResource resource) {
        MetadataImage image = metadata.image();
        String name = resource.resourceName();
        return switch (ConfigResource.Type.forId(resource.resourceType())) {
            case TOPIC -> {
                Topic.validate(name);
                if (image.topics().getTopic(name) == null) {
                    throw new UnknownTopicOrPartitionException("There is no topic " + name);
                }
                yield descriptions.ofTopic(image.configs(), name);
            }
            case BROKER -> {
                if (name.isEmpty()) {
                    yield descriptions.ofAllBrokers(image.configs());
                }
                if (!name.equals(Integer.toString(config.nodeId()))) {
                    throw new InvalidRequestException(
                            "Unexpected broker id %s: this is broker %d"
                                    .formatted(name, config.nodeId()));
                }
                yield descriptions.ofThisBroker(image.configs());
            }
            case GROUP -> descriptions.ofGroup(image.configs(), name);
            case BROKER_LOGGER, CLIENT_METRICS, UNKNOWN ->
                    throw new InvalidRequestException(
                            "Unsupported resource type: " + resource.resourceType());
        };
    }

    private static List<DescribeConfigsResourceResult> entries(
            List<Described> described,
            DescribeConfigsResource resource,
            DescribeConfigsRequestData request) {
        var entries = new ArrayList<DescribeConfigsResourceResult>();
        List<String> asked = resource.configurationKeys();
        for (Described config : described) {
            if (asked == null || asked.isEmpty() || asked.contains(config.key().name)) {
                entries.add(entry(config, request));
            }
        }
        return entries;
    }

    private static DescribeConfigsResourceResult entry(
            Described config, DescribeConfigsRequestData request) {
        boolean sensitive = config.key().type.isSensitive();
        var synonyms = new ArrayList<DescribeConfigsSynonym>();
        if (request.includeSynonyms()) {
            for (ConfigDescriptions.Layer layer : config.synonyms()) {
                synonyms.add(
                        new DescribeConfigsSynonym()
                                .setName(layer.name())
                                .setValue(sensitive ? null : layer.value())
                                .setSource(ConfigDescriptions.code(layer.source())));
            }
        }
        return new DescribeConfigsResourceResult()
                .setName(config.key().name)
                .setValue(sensitive ? null : config.value())
                .setReadOnly(config.readOnly())
                .setConfigSource(ConfigDescriptions.code(config.source()))
                .setIsSensitive(sensitive)
                .setSynonyms(synonyms)
                .setConfigType(ConfigDescriptions.code(config.key().type))
                .setDocumentation(
                        request.includeDocumentation() ? config.key().documentation : null);
    }

    private ListConfigResourcesResponse list(ListConfigResourcesRequest request) {
        List<Byte> asked = request.data().resourceTypes();
        boolean all = asked.isEmpty() && request.version() > 0;
        MetadataImage image = metadata.image();
        var found = new ArrayList<ListConfigResourcesResponseData.ConfigResource>();
        if (all || asked.contains(ConfigResource.Type.TOPIC.id())) {
            image.topics()
                    .topicsByName()
                    .keySet()
                    .forEach(name -> found.add(resource(ConfigResource.Type.TOPIC, name)));
        }
        if (all || asked.contains(ConfigResource.Type.BROKER.id())) {
            image.cluster()
                    .brokers()
                    .keySet()
                    .forEach(id -> found.add(resource(ConfigResource.Type.BROKER, id.toString())));
        }
        if (all || asked.contains(ConfigResource.Type.GROUP.id())) {
            image.configs().resourceData().keySet().stream()
                    .filter(resource -> resource.type() == ConfigResource.Type.GROUP)
                    .forEach(group -> found.add(resource(group.type(), group.name())));
        }
        return new ListConfigResourcesResponse(
                new ListConfigResourcesResponseData().setConfigResources(found));
    }

    private static ListConfigResourcesResponseData.ConfigResource resource(
            ConfigResource.Type type, String name) {
        return new ListConfigResourcesResponseData.ConfigResource()
                .setResourceType(type.id())
                .setResourceName(name);
    }
}
