package io.oxbow.node.config;

import io.oxbow.broker.balance.BalanceSettings;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Type;

/** Keys of a node among the others of its cluster. */
public final class ClusterKeys {

    public static final String RPC_LISTENER = "oxbow.rpc.listener";
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
                                + " from the metadata log. Nobody authenticates there. Default: a"
                                + " free port on the host of oxbow.http.listener if that is loopback,"
                                + " or 'rpc' stands in oxbow.insecure.listeners, else on 127.0.0.1.")
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
    static HostPort rpcListener(AbstractConfig values, HostPort http) {
        String given = values.getString(RPC_LISTENER);
        if (!given.isEmpty()) {
            return HostPort.parse(RPC_LISTENER, given);
        }
        boolean mayBeOpen =
                values.getList(NodeConfigKeys.INSECURE_LISTENERS).contains(InsecureListeners.RPC);
        return new HostPort(http.isLoopback() || mayBeOpen ? http.host() : LOOPBACK, 0);
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
