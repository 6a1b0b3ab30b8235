package io.oxbow.broker.admin;

import io.oxbow.broker.admin.ConfigDescriptions.Described;
import io.oxbow.broker.admin.ConfigDescriptions.Layer;
import io.oxbow.broker.config.BrokerConfig;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.server.config.AbstractKafkaConfig;
import org.jspecify.annotations.Nullable;

/**
 * Describes Kafka's keys that cannot be set here, since health checks and tools read them. Keys
 * that amount to something here are shown with that value, the others with Kafka's default. All are
 * read-only.
 */
final class GivenKeys {

    private final List<Described> described = new ArrayList<>();

    GivenKeys(BrokerConfig broker, String bucket) {
        Map<String, String> values = values(broker, bucket);
        for (ConfigDef.ConfigKey key : AbstractKafkaConfig.CONFIG_DEF.configKeys().values()) {
            boolean settable = BrokerConfig.definitions().configKeys().containsKey(key.name);
            if (!settable && !key.internalConfig) {
                described.add(describe(key, values.get(key.name)));
            }
        }
    }

    /**
     * Returns the values that are the same whatever was asked for: one replica, in sync, and the
     * bucket as the place of the data.
     */
    private static Map<String, String> values(BrokerConfig broker, String bucket) {
        String id = Integer.toString(broker.nodeId());
        var values = new HashMap<String, String>();
        values.put("broker.id", id);
        values.put("log.dirs", bucket);
        values.put("log.dir", bucket);
        values.put("default.replication.factor", "1");
        values.put("offsets.topic.replication.factor", "1");
        values.put("transaction.state.log.replication.factor", "1");
        values.put("transaction.state.log.min.isr", "1");
        values.put("share.coordinator.state.topic.replication.factor", "1");
        values.put("share.coordinator.state.topic.min.isr", "1");
        values.put("min.insync.replicas", "1");
        values.put("inter.broker.listener.name", broker.listeners().getFirst().listener());
        values.put("process.roles", "broker,controller");
        values.put("controller.listener.names", "CONTROLLER");
        return values;
    }

    private static Described describe(ConfigDef.ConfigKey key, @Nullable String here) {
        String usual =
                key.hasDefault() ? ConfigDef.convertToString(key.defaultValue, key.type) : null;
        var layers = new ArrayList<Layer>();
        if (here != null && !here.equals(usual)) {
            layers.add(new Layer(key.name, here, ConfigEntry.ConfigSource.STATIC_BROKER_CONFIG));
        }
        layers.add(new Layer(key.name, usual, ConfigEntry.ConfigSource.DEFAULT_CONFIG));
        Layer first = layers.getFirst();
        return new Described(key, first.value(), first.source(), true, List.copyOf(layers));
    }

    List<Described> described() {
        return described;
    }
}
