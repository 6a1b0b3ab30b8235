package io.oxbow.broker.config;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.common.Endpoint;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.network.ListenerName;
import org.apache.kafka.common.security.auth.SecurityProtocol;
import org.apache.kafka.network.SocketServerConfigs;
import org.apache.kafka.server.config.AbstractKafkaConfig;

/**
 * Endpoints that the broker listens on, and those that it advertises.
 *
 * @param bind one per listener name
 * @param told {@code advertised.listeners}; empty when not given
 */
record ListenerConfig(List<Endpoint> bind, List<Endpoint> told) {

    private static final String LISTENERS = SocketServerConfigs.LISTENERS_CONFIG;
    private static final String ADVERTISED = SocketServerConfigs.ADVERTISED_LISTENERS_CONFIG;
    private static final String PROTOCOLS =
            SocketServerConfigs.LISTENER_SECURITY_PROTOCOL_MAP_CONFIG;

    static ListenerConfig of(AbstractConfig config) {
        Map<ListenerName, SecurityProtocol> protocols = protocols(config.getString(PROTOCOLS));
        List<Endpoint> bind = parse(LISTENERS, config.getList(LISTENERS), protocols);
        if (bind.isEmpty()) {
            throw new ConfigException(LISTENERS + ": at least one listener is needed");
        }
        List<String> advertised = config.getList(ADVERTISED);
        List<Endpoint> told =
                advertised == null ? List.of() : parse(ADVERTISED, advertised, protocols);
        var parsed = new ListenerConfig(bind, told);
        parsed.check();
        return parsed;
    }

    private static Map<ListenerName, SecurityProtocol> protocols(String map) {
        var protocols = new HashMap<ListenerName, SecurityProtocol>();
        try {
            AbstractKafkaConfig.getMap(PROTOCOLS, map)
                    .forEach((name, protocol) ->
                            protocols.put(
                                    ListenerName.normalised(name),
                                    SecurityProtocol.forName(protocol)));
        } catch (IllegalArgumentException e) {
            throw new ConfigException(PROTOCOLS, map, e.getMessage());
        }
        return protocols;
    }

    private static List<Endpoint> parse(
            String key, List<String> values, Map<ListenerName, SecurityProtocol> protocols) {
        List<Endpoint> endpoints;
        try {
            endpoints = SocketServerConfigs.listenerListToEndPoints(values, protocols);
        } catch (KafkaException | IllegalArgumentException e) {
            throw new ConfigException(
                    key,
                    String.join(",", values),
                    e.getMessage() + "; expected NAME://HOST:PORT, comma-separated");
        }
        var names = new HashSet<String>();
        for (Endpoint endpoint : endpoints) {
            if (endpoint.securityProtocol() != SecurityProtocol.PLAINTEXT) {
                throw new ConfigException(
                        key, String.join(",", values), "only the protocol PLAINTEXT is supported");
            }
            if (!names.add(endpoint.listener())) {
                throw new ConfigException(
                        key, String.join(",", values), "each listener needs its own name");
            }
        }
        return endpoints;
    }

    private void check() {
        var names = bind.stream().map(Endpoint::listener).collect(Collectors.toSet());
        for (Endpoint endpoint : told) {
            if (!names.contains(endpoint.listener())) {
                throw new ConfigException(
                        ADVERTISED,
                        endpoint.listener(),
                        "must be one of " + LISTENERS + ": " + names);
            }
        }
        for (Endpoint endpoint : told.isEmpty() ? bind : told) {
            if ("0.0.0.0".equals(endpoint.host()) || "::".equals(endpoint.host())) {
                throw new ConfigException(
                        told.isEmpty() ? LISTENERS : ADVERTISED,
                        endpoint.host(),
                        "clients cannot reach this address: set "
                                + ADVERTISED
                                + " to one that they can");
            }
        }
    }

    /**
     * Returns the endpoints to advertise; a host that is missing and a port of 0 are taken from the
     * bound ones.
     */
    List<Endpoint> advertised(List<Endpoint> bound) {
        Map<String, Endpoint> byName =
                bound.stream().collect(Collectors.toMap(Endpoint::listener, Function.identity()));
        var advertised = new ArrayList<Endpoint>();
        for (Endpoint endpoint : told.isEmpty() ? bind : told) {
            Endpoint socket = byName.get(endpoint.listener());
            if (socket == null) {
                throw new IllegalStateException(endpoint.listener() + " is not bound");
            }
            advertised.add(
                    new Endpoint(
                            endpoint.listener(),
                            endpoint.securityProtocol(),
                            endpoint.host() != null ? endpoint.host() : hostName(),
                            endpoint.port() != 0 ? endpoint.port() : socket.port()));
        }
        return advertised;
    }

    private static String hostName() {
        try {
            return java.net.InetAddress.getLocalHost().getCanonicalHostName();
        } catch (java.net.UnknownHostException e) {
            throw new ConfigException(
                    ADVERTISED + ": this machine's name cannot be resolved; set it explicitly");
        }
    }
}
