package io.oxbow.broker.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.apache.kafka.image.ConfigurationsImage;
import org.junit.jupiter.api.Test;

/** Tests the validation of topics' and brokers' configurations. */
class ConfigRulesTest {

    private static final TopicConfigExtension FRESHNESS =
            new TopicConfigExtension() {
                @Override
                public ConfigDef definitions() {
                    return new ConfigDef()
                            .define(
                                    "table.freshness.ms",
                                    ConfigDef.Type.LONG,
                                    60_000L,
                                    ConfigDef.Importance.LOW,
                                    "");
                }

                @Override
                public void validate(
                        String topic,
                        Map<String, String> newConfigs,
                        Map<String, String> existing) {
                    if ("0".equals(newConfigs.get("table.freshness.ms"))) {
                        throw new InvalidConfigurationException("never that fresh: " + existing);
                    }
                }
            };

    private final BrokerConfig broker = BrokerConfig.of(Map.of("log.retention.minutes", "2"));
    private final TopicConfigs topics = new TopicConfigs(broker, FRESHNESS);
    private final ConfigRules rules = topics.rules();

    private void validate(String topic, String key, String value) {
        rules.validate(
                new ConfigResource(ConfigResource.Type.TOPIC, topic), Map.of(key, value), Map.of());
    }

    @Test
    void anyTopicMayBeCompacted() {
        assertThatCode(() -> validate("orders", "cleanup.policy", "delete, compact"))
                .doesNotThrowAnyException();
        assertThatCode(() -> validate("__consumer_offsets", "cleanup.policy", "compact"))
                .doesNotThrowAnyException();
        assertThatCode(() -> validate("_schemas", "cleanup.policy", "compact"))
                .doesNotThrowAnyException();
    }

    @Test
    void keysOfTheExtensionAreParsedAndThenJudgedByIt() {
        assertThatCode(() -> validate("orders", "table.freshness.ms", "5"))
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> validate("orders", "table.freshness.ms", "soon"))
                .isInstanceOf(ConfigException.class);
        assertThatThrownBy(() -> validate("orders", "table.freshness.ms", "0"))
                .hasMessageContaining("never that fresh");
        assertThatThrownBy(() -> validate("orders", "table.freshnes.ms", "5"))
                .isInstanceOf(InvalidConfigurationException.class)
                .hasMessageContaining("table.freshnes.ms");
    }

    @Test
    void noSettingPromisesBatchesThatTheLogRefuses() {
        assertThatCode(() -> validate("orders", "max.message.bytes", "16777216"))
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> validate("orders", "max.message.bytes", "16777217"))
                .isInstanceOf(InvalidConfigurationException.class)
                .hasMessageContaining("max.message.bytes=16777217: at most 16777216");
        var everyBroker = new ConfigResource(ConfigResource.Type.BROKER, "");
        var large = Map.of("message.max.bytes", "16777217");
        assertThatThrownBy(() -> rules.validate(everyBroker, large, Map.of()))
                .hasMessageContaining("message.max.bytes");
        assertThatThrownBy(() -> BrokerConfig.of(large)).hasMessageContaining("message.max.bytes");
    }

    @Test
    void onlyDefaultsOfTopicsMayChangeOnARunningBroker() {
        var everyBroker = new ConfigResource(ConfigResource.Type.BROKER, "");
        assertThatCode(() -> rules.validate(everyBroker, Map.of("log.retention.ms", "5"), Map.of()))
                .doesNotThrowAnyException();
        assertThatThrownBy(
                        () -> rules.validate(everyBroker, Map.of("num.partitions", "5"), Map.of()))
                .isInstanceOf(InvalidConfigurationException.class)
                .hasMessageContaining("cannot be changed at run time");
    }

    @Test
    void brokerPropertyIsTheDefaultOfItsTopicKey() {
        var config = topics.logConfig(ConfigurationsImage.EMPTY, "orders");

        assertThat(config.retentionMs).isEqualTo(120_000);
        assertThat(config.compact).isFalse();
    }
}
