package io.oxbow.node.roots;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.protocol.ApiKeys;

/**
 * Requests that are too large for an event loop to decode: one for metadata, and a malformed one.
 */
final class LargeRequests {

    private static final int TIMEOUT_MILLIS = 8_000;
    private static final int TOPICS = 400;
    private static final String TOPIC = "no-such-topic-with-a-name-of-more-than-forty-letters";

    private LargeRequests() {}

    /** Sends both; throws unless the first is answered and the second ends its connection. */
    static void send(String address) throws IOException {
        String[] hostAndPort = address.split(":");
        try (var socket = new Socket(hostAndPort[0], Integer.parseInt(hostAndPort[1]))) {
            socket.setSoTimeout(TIMEOUT_MILLIS);
            var in = new DataInputStream(socket.getInputStream());
            var out = new DataOutputStream(socket.getOutputStream());
            write(out, TOPICS);
            in.skipNBytes(in.readInt());
            write(out, Integer.MAX_VALUE);
            if (in.read() >= 0) {
                throw new KafkaException("a malformed request was answered");
            }
        }
    }

    /** Writes a request of version 4, which creates no topic. */
    private static void write(DataOutputStream out, int saidTopics) throws IOException {
        byte[] name = TOPIC.getBytes(StandardCharsets.UTF_8);
        ByteBuffer body = ByteBuffer.allocate(15 + TOPICS * (2 + name.length));
        body.putShort(ApiKeys.METADATA.id).putShort((short) 4).putInt(1).putShort((short) -1);
        body.putInt(saidTopics);
        for (int i = 0; i < TOPICS; i++) {
            body.putShort((short) name.length).put(name);
        }
        body.put((byte) 0);
        out.writeInt(body.capacity());
        out.write(body.array());
        out.flush();
    }
}
