package io.oxbow.broker.config;

import io.oxbow.broker.network.NetworkConfig.SocketBuffers;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.Endpoint;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.coordinator.group.GroupCoordinatorConfig;
import org.apache.kafka.coordinator.group.modern.share.ShareGroupConfig;
import org.apache.kafka.coordinator.transaction.AddPartitionsToTxnConfig;
import org.apache.kafka.coordinator.transaction.TransactionLogConfig;
import org.apache.kafka.coordinator.transaction.TransactionStateManagerConfig;
import org.apache.kafka.server.config.AbstractKafkaConfig;
import org.apache.kafka.storage.internals.log.CleanerConfig;
import org.jspecify.annotations.Nullable;

/**
 * A broker's static configuration, from properties with Kafka's names. Values are checked when it
 * is made; keys that mean nothing here are refused.
 */
public final class BrokerConfig {

    /** Defaults that differ from Kafka's, or that Kafka does not have. */
    static final Map<String, String> DEFAULTS =
            Map.of(
                    "node.id",
                    "1",
                    "listeners",
                    "PLAINTEXT://127.0.0.1:9092",
                    "fetch.max.bytes",
                    Integer.toString(8 << 20),
                    "log.cleaner.dedupe.buffer.size",
                    Integer.toString(16 << 20));

    /** Values of keys that Kafka's classes demand and that mean nothing here. */
    private static final Map<String, String> FIXED =
            Map.of(
                    "process.roles", "broker,controller",
                    "controller.listener.names", "CONTROLLER");

    private static final ConfigDef DEFINITIONS = SupportedKeys.definitions();

    private final Map<String, String> given;
    private final AbstractConfig kafka;
    private final ListenerConfig listeners;

    private BrokerConfig(Map<String, String> given) {
        this.given = Map.copyOf(given);
        var all = new HashMap<>(DEFAULTS);
        all.putAll(FIXED);
        all.putAll(given);
        this.kafka = new AbstractConfig(AbstractKafkaConfig.CONFIG_DEF, all, false);
        this.listeners = ListenerConfig.of(kafka);
    }

    /**
     * @throws ConfigException naming the key, the value, and what is allowed
     */
    public static BrokerConfig of(Map<String, String> properties) {
        SupportedKeys.refuseOthers(properties, DEFINITIONS);
        ValueForm.check(DEFINITIONS, properties, Map.of());
        DEFINITIONS.parse(properties);
        var config = new BrokerConfig(properties);
        config.check();
        return config;
    }

    /**
     * Returns the definitions of the keys that {@link #of} takes, for documentation and for telling
     * them from others.
     */
    public static ConfigDef definitions() {
        return DEFINITIONS;
    }

    private void check() {
        checkSocketBuffer("socket.send.buffer.bytes", socketSendBufferBytes());
        checkSocketBuffer("socket.receive.buffer.bytes", socketReceiveBufferBytes());
        int batchBytes = kafka.getInt("message.max.bytes");
        if (batchBytes > ConfigRules.BATCH_BYTES_MAX) {
            throw new ConfigException(
                    "message.max.bytes",
                    batchBytes,
                    "at most %d, what the write-ahead log takes"
                            .formatted(ConfigRules.BATCH_BYTES_MAX));
        }
        try {
            new GroupCoordinatorConfig(kafka);
        } catch (IllegalArgumentException e) {
            throw new ConfigException(e.getMessage());
        }
        if (heartbeatIntervalMillis() >= sessionTimeoutMillis()) {
            throw new ConfigException(
                    "broker.heartbeat.interval.ms=%d: must be less than broker.session.timeout.ms=%d"
                            .formatted(heartbeatIntervalMillis(), sessionTimeoutMillis()));
        }
    }

    private static void checkSocketBuffer(String key, int bytes) {
        if (bytes < 1 && bytes != SocketBuffers.SYSTEM) {
            throw new ConfigException(key, bytes, "must be at least 1, or -1 for the system's own");
        }
    }

    /**
     * Returns the properties as they were given, unparsed: the static layer under dynamic
     * configurations.
     */
    public Map<String, String> given() {
        return given;
    }

    /** Returns the values by Kafka's own definitions, for Kafka's own classes. */
    public AbstractConfig kafka() {
        return kafka;
    }

    public GroupCoordinatorConfig groupCoordinator() {
        return new GroupCoordinatorConfig(kafka);
    }

    public ShareGroupConfig shareGroup() {
        return new ShareGroupConfig(kafka);
    }

    public TransactionLogConfig transactionLog() {
        return new TransactionLogConfig(kafka);
    }

    public TransactionStateManagerConfig transactions() {
        return new TransactionStateManagerConfig(kafka);
    }

    public AddPartitionsToTxnConfig addPartitionsToTxn() {
        return new AddPartitionsToTxnConfig(kafka);
    }

    public CleanerConfig cleaner() {
        return new CleanerConfig(kafka);
    }

    public int nodeId() {
        return kafka.getInt("node.id");
    }

    public @Nullable String rack() {
        return kafka.getString("broker.rack");
    }

    /** Returns the endpoints to listen on; port 0 picks a free one. */
    public List<Endpoint> listeners() {
        return listeners.bind();
    }

    /** Returns the endpoints to advertise, given the bound ones. */
    public List<Endpoint> advertised(List<Endpoint> bound) {
        return listeners.advertised(bound);
    }

    public int networkThreads() {
        return kafka.getInt("num.network.threads");
    }

    public int requestBytesMax() {
        return kafka.getInt("socket.request.max.bytes");
    }

    public int socketSendBufferBytes() {
        return kafka.getInt("socket.send.buffer.bytes");
    }

    public int socketReceiveBufferBytes() {
        return kafka.getInt("socket.receive.buffer.bytes");
    }

    public long connectionIdleMillisMax() {
        return kafka.getLong("connections.max.idle.ms");
    }

    public int connectionsMax() {
        return kafka.getInt("max.connections");
    }

    public int fetchBytesMax() {
        return kafka.getInt("fetch.max.bytes");
    }

    public int fetchSessionsMax() {
        return kafka.getInt("max.incremental.fetch.session.cache.slots");
    }

    public int producerIdExpirationMillis() {
        return kafka.getInt("producer.id.expiration.ms");
    }

    public int numPartitions() {
        return kafka.getInt("num.partitions");
    }

    public boolean autoCreateTopics() {
        return kafka.getBoolean("auto.create.topics.enable");
    }

    public int offsetsTopicPartitions() {
        return kafka.getInt("offsets.topic.num.partitions");
    }

    public int partitionsPerDescribeMax() {
        return kafka.getInt("max.request.partition.size.limit");
    }

    public long retentionCheckIntervalMillis() {
        return kafka.getLong("log.retention.check.interval.ms");
    }

    public int heartbeatIntervalMillis() {
        return kafka.getInt("broker.heartbeat.interval.ms");
    }

    public int sessionTimeoutMillis() {
        return kafka.getInt("broker.session.timeout.ms");
    }

    public int registrationTimeoutMillis() {
        return kafka.getInt("initial.broker.registration.timeout.ms");
    }
}
