package io.oxbow.node.config;

import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.jspecify.annotations.Nullable;

/** Keys of a node among the others of its cluster. */
public final class ClusterKeys {

    public static final String RPC_LISTENER = "oxbow.rpc.listener";
    public static final String ZONE = "oxbow.zone";

    private static final String RACK = "broker.rack";

    /** Permission for processes to share a bucket; not given before that is whole. */
    private static final boolean SHARED = Boolean.getBoolean("oxbow.cluster");

    private ClusterKeys() {}

    static void define(ConfigDef definitions) {
        definitions
                .define(
                        RPC_LISTENER,
                        Type.STRING,
                        "",
                        Importance.MEDIUM,
                        "HOST:PORT on which this node takes calls of the other nodes, which learn it"
                                + " from the metadata log. Nobody authenticates there. Default: the"
                                + " host of oxbow.http.listener and a free port. Not used while one"
                                + " node serves the bucket.")
                .define(
                        ZONE,
                        Type.STRING,
                        "",
                        Importance.MEDIUM,
                        "The zone of the cloud, or the rack, that this node is in: what Kafka calls"
                                + " broker.rack, which may be set instead.");
    }

    /** Returns true if this process may share its bucket with others. */
    public static boolean isShared() {
        return SHARED;
    }

    static HostPort rpcListener(AbstractConfig values, HostPort http) {
        String given = values.getString(RPC_LISTENER);
        return given.isEmpty() ? new HostPort(http.host(), 0) : HostPort.parse(RPC_LISTENER, given);
    }

    /** Returns the listener for other nodes if there will be one, or was asked for. */
    static @Nullable HostPort openRpcListener(AbstractConfig values, HostPort listener) {
        return SHARED || !values.getString(RPC_LISTENER).isEmpty() ? listener : null;
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
