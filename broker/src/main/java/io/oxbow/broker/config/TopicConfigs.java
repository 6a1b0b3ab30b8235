package io.oxbow.broker.config;

import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.image.ConfigurationsImage;
import org.apache.kafka.metadata.KafkaConfigSchema;
import org.apache.kafka.server.config.AbstractKafkaConfig;
import org.apache.kafka.server.config.ServerTopicConfigSynonyms;
import org.apache.kafka.storage.internals.log.LogConfig;

/**
 * Resolves a topic's configuration: the topic's own value, else this broker's, all brokers', the
 * broker's properties', the default.
 */
public final class TopicConfigs {

    private static final ConfigResource ALL_BROKERS =
            new ConfigResource(ConfigResource.Type.BROKER, "");

    private final BrokerConfig broker;
    private final TopicConfigExtension extension;
    private final ConfigDef topicDefinitions;
    private final KafkaConfigSchema schema;

    public TopicConfigs(BrokerConfig broker, TopicConfigExtension extension) {
        this.broker = broker;
        this.extension = new BrokerTopicKeys(extension);
        this.topicDefinitions = merge(LogConfig.configDefCopy(), this.extension.definitions());
        this.schema =
                new KafkaConfigSchema(
                        Map.of(
                                ConfigResource.Type.BROKER,
                                AbstractKafkaConfig.CONFIG_DEF,
                                ConfigResource.Type.TOPIC,
                                topicDefinitions),
                        ServerTopicConfigSynonyms.ALL_TOPIC_CONFIG_SYNONYMS);
    }

    private static ConfigDef merge(ConfigDef kafkas, ConfigDef ours) {
        Map<String, String> inert = InertTopicKeys.reasons();
        var all = new ConfigDef();
        for (ConfigDef.ConfigKey key : kafkas.configKeys().values()) {
            String reason = inert.get(key.name);
            all.define(reason == null ? key : ConfigKeys.withDocumentation(key, noEffect(reason)));
        }
        ours.configKeys().values().forEach(all::define);
        return all;
    }

    private static String noEffect(String reason) {
        return "Taken, and without effect: " + reason + ".";
    }

    /** Returns the rules that changes of configurations are checked by. */
    public ConfigRules rules() {
        return new ConfigRules(broker, this, extension);
    }

    /** Returns the schema of configurations for Kafka's controller. */
    public KafkaConfigSchema schema() {
        return schema;
    }

    /** Returns the definitions of Kafka's topic keys and the extension's. */
    public ConfigDef definitions() {
        return topicDefinitions;
    }

    /** Returns every key's value and the value's source. */
    public Map<String, ConfigEntry> effective(ConfigurationsImage image, String topic) {
        return schema.resolveEffectiveTopicConfigs(
                broker.given(),
                image.configMapForResource(ALL_BROKERS),
                image.configMapForResource(thisBroker()),
                image.configMapForResource(topicResource(topic)));
    }

    /** Returns a topic's effective configuration in Kafka's own type, for a partition. */
    public LogConfig logConfig(ConfigurationsImage image, String topic) {
        var values = new HashMap<String, String>();
        for (ConfigEntry entry : effective(image, topic).values()) {
            if (entry.value() != null && isOfPartitions(entry.name())) {
                values.put(entry.name(), entry.value().trim()); // as all are parsed by Kafka
            }
        }
        return new LogConfig(
                values, Map.copyOf(image.configMapForResource(topicResource(topic))).keySet());
    }

    private static boolean isOfPartitions(String key) {
        return LogConfig.configKeys().containsKey(key) || key.equals(DamagePolicy.KEY);
    }

    /**
     * Returns the broker's values of Kafka's topic keys, as a change of a topic is checked against.
     */
    Map<String, Object> brokerDefaults() {
        return new HashMap<>(logConfig(ConfigurationsImage.EMPTY, "").originals());
    }

    private ConfigResource thisBroker() {
        return new ConfigResource(ConfigResource.Type.BROKER, Integer.toString(broker.nodeId()));
    }

    private static ConfigResource topicResource(String topic) {
        return new ConfigResource(ConfigResource.Type.TOPIC, topic);
    }
}
