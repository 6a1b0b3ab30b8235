package io.oxbow.node.cli;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Checks with one request that a Kafka broker answers at an address, and tells what is there if
 * none does. Kafka's own clients try again in silence until their time is over.
 */
final class KafkaDoor {

    private static final int API_VERSIONS = 18;
    private final String address;

    KafkaDoor(String address) {
        this.address = address;
    }

    /** Returns when a broker has answered; throws a message for a person otherwise. */
    void knock(Duration patience) {
        enter(patience).close();
    }

    /** Returns a connection to the broker that has answered, or throws as {@link #knock} does. */
    KafkaConnection enter(Duration patience) {
        InetSocketAddress place = resolve();
        int half = Math.toIntExact(patience.toMillis() / 2);
        try {
            Socket socket = connect(place, half);
            try {
                return greet(socket, place, half);
            } catch (Throwable e) {
                socket.close();
                throw e;
            }
        } catch (ConnectException e) {
            throw failure("nothing listens at %s".formatted(address), e);
        } catch (EOFException | SocketException e) {
            throw failure("%s hangs up: it is no Kafka listener".formatted(address), e);
        } catch (SocketTimeoutException e) {
            throw failure(
                    "%s does not answer within %d s; a node that is starting answers soon"
                            .formatted(address, patience.toSeconds()),
                    e);
        } catch (IOException e) {
            throw failure("%s cannot be reached: %s".formatted(address, e.getMessage()), e);
        }
    }

    private KafkaConnection greet(Socket socket, InetSocketAddress place, int millis)
            throws IOException {
        askVersions(new DataOutputStream(socket.getOutputStream()));
        var in = new DataInputStream(socket.getInputStream());
        byte[] versions;
        try {
            versions = hear(in);
        } catch (SocketTimeoutException e) {
            if (answersHttp(place, millis)) {
                throw http();
            }
            versions = hear(in);
        }
        return new KafkaConnection(socket, in, versions);
    }

    private static Socket connect(InetSocketAddress place, int millis) throws IOException {
        var socket = new Socket();
        try {
            socket.connect(place, millis);
            socket.setSoTimeout(millis);
            return socket;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    /**
     * Returns true if a server of HTTP answers. Such a server may wait for the end of a line, which
     * Kafka's request does not have.
     */
    private static boolean answersHttp(InetSocketAddress place, int millis) {
        try (Socket socket = connect(place, millis)) {
            socket.getOutputStream()
                    .write("HEAD / HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            return isHttp(socket.getInputStream().readNBytes(2 * Integer.BYTES));
        } catch (IOException e) {
            return false;
        }
    }

    private static boolean isHttp(byte[] head) {
        return new String(head, StandardCharsets.US_ASCII).startsWith("HTTP/");
    }

    private CommandFailure http() {
        return failure("%s speaks HTTP, not Kafka".formatted(address), null);
    }

    private InetSocketAddress resolve() {
        int colon = address.lastIndexOf(':');
        try {
            String host = address.substring(0, colon).replaceAll("^\\[|]$", "");
            int port = Integer.parseInt(address.substring(colon + 1));
            var resolved = new InetSocketAddress(host, port);
            if (resolved.isUnresolved()) {
                throw failure("there is no host %s".formatted(host), null);
            }
            return resolved;
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            throw CommandFailure.badArgument(
                    "--bootstrap-server %s is not HOST:PORT".formatted(address));
        }
    }

    /** Sends ApiVersions, in the version that every broker knows. */
    private static void askVersions(DataOutputStream out) throws IOException {
        byte[] client = KafkaConnection.CLIENT_ID.getBytes(StandardCharsets.US_ASCII);
        var frame = new ByteArrayOutputStream();
        var body = new DataOutputStream(frame);
        body.writeShort(API_VERSIONS);
        body.writeShort(0);
        body.writeInt(0);
        body.writeShort(client.length);
        body.write(client);
        out.writeInt(frame.size());
        frame.writeTo(out);
        out.flush();
    }

    /** Returns the reply without its header. */
    private byte[] hear(DataInputStream in) throws IOException {
        byte[] head = new byte[2 * Integer.BYTES];
        in.readFully(head);
        if (isHttp(head)) {
            throw http();
        }
        if (head[0] != 0) {
            throw failure("%s does not speak Kafka without TLS".formatted(address), null);
        }
        byte[] body = new byte[Math.max(0, ByteBuffer.wrap(head).getInt() - Integer.BYTES)];
        in.readFully(body);
        return body;
    }

    private static CommandFailure failure(String what, @Nullable Throwable cause) {
        return CommandFailure.noAnswer(
                what + " (start a node with 'oxbow start', or name one with --bootstrap-server)",
                cause);
    }
}
