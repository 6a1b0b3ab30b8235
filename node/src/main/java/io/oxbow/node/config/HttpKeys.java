package io.oxbow.node.config;

import io.oxbow.broker.config.BrokerConfig;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.apache.kafka.common.Endpoint;
import org.apache.kafka.common.config.AbstractConfig;
import org.jspecify.annotations.Nullable;

/**
 * Keys of the HTTP door, and of the listeners that may be open to other machines without
 * authentication.
 */
final class HttpKeys {

    /** Name of the HTTP listener among the names of Kafka's, which are in capitals. */
    static final String HTTP = "http";

    private static final Pattern NAME =
            Pattern.compile("[A-Za-z0-9_]([A-Za-z0-9._-]*[A-Za-z0-9_])?");

    private HttpKeys() {}

    static NodeConfig.Http http(AbstractConfig values, BrokerConfig broker) {
        HostPort listener =
                HostPort.parse(
                        NodeConfigKeys.HTTP_LISTENER,
                        values.getString(NodeConfigKeys.HTTP_LISTENER));
        checkInsecure(values.getList(NodeConfigKeys.INSECURE_LISTENERS), listener, broker);
        return new NodeConfig.Http(listener, hosts(values.getList(NodeConfigKeys.HTTP_HOSTS)));
    }

    private static Set<String> hosts(List<String> given) {
        var hosts = new TreeSet<String>();
        for (String host : given) {
            if (!NAME.matcher(host).matches()) {
                throw new ConfigFailure(
                        "%s=%s: '%s' is no host's name (names without a port, separated by commas)"
                                .formatted(
                                        NodeConfigKeys.HTTP_HOSTS, String.join(",", given), host));
            }
            hosts.add(host.toLowerCase(Locale.ROOT));
        }
        return hosts;
    }

    private static void checkInsecure(List<String> allowed, HostPort http, BrokerConfig broker) {
        Set<String> names = new TreeSet<>(Set.of(HTTP));
        List<String> open = new ArrayList<>();
        List<String> wanted = new ArrayList<>();
        for (Endpoint endpoint : broker.listeners()) {
            names.add(endpoint.listener());
            if (!authenticates(endpoint) && !isLoopback(endpoint.host())) {
                wanted.add(endpoint.listener());
                open.add("the listener %s (listeners)".formatted(endpoint.listener()));
            }
        }
        if (!isLoopback(http.host())) {
            wanted.add(HTTP);
            open.add("HTTP on %s (%s)".formatted(http, NodeConfigKeys.HTTP_LISTENER));
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

    /**
     * Returns true if all addresses that a name stands for are loopback; no name at all is every
     * address.
     */
    private static boolean isLoopback(@Nullable String host) {
        if (host == null || host.isEmpty()) {
            return false;
        }
        try {
            return Arrays.stream(InetAddress.getAllByName(host))
                    .allMatch(InetAddress::isLoopbackAddress);
        } catch (UnknownHostException e) {
            return false;
        }
    }
}
