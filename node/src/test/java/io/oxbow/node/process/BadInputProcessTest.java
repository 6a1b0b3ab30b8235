package io.oxbow.node.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests that bad input of any kind gets a clear error or a clear wait: no crash, nothing lost. */
class BadInputProcessTest {

    @TempDir Path temporary = Path.of("");

    @Test
    void badInputHurtsNobodyElse() throws Exception {
        try (var node = OxbowProcess.start(temporary.resolve("data"), Map.of())) {
            var topic = new JsonTopic("events", 1);
            topic.create(node);
            try (var halfOpen = connect(node)) {
                halfOpen.getOutputStream().write(new byte[] {0, 0});
                garbageFrames(node);
                unknownVersion(node);
                oversizedFrame(node);
                topic.produce(node, 0, 100);
            }
            produceRaw(node, "not json at all");
            produceRaw(node, "{\"n\":");
            produceRaw(node, new byte[] {0, 0, 0, 3, 9, 1, 2, 3});
            topic.produce(node, 100, 200);
            topic.awaitVerified(node, 203);
            assertThat(topic.count(node)).isEqualTo(200);
            assertThat(new JsonTopic("events__quarantine", 1).count(node)).isEqualTo(3);
            assertThat(node.isAlive()).isTrue();
        }
    }

    private static void garbageFrames(OxbowProcess node) throws Exception {
        var random = new Random(7);
        for (int i = 0; i < 50; i++) {
            byte[] body = new byte[random.nextInt(200)];
            random.nextBytes(body);
            try (var socket = connect(node)) {
                var frame = ByteBuffer.allocate(4 + body.length).putInt(body.length).put(body);
                socket.getOutputStream().write(frame.array());
                socket.getOutputStream().flush();
            }
        }
    }

    private static void unknownVersion(OxbowProcess node) throws Exception {
        try (var socket = connect(node)) {
            // Fetch (1) at version 999, correlation id 1, null client id
            var frame =
                    ByteBuffer.allocate(14)
                            .putInt(10)
                            .putShort((short) 1)
                            .putShort((short) 999)
                            .putInt(1)
                            .putShort((short) -1);
            socket.getOutputStream().write(frame.array());
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
        }
    }

    private static void oversizedFrame(OxbowProcess node) throws Exception {
        try (var socket = connect(node)) {
            socket.getOutputStream()
                    .write(ByteBuffer.allocate(4).putInt(Integer.MAX_VALUE).array());
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
        }
    }

    private static void produceRaw(OxbowProcess node, String value) throws Exception {
        produceRaw(node, value.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }

    private static void produceRaw(OxbowProcess node, byte[] value) throws Exception {
        Map<String, Object> config = Map.of("bootstrap.servers", node.kafka());
        try (var producer =
                new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>("events", value)).get();
        }
    }

    private static Socket connect(OxbowProcess node) throws Exception {
        String[] address = node.kafka().split(":");
        var socket = new Socket();
        socket.connect(new InetSocketAddress(address[0], Integer.parseInt(address[1])));
        socket.setSoTimeout(20_000);
        return socket;
    }
}
