package io.oxbow.broker.admin;

import io.oxbow.broker.control.KafkaController;
import io.oxbow.broker.control.Settlement;
import io.oxbow.broker.network.Answers;
import io.oxbow.broker.network.ApiHandler;
import io.oxbow.broker.network.Call;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.message.AlterConfigsRequestData;
import org.apache.kafka.common.message.AlterConfigsResponseData;
import org.apache.kafka.common.message.IncrementalAlterConfigsRequestData;
import org.apache.kafka.common.message.IncrementalAlterConfigsResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.requests.AlterConfigsRequest;
import org.apache.kafka.common.requests.AlterConfigsResponse;
import org.apache.kafka.common.requests.ApiError;
import org.apache.kafka.common.requests.IncrementalAlterConfigsRequest;
import org.apache.kafka.common.requests.IncrementalAlterConfigsResponse;

/** AlterConfigs, IncrementalAlterConfigs. */
public final class AlterConfigsHandler implements ApiHandler {

    private final KafkaController controller;
    private final Settlement settlement;

    public AlterConfigsHandler(KafkaController controller, Settlement settlement) {
        this.controller = controller;
        this.settlement = settlement;
    }

    @Override
    public Map<ApiKeys, Versions> apis() {
        return Map.of(
                ApiKeys.ALTER_CONFIGS,
                Versions.all(ApiKeys.ALTER_CONFIGS),
                ApiKeys.INCREMENTAL_ALTER_CONFIGS,
                Versions.all(ApiKeys.INCREMENTAL_ALTER_CONFIGS));
    }

    @Override
    public void handle(Call call) {
        switch (call.request()) {
            case IncrementalAlterConfigsRequest change -> change(call, change.data());
            case AlterConfigsRequest replace -> replace(call, replace.data());
            default -> throw new IllegalArgumentException("not served here: " + call.request());
        }
    }

    private void change(Call call, IncrementalAlterConfigsRequestData request) {
        var changes =
                new HashMap<ConfigResource, Map<String, Map.Entry<AlterConfigOp.OpType, String>>>();
        var refused = new HashMap<ConfigResource, ApiError>();
        for (var resource : request.resources()) {
            var name = resource(resource.resourceType(), resource.resourceName());
            var operations = new HashMap<String, Map.Entry<AlterConfigOp.OpType, String>>();
            for (var config : resource.configs()) {
                AlterConfigOp.OpType type = AlterConfigOp.OpType.forId(config.configOperation());
                if (type == null) {
                    refused.put(
                            name,
                            ConfigRefusals.invalid(
                                    "%s: unknown operation %d; there are 0 (set), 1 (delete), 2 (append), 3 (subtract)"
                                            .formatted(config.name(), config.configOperation())));
                } else if (type != AlterConfigOp.OpType.DELETE && config.value() == null) {
                    refused.put(name, ConfigRefusals.nullValue(config.name()));
                } else if (operations.put(
                                config.name(),
                                new java.util.AbstractMap.SimpleEntry<>(type, config.value()))
                        != null) {
                    refused.put(name, ConfigRefusals.givenTwice(config.name()));
                }
            }
            if (changes.put(name, operations) != null) {
                refused.put(
                        name, ConfigRefusals.invalid("Each resource must appear at most once."));
            }
        }
        changes.keySet().removeAll(refused.keySet());
        Answers.whenDone(
                call,
                settlement.applied(
                        controller
                                .api()
                                .incrementalAlterConfigs(
                                        ControllerCalls.context(call),
                                        changes,
                                        request.validateOnly(),
                                        false)),
                results -> changed(results, refused));
    }

    private static IncrementalAlterConfigsResponse changed(
            Map<ConfigResource, ApiError> results, Map<ConfigResource, ApiError> refused) {
        var answer = new IncrementalAlterConfigsResponseData();
        merge(results, refused)
                .forEach((resource, error) ->
                        answer.responses()
                                .add(
                                        new IncrementalAlterConfigsResponseData
                                                        .AlterConfigsResourceResponse()
                                                .setResourceType(resource.type().id())
                                                .setResourceName(resource.name())
                                                .setErrorCode(error.error().code())
                                                .setErrorMessage(error.message())));
        return new IncrementalAlterConfigsResponse(answer);
    }

    private void replace(Call call, AlterConfigsRequestData request) {
        var configs = new HashMap<ConfigResource, Map<String, String>>();
        var refused = new HashMap<ConfigResource, ApiError>();
        for (var resource : request.resources()) {
            var name = resource(resource.resourceType(), resource.resourceName());
            var values = new HashMap<String, String>();
            var seen = new HashSet<String>();
            for (var config : resource.configs()) {
                if (config.value() == null) {
                    refused.put(name, ConfigRefusals.nullValue(config.name()));
                } else if (!seen.add(config.name())) {
                    refused.put(name, ConfigRefusals.givenTwice(config.name()));
                } else {
                    values.put(config.name(), config.value());
                }
            }
            if (configs.put(name, values) != null) {
                refused.put(
                        name, ConfigRefusals.invalid("Each resource must appear at most once."));
            }
        }
        configs.keySet().removeAll(refused.keySet());
        Answers.whenDone(
                call,
                settlement.applied(
                        controller
                                .api()
                                .legacyAlterConfigs(
                                        ControllerCalls.context(call),
                                        configs,
                                        request.validateOnly(),
                                        false)),
                results -> replaced(results, refused));
    }

    private static AlterConfigsResponse replaced(
            Map<ConfigResource, ApiError> results, Map<ConfigResource, ApiError> refused) {
        var answer = new AlterConfigsResponseData();
        merge(results, refused)
                .forEach((resource, error) ->
                        answer.responses()
                                .add(
                                        new AlterConfigsResponseData.AlterConfigsResourceResponse()
                                                .setResourceType(resource.type().id())
                                                .setResourceName(resource.name())
                                                .setErrorCode(error.error().code())
                                                .setErrorMessage(error.message())));
        return new AlterConfigsResponse(answer);
    }

    private static Map<ConfigResource, ApiError> merge(
            Map<ConfigResource, ApiError> results, Map<ConfigResource, ApiError> refused) {
        var all = new HashMap<>(results);
        all.putAll(refused);
        all.replaceAll((resource, error) -> ErrorText.of(error));
        return all;
    }

    private static ConfigResource resource(byte type, String name) {
        return new ConfigResource(ConfigResource.Type.forId(type), name);
    }
}
