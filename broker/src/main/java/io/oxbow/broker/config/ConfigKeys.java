package io.oxbow.broker.config;

import org.apache.kafka.common.config.ConfigDef.ConfigKey;
import org.jspecify.annotations.Nullable;

/** Copies Kafka's definitions of keys with one thing changed. */
final class ConfigKeys {

    private ConfigKeys() {}

    static ConfigKey withDefault(ConfigKey key, @Nullable Object defaultValue) {
        return copy(key, defaultValue, key.documentation);
    }

    static ConfigKey withDocumentation(ConfigKey key, String documentation) {
        return copy(key, key.defaultValue, documentation);
    }

    private static ConfigKey copy(
            ConfigKey key, @Nullable Object defaultValue, String documentation) {
        return new ConfigKey(
                key.name,
                key.type,
                defaultValue,
                key.validator,
                key.importance,
                documentation,
                key.group,
                key.orderInGroup,
                key.width,
                key.displayName,
                key.dependents,
                key.recommender,
                key.internalConfig);
    }
}
