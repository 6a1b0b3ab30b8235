package io.oxbow.node.config;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * An address to listen on or to call.
 *
 * @param port 0 to 65535; 0 picks a free one
 */
public record HostPort(String host, int port) {

    /** Reads {@code HOST:PORT}; an IPv6 host stands in brackets. */
    public static HostPort parse(String key, String value) {
        int colon = value.lastIndexOf(':');
        String host = colon < 0 ? "" : value.substring(0, colon);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        }
        try {
            int port = Integer.parseInt(value.substring(colon + 1));
            if (colon > 0 && port >= 0 && port <= 65535) {
                return new HostPort(host, port);
            }
        } catch (NumberFormatException e) {
            // told below, like any other malformed address
        }
        throw new ConfigFailure(
                "%s=%s is not HOST:PORT (for example 127.0.0.1:8181; port 0 picks a free one)"
                        .formatted(key, value));
    }

    /** Returns true if only this machine can call the address. */
    public boolean isLoopback() {
        return isLoopback(host);
    }

    /** Returns true if only its own machine can call a node's endpoint, as HOST:PORT. */
    public static boolean isLoopbackEndpoint(String endpoint) {
        return parse("endpoint", endpoint).isLoopback();
    }

    /**
     * Returns true if all addresses that a name stands for are loopback; no name at all is every
     * address.
     */
    public static boolean isLoopback(@Nullable String host) {
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

    @Override
    public String toString() {
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }
}
