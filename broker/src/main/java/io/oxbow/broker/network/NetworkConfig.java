package io.oxbow.broker.network;

import java.time.Duration;
import java.util.List;
import org.apache.kafka.common.security.auth.SecurityProtocol;

/**
 * Settings of the network.
 *
 * @param eventLoops threads that do socket I/O ({@code num.network.threads})
 * @param requestBytesMax a greater frame closes its connection ({@code socket.request.max.bytes})
 * @param idleMax a connection without traffic and without a call under way is closed after this
 *     ({@code connections.max.idle.ms})
 * @param connectionsMax further ones are closed at once ({@code max.connections})
 * @param buffers the kernel's, of one connection
 * @param window how much one connection may have under way
 * @param memory what all connections together may make the node hold
 */
public record NetworkConfig(
        List<Listener> listeners,
        int eventLoops,
        int requestBytesMax,
        Duration idleMax,
        int connectionsMax,
        SocketBuffers buffers,
        Window window,
        ClientMemory memory) {

    /**
     * The kernel's buffers of one connection; {@link #SYSTEM} leaves one to the kernel, which lets
     * it grow. A small send buffer keeps what is sent in the processor's caches until the client
     * takes it: a reader of history gets up to 1.4 times as much by it on one machine.
     *
     * @param sendBytes {@code socket.send.buffer.bytes}
     * @param receiveBytes {@code socket.receive.buffer.bytes}
     */
    public record SocketBuffers(int sendBytes, int receiveBytes) {
        public static final int SYSTEM = -1;

        /** Kafka's defaults. */
        public static SocketBuffers defaults() {
            return new SocketBuffers(100 << 10, 100 << 10);
        }
    }

    /**
     * Most that one connection may have under way before its socket isn't read any more.
     *
     * @param callsMax calls whose reply has not left yet
     * @param bytesMax their frames' bytes; one call is always let through
     */
    public record Window(int callsMax, int bytesMax) {
        public Window {
            if (callsMax < 1 || bytesMax < 1) {
                throw new IllegalArgumentException(
                        "callsMax %d, bytesMax %d: at least 1".formatted(callsMax, bytesMax));
            }
        }
    }

    public NetworkConfig {
        listeners = List.copyOf(listeners);
        if (listeners.isEmpty() || eventLoops < 1 || requestBytesMax < 1 || connectionsMax < 1) {
            throw new IllegalArgumentException(
                    "at least one each: listeners %s, eventLoops %d, requestBytesMax %d, connectionsMax %d"
                            .formatted(listeners, eventLoops, requestBytesMax, connectionsMax));
        }
        for (Listener listener : listeners) {
            if (listener.protocol() != SecurityProtocol.PLAINTEXT) {
                throw new IllegalArgumentException(
                        "listener %s: security protocol %s is not supported, only PLAINTEXT is"
                                .formatted(listener, listener.protocol()));
            }
        }
    }

    /** Kafka's defaults. */
    public static NetworkConfig of(List<Listener> listeners) {
        return new NetworkConfig(
                listeners,
                3,
                100 << 20,
                Duration.ofMinutes(10),
                Integer.MAX_VALUE,
                SocketBuffers.defaults(),
                new Window(64, 16 << 20),
                ClientMemory.ofHeap());
    }
}
