package io.oxbow.broker.config;

import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.server.config.AbstractKafkaConfig;

/**
 * The keys of Kafka's broker configuration that mean something here. The others are about replicas,
 * segment files, Kafka's own quorum or security that this broker does not have: taking them
 * silently would promise what isn't kept.
 */
final class SupportedKeys {

    private static final String[] NAMES = {
        "node.id",
        "broker.rack",
        "listeners",
        "advertised.listeners",
        "listener.security.protocol.map",
        "socket.request.max.bytes",
        "socket.send.buffer.bytes",
        "socket.receive.buffer.bytes",
        "num.network.threads",
        "connections.max.idle.ms",
        "max.connections",
        "num.partitions",
        "auto.create.topics.enable",
        "message.max.bytes",
        "compression.type",
        "compression.gzip.level",
        "compression.lz4.level",
        "compression.zstd.level",
        "log.message.timestamp.type",
        "log.message.timestamp.before.max.ms",
        "log.message.timestamp.after.max.ms",
        "log.retention.ms",
        "log.retention.minutes",
        "log.retention.hours",
        "log.retention.bytes",
        "log.retention.check.interval.ms",
        "log.cleaner.dedupe.buffer.size",
        "log.cleaner.io.buffer.load.factor",
        "log.cleaner.backoff.ms",
        "log.cleaner.min.cleanable.ratio",
        "log.cleaner.min.compaction.lag.ms",
        "log.cleaner.max.compaction.lag.ms",
        "log.cleaner.delete.retention.ms",
        "producer.id.expiration.ms",
        "fetch.max.bytes",
        "max.incremental.fetch.session.cache.slots",
        "max.request.partition.size.limit",
        "broker.heartbeat.interval.ms",
        "broker.session.timeout.ms",
        "initial.broker.registration.timeout.ms",
        "offset.metadata.max.bytes",
        "offsets.topic.num.partitions",
        "offsets.topic.compression.codec",
        "offsets.load.buffer.size",
        "offsets.commit.timeout.ms",
        "offsets.retention.minutes",
        "offsets.retention.check.interval.ms",
        "group.initial.rebalance.delay.ms",
        "group.min.session.timeout.ms",
        "group.max.session.timeout.ms",
        "group.max.size",
        "group.coordinator.threads",
        "group.coordinator.background.threads",
        "group.coordinator.append.linger.ms",
        "group.consumer.session.timeout.ms",
        "group.consumer.min.session.timeout.ms",
        "group.consumer.max.session.timeout.ms",
        "group.consumer.heartbeat.interval.ms",
        "group.consumer.min.heartbeat.interval.ms",
        "group.consumer.max.heartbeat.interval.ms",
        "group.consumer.max.size",
        "group.consumer.assignors",
        "group.consumer.migration.policy",
        "transaction.state.log.num.partitions",
        "transaction.state.log.load.buffer.size",
        "transaction.max.timeout.ms",
        "transactional.id.expiration.ms",
        "transaction.abort.timed.out.transaction.cleanup.interval.ms",
        "transaction.remove.expired.transaction.cleanup.interval.ms",
        "add.partitions.to.txn.retry.backoff.ms",
        "add.partitions.to.txn.retry.backoff.max.ms",
    };

    private SupportedKeys() {}

    /** Returns Kafka's definitions of the supported keys, with this broker's own defaults. */
    static ConfigDef definitions() {
        Map<String, ConfigDef.ConfigKey> kafkas = AbstractKafkaConfig.CONFIG_DEF.configKeys();
        var supported = new ConfigDef();
        for (String name : NAMES) {
            ConfigDef.ConfigKey key = kafkas.get(name);
            if (key == null) {
                throw new IllegalStateException("Kafka no longer has the key " + name);
            }
            supported.define(withDefault(key));
        }
        return supported;
    }

    private static ConfigDef.ConfigKey withDefault(ConfigDef.ConfigKey key) {
        String value = BrokerConfig.DEFAULTS.get(key.name);
        if (value == null) {
            return key;
        }
        return ConfigKeys.withDefault(key, ConfigDef.parseType(key.name, value, key.type));
    }

    /** Refuses the first key that is not supported. */
    static void refuseOthers(Map<String, String> properties, ConfigDef supported) {
        for (var property : new TreeMap<>(properties).entrySet()) {
            String name = property.getKey();
            if (supported.configKeys().containsKey(name)) {
                continue;
            }
            boolean kafkas = AbstractKafkaConfig.CONFIG_DEF.configKeys().containsKey(name);
            throw new ConfigException(
                    "%s=%s: %s. Supported keys: %s"
                            .formatted(
                                    name,
                                    property.getValue(),
                                    kafkas
                                            ? "a key of Kafka's that has no meaning here"
                                            : "unknown key",
                                    String.join(", ", new TreeSet<>(supported.names()))));
        }
    }
}
