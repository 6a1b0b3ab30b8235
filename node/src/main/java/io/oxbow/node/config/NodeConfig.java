package io.oxbow.node.config;

import io.oxbow.broker.balance.BalanceSettings;
import io.oxbow.broker.config.BrokerConfig;
import io.oxbow.node.launch.MemoryPlan;
import io.oxbow.s3stream.config.MemoryBounds;
import io.oxbow.s3stream.image.WalKind;
import io.oxbow.s3stream.store.StoreOptions;
import io.oxbow.s3stream.wal.file.WriteRate;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.apache.commons.text.similarity.LevenshteinDistance;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigException;

/**
 * The validated configuration of a node.
 *
 * @param dataDir absolute
 * @param store location of the bucket: {@code file:///…} or {@code s3://…}
 * @param storeOptions options of the store, by Iceberg's names
 * @param http its address, and the names under which clients reach it
 * @param rpc takes calls of other nodes
 * @param balance settings of the balancer
 * @param cacheTablesBytes bound on the heap for parsed metadata of tables
 * @param broker Kafka's own keys
 */
public record NodeConfig(
        Path dataDir,
        URI store,
        StoreOptions storeOptions,
        String lineage,
        Roles roles,
        Http http,
        Rpc rpc,
        BalanceSettings balance,
        Engine engine,
        long cacheTablesBytes,
        BrokerConfig broker) {

    private static final String NODE_ID = "node.id";

    /**
     * Configuration of the HTTP door.
     *
     * @param hosts names of this node beside localhost and IP addresses
     */
    public record Http(HostPort listener, Set<String> hosts) {}

    /**
     * Configuration of calls between nodes.
     *
     * @param certificates empty: nodes do not authenticate
     */
    public record Rpc(HostPort listener, Optional<Certificates> certificates) {}

    /**
     * Files by which nodes know each other, in PEM.
     *
     * @param own private key and certificate chain of this node
     * @param authorities that sign for nodes
     */
    public record Certificates(Path own, Path authorities) {}

    /**
     * Configuration of the write-ahead log.
     *
     * @param capacityBytes of each file, or of the log in the bucket
     * @param abandoned write-ahead logs that an operator gave up
     */
    public record Wal(
            WalKind kind,
            long capacityBytes,
            WalFiles files,
            WalBatches batches,
            Set<UUID> abandoned) {}

    /**
     * Configuration of a log in files or on block devices.
     *
     * @param paths absolute, each once
     * @param wholeDevices whether a device's size takes the place of the capacity
     * @param rate for each of them
     */
    public record WalFiles(List<Path> paths, boolean wholeDevices, WriteRate rate) {}

    /**
     * Configuration of a log in the bucket: an object per interval, or when it has so many bytes.
     */
    public record WalBatches(Duration interval, int bytes) {}

    /**
     * Configuration of the stream engine.
     *
     * @param compactionRate bytes per second; 0 for no compaction
     */
    public record Engine(
            Wal wal,
            Duration uploadInterval,
            long pendingBytes,
            MemoryBounds memory,
            long compactionRate) {}

    /** Makes a configuration of the given properties; defaults fill the rest. */
    public static NodeConfig of(Map<String, String> given) {
        Set<String> known = NodeConfigKeys.all();
        for (String key : given.keySet()) {
            if (!known.contains(key)) {
                throw new ConfigFailure(unknown(key, known));
            }
        }
        given.forEach(NodeConfig::requireText);
        Map<String, String> own = pick(given, NodeConfigKeys.definitions().names());
        AbstractConfig values = parse(own);
        Path dataDir = Path.of(values.getString(NodeConfigKeys.DATA_DIR)).toAbsolutePath();
        URI store = StoreKeys.store(values.getString(NodeConfigKeys.STORE), dataDir.normalize());
        BrokerConfig broker =
                broker(
                        ClusterKeys.withZone(
                                pick(given, BrokerConfig.definitions().names()),
                                values.getString(ClusterKeys.ZONE)));
        Http http = HttpKeys.http(values);
        Rpc rpc = ClusterKeys.rpc(values, http.listener());
        InsecureListeners.check(
                values.getList(NodeConfigKeys.INSECURE_LISTENERS), http.listener(), rpc, broker);
        return new NodeConfig(
                dataDir.normalize(),
                store,
                StoreKeys.options(store, pick(given, NodeConfigKeys.STORE_OPTIONS)),
                lineage(values.getString(NodeConfigKeys.LINEAGE)),
                Roles.of(values.getList(NodeConfigKeys.ROLES)),
                http,
                rpc,
                ClusterKeys.balance(values),
                engine(values, dataDir.normalize()),
                values.getLong(NodeConfigKeys.CACHE_TABLES_BYTES),
                broker);
    }

    /** Returns true if the configuration says which node this is. */
    public boolean namesNode() {
        return broker.given().containsKey(NODE_ID);
    }

    /** Returns this configuration for the node that the cluster's log says this is. */
    public NodeConfig withNodeId(int nodeId) {
        Map<String, String> given = new TreeMap<>(broker.given());
        given.put(NODE_ID, Integer.toString(nodeId));
        return new NodeConfig(
                dataDir,
                store,
                storeOptions,
                lineage,
                roles,
                http,
                rpc,
                balance,
                engine,
                cacheTablesBytes,
                broker(given));
    }

    /** Refuses values that no key means, and that would only fail when they are used. */
    private static void requireText(String key, String value) {
        if (value.chars().anyMatch(Character::isISOControl)) {
            throw new ConfigFailure(key + " has a line break or another control character in it");
        }
        boolean isStoreOption = NodeConfigKeys.STORE_OPTIONS.contains(key);
        if (value.isBlank() && (isStoreOption || key.equals(NodeConfigKeys.DATA_DIR))) {
            throw new ConfigFailure(
                    key + " is given without a value; leave it away for the default");
        }
        if (isStoreOption && !value.equals(value.strip())) {
            throw new ConfigFailure(key + " begins or ends with white space");
        }
    }

    private static AbstractConfig parse(Map<String, String> own) {
        try {
            return new AbstractConfig(NodeConfigKeys.definitions(), own, false);
        } catch (ConfigException e) {
            throw new ConfigFailure(String.valueOf(e.getMessage()));
        }
    }

    private static Engine engine(AbstractConfig values, Path dataDir) {
        MemoryKeys.requireApplied(values, System.getProperty(MemoryPlan.APPLIED, ""));
        Wal wal = WalKeys.wal(values, dataDir);
        int volumes = wal.kind() == WalKind.FILE ? wal.files().paths().size() : 1;
        MemoryBounds fit = MemoryBounds.derive(ProcessMemory.now(), volumes);
        MemoryBounds derived = wal.kind() == WalKind.OBJECT ? fit.forLogInBucket() : fit;
        long pendingBytes = values.getLong(NodeConfigKeys.PENDING_BYTES);
        long compactionRate = values.getLong(NodeConfigKeys.COMPACTION_RATE);
        return new Engine(
                wal,
                Duration.ofMillis(values.getLong(NodeConfigKeys.UPLOAD_INTERVAL)),
                pendingBytes,
                MemoryKeys.bounds(values, derived, pendingBytes, compactionRate),
                compactionRate);
    }

    private static String lineage(String given) {
        if (!given.matches("[A-Za-z0-9_-]{1,64}")) {
            throw new ConfigFailure(
                    "%s=%s: allowed are 1 to 64 letters, digits, '-' and '_'"
                            .formatted(NodeConfigKeys.LINEAGE, given));
        }
        return given;
    }

    private static BrokerConfig broker(Map<String, String> kafka) {
        try {
            return BrokerConfig.of(kafka);
        } catch (ConfigException e) {
            throw new ConfigFailure(String.valueOf(e.getMessage()));
        }
    }

    private static Map<String, String> pick(Map<String, String> given, Iterable<String> keys) {
        Map<String, String> picked = new TreeMap<>();
        for (String key : keys) {
            String value = given.get(key);
            if (value != null) {
                picked.put(key, value.strip());
            }
        }
        return picked;
    }

    /**
     * Returns the message for an unknown key, without its value: that may be a secret under a
     * misspelt key.
     */
    private static String unknown(String key, Set<String> known) {
        String nearest = "";
        int best = Math.max(3, key.length() / 3);
        for (String candidate : known) {
            int distance = LevenshteinDistance.getDefaultInstance().apply(key, candidate);
            if (distance < best) {
                best = distance;
                nearest = candidate;
            }
        }
        String hint = nearest.isEmpty() ? "" : "; did you mean " + nearest + "?";
        return "unknown configuration key %s%s (docs/configuration.md lists every key)"
                .formatted(key, hint);
    }
}
