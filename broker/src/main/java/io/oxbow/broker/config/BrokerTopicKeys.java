package io.oxbow.broker.config;

import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;

/** Topic keys that this broker itself has beside Kafka's, before those of an extension. */
record BrokerTopicKeys(TopicConfigExtension extension) implements TopicConfigExtension {

    @Override
    public ConfigDef definitions() {
        var all = new ConfigDef(extension.definitions());
        DamagePolicy.definition().configKeys().values().forEach(all::define);
        return all;
    }

    @Override
    public void validate(
            String topic, Map<String, String> newConfigs, Map<String, String> existing) {
        extension.validate(topic, others(newConfigs), others(existing));
    }

    private static Map<String, String> others(Map<String, String> configs) {
        var others = new HashMap<>(configs);
        others.remove(DamagePolicy.KEY);
        return others;
    }
}
