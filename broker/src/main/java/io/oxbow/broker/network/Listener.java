package io.oxbow.broker.network;

import org.apache.kafka.common.security.auth.SecurityProtocol;

/**
 * An address that the broker listens on.
 *
 * @param name Kafka's listener name, such as PLAINTEXT
 * @param port 0 takes a free one; {@link NetworkServer#listeners()} has the one that was taken
 */
public record Listener(String name, SecurityProtocol protocol, String host, int port) {

    public static Listener plaintext(String host, int port) {
        return new Listener("PLAINTEXT", SecurityProtocol.PLAINTEXT, host, port);
    }

    Listener withPort(int bound) {
        return new Listener(name, protocol, host, bound);
    }

    @Override
    public String toString() {
        return "%s://%s:%d".formatted(name, host, port);
    }
}
