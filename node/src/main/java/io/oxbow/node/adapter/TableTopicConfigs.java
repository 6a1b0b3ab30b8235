package io.oxbow.node.adapter;

import io.oxbow.broker.config.TopicConfigExtension;
import io.oxbow.tableflow.config.TableConfig;
import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.InvalidConfigurationException;

/** The {@code table.*} configs of topics, for the broker. */
public final class TableTopicConfigs implements TopicConfigExtension {

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
        if (!existing.isEmpty()) {
            TableConfig.refusal(TableConfig.of(topic, existing), after)
                    .ifPresent(why -> {
                        throw new InvalidConfigurationException(why);
                    });
        }
    }
}
