package io.oxbow.broker.admin;

import java.util.HashSet;
import java.util.Optional;
import org.apache.kafka.common.message.CreateTopicsRequestData.CreatableTopic;
import org.apache.kafka.common.message.CreateTopicsRequestData.CreatableTopicConfig;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.ApiError;

/** Refusals of configurations for the form of their request, before any value is judged. */
final class ConfigRefusals {

    private ConfigRefusals() {}

    static ApiError nullValue(String key) {
        return invalid(key + "=null: a key is set to a value, or deleted for its default");
    }

    static ApiError givenTwice(String key) {
        return invalid(key + " is given twice; one of the values would be ignored");
    }

    static ApiError invalid(String message) {
        return new ApiError(Errors.INVALID_REQUEST, message);
    }

    /** Returns the refusal of a new topic that has a key twice. */
    static Optional<ApiError> of(CreatableTopic topic) {
        var seen = new HashSet<String>();
        return topic.configs().stream()
                .map(CreatableTopicConfig::name)
                .filter(key -> !seen.add(key))
                .findFirst()
                .map(ConfigRefusals::givenTwice);
    }
}
