package io.oxbow.broker.testing;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.AlterConfigOp.OpType;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.message.AlterConfigsRequestData;
import org.apache.kafka.common.message.CreateTopicsRequestData;
import org.apache.kafka.common.message.IncrementalAlterConfigsRequestData;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.AlterConfigsRequest;
import org.apache.kafka.common.requests.AlterConfigsResponse;
import org.apache.kafka.common.requests.ApiError;
import org.apache.kafka.common.requests.CreateTopicsRequest;
import org.apache.kafka.common.requests.CreateTopicsResponse;
import org.apache.kafka.common.requests.IncrementalAlterConfigsRequest;
import org.apache.kafka.common.requests.IncrementalAlterConfigsResponse;
import org.jspecify.annotations.Nullable;

/**
 * The requests by which a client sets a topic's configuration, as the wire takes them. They may
 * have nulls and repeated keys, which Kafka's client does not send.
 */
public final class SettingRoutes {

    private static final byte TOPIC = ConfigResource.Type.TOPIC.id();
    private static final int TIMEOUT_MILLIS = 60_000;

    /** A key with the value that it is to have. */
    public record Setting(String key, @Nullable String value) {}

    private final WireClient client;

    public SettingRoutes(WireClient client) {
        this.client = client;
    }

    /** Creates topics of one partition by CreateTopics. */
    public Map<String, ApiError> create(Map<String, List<Setting>> topics, boolean validateOnly) {
        var request =
                new CreateTopicsRequestData()
                        .setValidateOnly(validateOnly)
                        .setTimeoutMs(TIMEOUT_MILLIS);
        topics.forEach((name, settings) -> {
            var topic =
                    new CreateTopicsRequestData.CreatableTopic()
                            .setName(name)
                            .setNumPartitions(1)
                            .setReplicationFactor((short) 1);
            settings.forEach(setting ->
                    topic.configs()
                            .add(
                                    new CreateTopicsRequestData.CreatableTopicConfig()
                                            .setName(setting.key())
                                            .setValue(setting.value())));
            request.topics().add(topic);
        });
        var errors = new HashMap<String, ApiError>();
        client.call(
                        new CreateTopicsRequest.Builder(request).build((short) 7),
                        CreateTopicsResponse.class)
                .data()
                .topics()
                .forEach(result ->
                        errors.put(
                                result.name(), error(result.errorCode(), result.errorMessage())));
        return errors;
    }

    /** Changes the keys and no others, by IncrementalAlterConfigs. */
    public Map<String, ApiError> alter(
            Map<String, List<Setting>> topics, OpType operation, boolean validateOnly) {
        var request = new IncrementalAlterConfigsRequestData().setValidateOnly(validateOnly);
        topics.forEach((name, settings) -> {
            var resource =
                    new IncrementalAlterConfigsRequestData.AlterConfigsResource()
                            .setResourceType(TOPIC)
                            .setResourceName(name);
            settings.forEach(setting ->
                    resource.configs()
                            .add(
                                    new IncrementalAlterConfigsRequestData.AlterableConfig()
                                            .setName(setting.key())
                                            .setConfigOperation(operation.id())
                                            .setValue(setting.value())));
            request.resources().add(resource);
        });
        var errors = new HashMap<String, ApiError>();
        client.call(
                        new IncrementalAlterConfigsRequest.Builder(request).build((short) 0),
                        IncrementalAlterConfigsResponse.class)
                .data()
                .responses()
                .forEach(result ->
                        errors.put(
                                result.resourceName(),
                                error(result.errorCode(), result.errorMessage())));
        return errors;
    }

    /** Replaces all keys of the topics, by the older AlterConfigs. */
    public Map<String, ApiError> replace(Map<String, List<Setting>> topics, boolean validateOnly) {
        var request = new AlterConfigsRequestData().setValidateOnly(validateOnly);
        topics.forEach((name, settings) -> {
            var configs = new ArrayList<AlterConfigsRequestData.AlterableConfig>();
            settings.forEach(setting ->
                    configs.add(
                            new AlterConfigsRequestData.AlterableConfig()
                                    .setName(setting.key())
                                    .setValue(setting.value())));
            var resource =
                    new AlterConfigsRequestData.AlterConfigsResource()
                            .setResourceType(TOPIC)
                            .setResourceName(name);
            configs.forEach(resource.configs()::add);
            request.resources().add(resource);
        });
        var errors = new HashMap<String, ApiError>();
        client.call(new AlterConfigsRequest(request, (short) 1), AlterConfigsResponse.class)
                .errors()
                .forEach((resource, error) -> errors.put(resource.name(), error));
        return errors;
    }

    private static ApiError error(short code, @Nullable String message) {
        return new ApiError(Errors.forCode(code), message);
    }
}
