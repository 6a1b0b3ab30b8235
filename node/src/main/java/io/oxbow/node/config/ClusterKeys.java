package io.oxbow.node.config;

import io.oxbow.broker.balance.BalanceSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Type;

/** Keys of a node among the others of its cluster. */
public final class ClusterKeys {

    public static final String RPC_LISTENER = "oxbow.rpc.listener";
    public static final String RPC_KEY_STORE = "oxbow.rpc.ssl.keystore.location";
    public static final String RPC_TRUST_STORE = "oxbow.rpc.ssl.truststore.location";
    public static final String ZONE = "oxbow.zone";

    public static final String BALANCE = "oxbow.balance.enable";
    public static final String BALANCE_INTERVAL = "oxbow.balance.interval.ms";

    private static final String RACK = "broker.rack";

    private static final String LOOPBACK = "127.0.0.1";

    private ClusterKeys() {}

    static void define(ConfigDef definitions) {
        definitions
                .define(
                        RPC_LISTENER,
                        Type.STRING,
                        "",
                        Importance.MEDIUM,
                        "HOST:PORT on which this node takes calls of the other nodes, which learn it"
                                + " from the metadata log. Nobody authenticates there unless"
                                + " oxbow.rpc.ssl.keystore.location is set. Default: a free port on"
                                + " the host of oxbow.http.listener if that is loopback, 'rpc' stands"
                                + " in oxbow.insecure.listeners or nodes authenticate, else on"
                                + " 127.0.0.1.")
                .define(
                        RPC_KEY_STORE,
                        Type.STRING,
                        "",
                        Importance.MEDIUM,
                        "PEM file with this node's private key (PKCS #8, not encrypted) and its"
                                + " certificate chain, which names the host of oxbow.rpc.listener. With"
                                + " it, nodes call each other by TLS alone, and both sides show"
                                + " certificates. Set it on all nodes of a cluster or on none; read at"
                                + " the start.")
                .define(
                        RPC_TRUST_STORE,
                        Type.STRING,
                        "",
                        Importance.MEDIUM,
                        "PEM file with the certificate authorities whose certificates are taken for"
                                + " those of nodes: of one that signs for nodes of this cluster only."
                                + " Needed beside oxbow.rpc.ssl.keystore.location.")
                .define(
                        ZONE,
                        Type.STRING,
                        "",
                        Importance.MEDIUM,
                        "The zone of the cloud, or the rack, that this node is in: what Kafka calls"
                                + " broker.rack, which may be set instead.")
                .define(
                        BALANCE,
                        Type.BOOLEAN,
                        true,
                        Importance.MEDIUM,
                        "Partitions move by themselves from nodes with much load to those with"
                                + " little, as bin/oxbow balance --plan shows; decided where the"
                                + " metadata log is led, so set it alike on all nodes. Without it a"
                                + " new node gets new partitions only.")
                .define(
                        BALANCE_INTERVAL,
                        Type.LONG,
                        5_000L,
                        ConfigDef.Range.between(100, 3_600_000),
                        Importance.LOW,
                        "Time between two looks at the nodes' loads. At each, a tenth of the"
                                + " partitions moves at most, or 20 if that is more, and never more"
                                + " than 250.");
    }

    static BalanceSettings balance(AbstractConfig values) {
        return new BalanceSettings(
                values.getBoolean(BALANCE), Duration.ofMillis(values.getLong(BALANCE_INTERVAL)));
    }

    /**
     * Returns the listener for other nodes. Without a word of the operator it is not open beyond
     * this machine, so that a node that serves its bucket alone needs none.
     */
    static NodeConfig.Rpc rpc(AbstractConfig values, HostPort http) {
        Optional<NodeConfig.Certificates> certificates = certificates(values);
        String given = values.getString(RPC_LISTENER);
        if (!given.isEmpty()) {
            return new NodeConfig.Rpc(HostPort.parse(RPC_LISTENER, given), certificates);
        }
        boolean mayBeOpen =
                certificates.isPresent()
                        || values.getList(NodeConfigKeys.INSECURE_LISTENERS)
                                .contains(InsecureListeners.RPC);
        String host = http.isLoopback() || mayBeOpen ? http.host() : LOOPBACK;
        return new NodeConfig.Rpc(new HostPort(host, 0), certificates);
    }

    private static Optional<NodeConfig.Certificates> certificates(AbstractConfig values) {
        Optional<Path> own = file(values, RPC_KEY_STORE);
        Optional<Path> authorities = file(values, RPC_TRUST_STORE);
        if (own.isPresent() != authorities.isPresent()) {
            throw new ConfigFailure(
                    "%s is set and %s is not: nodes show their own certificate and check the others'; set both or none"
                            .formatted(
                                    own.isPresent() ? RPC_KEY_STORE : RPC_TRUST_STORE,
                                    own.isPresent() ? RPC_TRUST_STORE : RPC_KEY_STORE));
        }
        return own.map(file -> new NodeConfig.Certificates(file, authorities.orElseThrow()));
    }

    private static Optional<Path> file(AbstractConfig values, String key) {
        String given = values.getString(key);
        if (given.isEmpty()) {
            return Optional.empty();
        }
        Path file = Path.of(given);
        if (!Files.isReadable(file)) {
            throw new ConfigFailure(
                    "%s=%s: there is no file of that name that can be read".formatted(key, given));
        }
        return Optional.of(file);
    }

    /** Returns Kafka's keys with the zone among them. */
    static Map<String, String> withZone(Map<String, String> kafka, String zone) {
        if (zone.isEmpty()) {
            return kafka;
        }
        String rack = kafka.get(RACK);
        if (rack != null && !rack.equals(zone)) {
            throw new ConfigFailure(
                    "%s=%s and %s=%s: both name the zone; set one of them"
                            .formatted(ZONE, zone, RACK, rack));
        }
        var keys = new TreeMap<>(kafka);
        keys.put(RACK, zone);
        return keys;
    }
}
