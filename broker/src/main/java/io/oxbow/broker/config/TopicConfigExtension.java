package io.oxbow.broker.config;

import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;

/** Topic configurations beside Kafka's own, supplied from outside the broker. Thread-safe. */
public interface TopicConfigExtension {

    /** The keys, with types, defaults and documentation; none may be a key of Kafka's. */
    ConfigDef definitions();

    /**
     * Looks at a topic's configuration as it would be after a change. Each value has been parsed by
     * {@link #definitions()} already.
     *
     * @param newConfigs all keys set on the topic, Kafka's included
     * @param existing what is set now; empty when the topic is being created
     * @throws org.apache.kafka.common.errors.ApiException, best {@code
     *     InvalidConfigurationException}, when it must not be
     */
    void validate(String topic, Map<String, String> newConfigs, Map<String, String> existing);

    /** Returns an extension without keys. */
    static TopicConfigExtension none() {
        return new TopicConfigExtension() {
            @Override
            public ConfigDef definitions() {
                return new ConfigDef();
            }

            @Override
            public void validate(
                    String topic, Map<String, String> newConfigs, Map<String, String> existing) {}
        };
    }
}
