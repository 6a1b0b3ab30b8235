package io.oxbow.node.adapter;

import io.oxbow.broker.config.TopicConfigExtension;
import io.oxbow.tableflow.config.TableConfig;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.InvalidConfigurationException;

/** The {@code table.*} configs of topics, for the broker. */
public final class TableTopicConfigs implements TopicConfigExtension {

    private final LivingTables tables;

    /** The tables that topics have, as far as they bear on a topic's settings. Thread-safe. */
    @FunctionalInterface
    public interface LivingTables {
        /** Returns the reason why the tables let the settings not take effect; reads nothing. */
        Optional<String> refusal(String topic, TableConfig before, TableConfig after);
    }

    public TableTopicConfigs(LivingTables tables) {
        this.tables = tables;
    }

    @Override
    public ConfigDef definitions() {
        return TableConfig.definitions();
    }

    @Override
    public void validate(
            String topic, Map<String, String> newConfigs, Map<String, String> existing) {
        TableConfig after;
        try {
            after = TableConfig.of(topic, newConfigs);
        } catch (ConfigException e) {
            throw new InvalidConfigurationException(e.getMessage(), e);
        }
        TableConfig before = before(topic, existing);
        TableConfig.refusal(before, after)
                .or(() -> tables.refusal(topic, before, after))
                .ifPresent(why -> {
                    throw new InvalidConfigurationException(why);
                });
    }

    /**
     * Returns the settings that are in force. What an earlier version took and this one does not is
     * in force no more, and may be altered.
     */
    private static TableConfig before(String topic, Map<String, String> existing) {
        try {
            return TableConfig.of(topic, existing);
        } catch (ConfigException e) {
            return TableConfig.of(topic, Map.of());
        }
    }
}
