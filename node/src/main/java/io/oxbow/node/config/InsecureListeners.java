package io.oxbow.node.config;

import io.oxbow.broker.config.BrokerConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.common.Endpoint;

/** Rule for listeners that are open to other machines although nobody authenticates there. */
final class InsecureListeners {

    /** Name of the HTTP listener among the names of Kafka's, which are in capitals. */
    private static final String HTTP = "http";

    /** Name of the listener for other nodes. */
    static final String RPC = "rpc";

    private InsecureListeners() {}

    /**
     * Refuses listeners beyond loopback that are not allowed by name.
     *
     * @param rpc for other nodes
     */
    static void check(
            List<String> allowed, HostPort http, NodeConfig.Rpc rpc, BrokerConfig broker) {
        Set<String> names = new TreeSet<>(Set.of(HTTP, RPC));
        List<String> open = new ArrayList<>();
        List<String> wanted = new ArrayList<>();
        for (Endpoint endpoint : broker.listeners()) {
            names.add(endpoint.listener());
            if (!authenticates(endpoint) && !HostPort.isLoopback(endpoint.host())) {
                wanted.add(endpoint.listener());
                open.add("the listener %s (listeners)".formatted(endpoint.listener()));
            }
        }
        if (!http.isLoopback()) {
            wanted.add(HTTP);
            open.add("HTTP on %s (%s)".formatted(http, NodeConfigKeys.HTTP_LISTENER));
        }
        if (!rpc.listener().isLoopback() && rpc.certificates().isEmpty()) {
            wanted.add(RPC);
            open.add(
                    "calls of other nodes on %s (%s)"
                            .formatted(rpc.listener(), ClusterKeys.RPC_LISTENER));
        }
        for (String name : allowed) {
            if (!names.contains(name)) {
                throw new ConfigFailure(
                        "%s=%s: there is no listener '%s'; there are %s"
                                .formatted(
                                        NodeConfigKeys.INSECURE_LISTENERS,
                                        String.join(",", allowed),
                                        name,
                                        names));
            }
        }
        if (!allowed.containsAll(wanted)) {
            throw new ConfigFailure(
                    "open beyond this machine without authentication: %s. Whoever reaches it reads, writes and deletes everything. Listen on 127.0.0.1; or, where only trusted machines get through, say so with %s=%s"
                            .formatted(
                                    String.join(" and ", open),
                                    NodeConfigKeys.INSECURE_LISTENERS,
                                    String.join(",", wanted)));
        }
    }

    private static boolean authenticates(Endpoint endpoint) {
        return switch (endpoint.securityProtocol()) {
            case SASL_PLAINTEXT, SASL_SSL -> true;
            case PLAINTEXT, SSL -> false;
        };
    }
}
