package io.oxbow.broker.admin;

import io.oxbow.broker.config.BrokerConfig;
import io.oxbow.broker.config.ConfigRules;
import io.oxbow.broker.config.TopicConfigs;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.requests.DescribeConfigsResponse;
import org.apache.kafka.coordinator.group.GroupConfig;
import org.apache.kafka.image.ConfigurationsImage;
import org.apache.kafka.metadata.KafkaConfigSchema;
import org.apache.kafka.server.config.ConfigSynonym;
import org.apache.kafka.server.config.ServerTopicConfigSynonyms;
import org.jspecify.annotations.Nullable;

/**
 * Describes configurations as Kafka's tools print them: each key with its value and the value's
 * source. The sources, from strongest to weakest: the topic or group itself, this broker at run
 * time, all brokers at run time, the broker's properties, the default.
 */
final class ConfigDescriptions {

    /**
     * @param synonyms every layer that has a value, strongest first; the first one counts
     */
    record Described(
            ConfigDef.ConfigKey key,
            @Nullable String value,
            ConfigEntry.ConfigSource source,
            boolean readOnly,
            List<Layer> synonyms) {}

    /** A value in one layer, under the name that it has there. */
    record Layer(String name, @Nullable String value, ConfigEntry.ConfigSource source) {}

    private final BrokerConfig broker;
    private final TopicConfigs topics;
    private final GivenKeys given;

    ConfigDescriptions(BrokerConfig broker, TopicConfigs topics, String bucket) {
        this.broker = broker;
        this.topics = topics;
        this.given = new GivenKeys(broker, bucket);
    }

    List<Described> ofTopic(ConfigurationsImage image, String topic) {
        Map<String, String> own =
                image.configMapForResource(resource(ConfigResource.Type.TOPIC, topic));
        var described = new ArrayList<Described>();
        for (ConfigEntry entry : topics.effective(image, topic).values()) {
            ConfigDef.ConfigKey key = topics.definitions().configKeys().get(entry.name());
            if (key == null) {
                continue;
            }
            var layers = new ArrayList<Layer>();
            add(layers, key.name, own, ConfigEntry.ConfigSource.DYNAMIC_TOPIC_CONFIG);
            brokerLayers(
                    image,
                    ServerTopicConfigSynonyms.ALL_TOPIC_CONFIG_SYNONYMS.getOrDefault(
                            key.name, List.of()),
                    layers);
            layers.add(defaultOf(key));
            described.add(
                    new Described(key, entry.value(), entry.source(), false, List.copyOf(layers)));
        }
        return described;
    }

    private void brokerLayers(
            ConfigurationsImage image, List<ConfigSynonym> synonyms, List<Layer> layers) {
        for (var source : brokerSources(image)) {
            for (ConfigSynonym synonym : synonyms) {
                String value = source.values().get(synonym.name());
                if (value != null) {
                    layers.add(
                            new Layer(
                                    synonym.name(),
                                    synonym.converter().apply(value),
                                    source.source()));
                }
            }
        }
    }

    private record Source(Map<String, String> values, ConfigEntry.ConfigSource source) {}

    private List<Source> brokerSources(ConfigurationsImage image) {
        var thisBroker = resource(ConfigResource.Type.BROKER, Integer.toString(broker.nodeId()));
        return List.of(
                new Source(
                        image.configMapForResource(thisBroker),
                        ConfigEntry.ConfigSource.DYNAMIC_BROKER_CONFIG),
                new Source(
                        image.configMapForResource(resource(ConfigResource.Type.BROKER, "")),
                        ConfigEntry.ConfigSource.DYNAMIC_DEFAULT_BROKER_CONFIG),
                new Source(broker.given(), ConfigEntry.ConfigSource.STATIC_BROKER_CONFIG));
    }

    /** Describes this broker's keys, and the values that Kafka's other keys amount to here. */
    List<Described> ofThisBroker(ConfigurationsImage image) {
        Set<String> dynamic = Set.copyOf(ConfigRules.dynamicBrokerKeys());
        var described = new ArrayList<Described>();
        for (ConfigDef.ConfigKey key : BrokerConfig.definitions().configKeys().values()) {
            var layers = new ArrayList<Layer>();
            for (Source source : brokerSources(image)) {
                add(layers, key.name, source.values(), source.source());
            }
            layers.add(defaultOf(key));
            described.add(strongest(key, !dynamic.contains(key.name), layers));
        }
        described.addAll(given.described());
        return described;
    }

    /** Describes the keys that are set for all brokers at run time. */
    List<Described> ofAllBrokers(ConfigurationsImage image) {
        var described = new ArrayList<Described>();
        image.configMapForResource(resource(ConfigResource.Type.BROKER, ""))
                .forEach((name, value) -> {
                    ConfigDef.ConfigKey key = BrokerConfig.definitions().configKeys().get(name);
                    var source = ConfigEntry.ConfigSource.DYNAMIC_DEFAULT_BROKER_CONFIG;
                    if (key != null) {
                        described.add(
                                strongest(key, false, List.of(new Layer(name, value, source))));
                    }
                });
        return described;
    }

    List<Described> ofGroup(ConfigurationsImage image, String group) {
        Map<String, String> own =
                image.configMapForResource(resource(ConfigResource.Type.GROUP, group));
        Map<String, Integer> defaults =
                broker.groupCoordinator().extractGroupConfigMap(broker.shareGroup());
        var described = new ArrayList<Described>();
        for (ConfigDef.ConfigKey key : GroupConfig.CONFIG_DEF.configKeys().values()) {
            if (!key.name.startsWith("consumer.")) {
                continue;
            }
            var layers = new ArrayList<Layer>();
            add(layers, key.name, own, ConfigEntry.ConfigSource.DYNAMIC_GROUP_CONFIG);
            String byBroker = ConfigDef.convertToString(defaults.get(key.name), key.type);
            layers.add(new Layer(key.name, byBroker, ConfigEntry.ConfigSource.DEFAULT_CONFIG));
            described.add(strongest(key, false, layers));
        }
        return described;
    }

    private static Described strongest(
            ConfigDef.ConfigKey key, boolean readOnly, List<Layer> layers) {
        Layer first = layers.getFirst();
        return new Described(key, first.value(), first.source(), readOnly, List.copyOf(layers));
    }

    private static void add(
            List<Layer> layers,
            String name,
            Map<String, String> values,
            ConfigEntry.ConfigSource source) {
        String value = values.get(name);
        if (value != null) {
            layers.add(new Layer(name, value, source));
        }
    }

    private static Layer defaultOf(ConfigDef.ConfigKey key) {
        String value =
                key.hasDefault() ? ConfigDef.convertToString(key.defaultValue, key.type) : null;
        return new Layer(key.name, value, ConfigEntry.ConfigSource.DEFAULT_CONFIG);
    }

    private static ConfigResource resource(ConfigResource.Type type, String name) {
        return new ConfigResource(type, name);
    }

    static byte code(ConfigEntry.ConfigSource source) {
        return KafkaConfigSchema.translateConfigSource(source).id();
    }

    static byte code(ConfigDef.Type type) {
        return DescribeConfigsResponse.ConfigType.valueOf(type.name()).id();
    }
}
