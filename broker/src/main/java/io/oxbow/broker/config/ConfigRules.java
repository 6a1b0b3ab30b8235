package io.oxbow.broker.config;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.apache.kafka.common.errors.InvalidRequestException;
import org.apache.kafka.common.internals.Topic;
import org.apache.kafka.controller.ConfigurationValidator;
import org.apache.kafka.coordinator.group.GroupConfig;
import org.apache.kafka.server.config.ServerConfigs;
import org.apache.kafka.server.config.ServerTopicConfigSynonyms;
import org.apache.kafka.storage.internals.log.LogConfig;
import org.jspecify.annotations.Nullable;

/**
 * Validates changes of the configurations of topics, brokers and groups. Called by the controller
 * before anything is written; what it throws becomes the answer.
 */
public final class ConfigRules implements ConfigurationValidator {

    /** The largest record of the write-ahead log, which holds one batch. */
    static final int BATCH_BYTES_MAX = 16 << 20;

    private static final Set<String> DYNAMIC_BROKER_KEYS =
            Set.copyOf(ServerTopicConfigSynonyms.TOPIC_CONFIG_SYNONYMS.values());

    private final BrokerConfig broker;
    private final TopicConfigs topics;
    private final TopicConfigExtension extension;

    public ConfigRules(BrokerConfig broker, TopicConfigs topics, TopicConfigExtension extension) {
        this.broker = broker;
        this.topics = topics;
        this.extension = extension;
    }

    @Override
    public void validate(ConfigResource resource) {
        switch (resource.type()) {
            case TOPIC -> Topic.validate(resource.name());
            case BROKER, GROUP -> {}
            case BROKER_LOGGER, CLIENT_METRICS, UNKNOWN -> throw unsupported(resource);
        }
    }

    @Override
    public void validate(
            ConfigResource resource,
            Map<String, String> newConfigs,
            Map<String, String> existingConfigs) {
        refuseNulls(newConfigs);
        switch (resource.type()) {
            case TOPIC -> {
                ValueForm.check(topics.definitions(), newConfigs, existingConfigs);
                validateTopic(resource.name(), newConfigs, existingConfigs);
            }
            case BROKER -> {
                ValueForm.check(BrokerConfig.definitions(), newConfigs, existingConfigs);
                validateBroker(newConfigs);
            }
            case GROUP -> {
                ValueForm.check(GroupConfig.CONFIG_DEF, newConfigs, existingConfigs);
                validateGroup(resource.name(), newConfigs);
            }
            case BROKER_LOGGER, CLIENT_METRICS, UNKNOWN -> throw unsupported(resource);
        }
    }

    private static InvalidRequestException unsupported(ConfigResource resource) {
        return new InvalidRequestException(
                "Configurations of type " + resource.type() + " are not supported.");
    }

    private static void refuseNulls(Map<String, String> configs) {
        configs.forEach((key, value) -> {
            if (value == null) {
                throw new InvalidConfigurationException(
                        key + "=null: a key is set to a value, or deleted for its default");
            }
        });
    }

    private void validateTopic(
            String topic, Map<String, String> newConfigs, Map<String, String> existing) {
        Topic.validate(topic);
        var kafkas = new HashMap<String, String>();
        var ours = new HashMap<String, String>();
        ConfigDef extra = extension.definitions();
        newConfigs.forEach((key, value) ->
                (extra.configKeys().containsKey(key) ? ours : kafkas).put(key, value));
        refuseUnknown(kafkas);
        refuseTiering(kafkas, existing);
        refuseInternal(kafkas);
        LogConfig.validate(existing, kafkas, topics.brokerDefaults(), false);
        refuseLargeBatches(
                TopicConfig.MAX_MESSAGE_BYTES_CONFIG,
                kafkas.get(TopicConfig.MAX_MESSAGE_BYTES_CONFIG));
        extra.parse(ours);
        extension.validate(topic, newConfigs, existing);
    }

    private void refuseUnknown(Map<String, String> configs) {
        for (var config : configs.entrySet()) {
            if (!topics.definitions().configKeys().containsKey(config.getKey())) {
                throw new InvalidConfigurationException(
                        "Unknown topic config name: %s (set to '%s'). Known are: %s"
                                .formatted(
                                        config.getKey(),
                                        config.getValue(),
                                        String.join(
                                                ", ",
                                                new TreeSet<>(topics.definitions().names()))));
            }
        }
    }

    /**
     * Refuses Kafka's own tiered storage, which has nothing to do here: all data is in the bucket
     * already.
     */
    private static void refuseTiering(Map<String, String> configs, Map<String, String> existing) {
        for (var config : configs.entrySet()) {
            String key = config.getKey();
            boolean tiering = key.startsWith("remote.") || key.startsWith("local.retention.");
            if (tiering && !Objects.equals(existing.get(key), config.getValue())) {
                throw new InvalidConfigurationException(
                        "%s=%s: %s is not supported, every topic is on shared storage already; leave the key away"
                                .formatted(key, config.getValue(), key));
            }
        }
    }

    /** Refuses keys that exist for Kafka's own tests of its segments. */
    private static void refuseInternal(Map<String, String> configs) {
        for (var config : configs.entrySet()) {
            String key = config.getKey();
            ConfigDef.ConfigKey definition = LogConfig.configKeys().get(key);
            if (definition != null && definition.internalConfig) {
                throw new InvalidConfigurationException(
                        "%s=%s: %s is internal to Kafka; leave the key away"
                                .formatted(key, config.getValue(), key));
            }
        }
    }

    /**
     * Refuses a batch size beyond the largest record of the write-ahead log, which would refuse
     * such batches later.
     */
    static void refuseLargeBatches(String key, @Nullable String bytes) {
        if (bytes != null && Long.parseLong(bytes.trim()) > BATCH_BYTES_MAX) {
            throw new InvalidConfigurationException(
                    "%s=%s: at most %d; larger batches of records do not fit into the write-ahead log."
                            .formatted(key, bytes, BATCH_BYTES_MAX));
        }
    }

    private static void validateBroker(Map<String, String> newConfigs) {
        for (var config : newConfigs.entrySet()) {
            String key = config.getKey();
            if (ThrottleKeys.contains(key)) {
                ThrottleKeys.check(key, config.getValue());
                continue;
            }
            ConfigDef.ConfigKey definition = BrokerConfig.definitions().configKeys().get(key);
            if (definition == null || !DYNAMIC_BROKER_KEYS.contains(key)) {
                throw new InvalidConfigurationException(
                        key
                                + " cannot be changed at run time. Those that can: "
                                + dynamicBrokerKeys());
            }
            Object value = ConfigDef.parseType(key, config.getValue(), definition.type);
            if (definition.validator != null) {
                definition.validator.ensureValid(key, value);
            }
            if (key.equals(ServerConfigs.MESSAGE_MAX_BYTES_CONFIG)) {
                refuseLargeBatches(key, config.getValue());
            }
        }
    }

    /**
     * Returns the broker keys that are defaults of topic keys: the ones that may change while it
     * runs.
     */
    public static List<String> dynamicBrokerKeys() {
        return DYNAMIC_BROKER_KEYS.stream()
                .filter(BrokerConfig.definitions().configKeys()::containsKey)
                .sorted()
                .toList();
    }

    private void validateGroup(String group, Map<String, String> newConfigs) {
        if (group.isEmpty()) {
            throw new InvalidRequestException("A group's configuration needs the group's name.");
        }
        for (String key : newConfigs.keySet()) {
            if (key.startsWith("share.") || key.startsWith("streams.")) {
                throw new InvalidConfigurationException(
                        key + " is not supported: share and streams groups are not served.");
            }
        }
        GroupConfig.validate(newConfigs, broker.groupCoordinator(), broker.shareGroup());
    }
}
