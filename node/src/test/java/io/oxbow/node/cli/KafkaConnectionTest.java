package io.oxbow.node.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.ApiVersionsResponseData;
import org.apache.kafka.common.message.ApiVersionsResponseData.ApiVersion;
import org.apache.kafka.common.message.ApiVersionsResponseData.ApiVersionCollection;
import org.apache.kafka.common.message.MetadataRequestData;
import org.apache.kafka.common.message.MetadataResponseData;
import org.apache.kafka.common.message.MetadataResponseData.MetadataResponsePartition;
import org.apache.kafka.common.message.MetadataResponseData.MetadataResponseTopic;
import org.apache.kafka.common.message.MetadataResponseData.MetadataResponseTopicCollection;
import org.apache.kafka.common.message.RequestHeaderData;
import org.apache.kafka.common.message.ResponseHeaderData;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.Message;
import org.apache.kafka.common.protocol.MessageUtil;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests a broker's answer to one question, and brokers that answer oddly. */
@Timeout(60)
class KafkaConnectionTest {

    private static final short METADATA = new MetadataRequestData().apiKey();
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** Answers one question about topics, given its version. */
    @FunctionalInterface
    private interface Answer {
        byte @Nullable [] to(short version);
    }

    @ParameterizedTest
    @ValueSource(shorts = {10, 11, 12, 13, 99})
    void topicsAreToldInTheNewestVersionThatBothKnow(short newest) throws Exception {
        var topics = new MetadataResponseTopicCollection();
        Uuid id = Uuid.randomUuid();
        topics.add(
                new MetadataResponseTopic()
                        .setName("a")
                        .setTopicId(id)
                        .setPartitions(
                                List.of(
                                        new MetadataResponsePartition(),
                                        new MetadataResponsePartition().setPartitionIndex(1))));
        topics.add(new MetadataResponseTopic().setName("_internal").setIsInternal(true));
        try (var broker =
                new Broker(
                        newest,
                        version -> reply(new MetadataResponseData().setTopics(topics), version))) {
            List<MetadataResponseTopic> told = broker.topics(PATIENCE);
            assertThat(told)
                    .extracting(MetadataResponseTopic::name)
                    .containsExactly("a", "_internal");
            assertThat(told.getFirst().topicId()).isEqualTo(id);
            assertThat(told.getFirst().partitions()).hasSize(2);
            assertThat(told.getLast().isInternal()).isTrue();
        }
    }

    @Test
    void brokerWithoutIdsOfTopicsIsTooOld() throws Exception {
        try (var broker = new Broker((short) 9, version -> null)) {
            assertThatThrownBy(() -> broker.topics(PATIENCE))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("older than Kafka 2.8");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
    void bytesThatAreNoReplyAreAnIoException(int seed) throws Exception {
        var random = new Random(seed);
        byte[] noise = new byte[random.nextInt(200)];
        random.nextBytes(noise);
        if (noise.length > Integer.BYTES) {
            // A length that fits, a negative one, or one that is more than comes.
            int size = noise.length - Integer.BYTES;
            ByteBuffer.wrap(noise)
                    .putInt(
                            switch (seed % 3) {
                                case 0 -> size;
                                case 1 -> -size;
                                default -> size + 1;
                            });
        }
        try (var broker = new Broker((short) 12, version -> noise)) {
            assertThatThrownBy(() -> broker.topics(PATIENCE)).isInstanceOf(IOException.class);
        }
    }

    @Test
    void silentBrokerIsGivenUp() throws Exception {
        try (var broker = new Broker((short) 12, version -> null)) {
            assertThatThrownBy(() -> broker.topics(Duration.ofMillis(50)))
                    .isInstanceOf(SocketTimeoutException.class);
        }
    }

    private static byte[] reply(Message body, short version) {
        ByteBuffer head =
                MessageUtil.toByteBufferAccessor(new ResponseHeaderData(), (short) 1).buffer();
        ByteBuffer rest = MessageUtil.toByteBufferAccessor(body, version).buffer();
        int size = head.remaining() + rest.remaining();
        return ByteBuffer.allocate(Integer.BYTES + size).putInt(size).put(head).put(rest).array();
    }

    /** Broker that tells its newest version of Metadata, then gives one answer. */
    private static final class Broker implements AutoCloseable {

        private final ServerSocket socket =
                new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        private final Thread thread;

        Broker(short newest, Answer answer) throws IOException {
            thread = Thread.ofVirtual().start(() -> serve(newest, answer));
        }

        private void serve(short newest, Answer answer) {
            try (var client = socket.accept()) {
                var in = new DataInputStream(client.getInputStream());
                var out = new DataOutputStream(client.getOutputStream());
                in.readNBytes(in.readInt());
                out.write(versions(newest));
                ByteBuffer question = ByteBuffer.wrap(in.readNBytes(in.readInt()));
                var header = new RequestHeaderData(new ByteBufferAccessor(question), (short) 2);
                short version = header.requestApiVersion();
                new MetadataRequestData(new ByteBufferAccessor(question), version);
                byte[] bytes = answer.to(version);
                if (bytes == null) {
                    in.read(); // the client goes
                } else {
                    out.write(bytes);
                }
            } catch (IOException e) {
                // The client has what it wanted.
            }
        }

        private static byte[] versions(short newest) {
            var ranges = new ApiVersionCollection();
            ranges.add(new ApiVersion().setApiKey(METADATA).setMaxVersion(newest));
            ByteBuffer body =
                    MessageUtil.toByteBufferAccessor(
                                    new ApiVersionsResponseData().setApiKeys(ranges), (short) 0)
                            .buffer();
            int size = Integer.BYTES + body.remaining();
            return ByteBuffer.allocate(Integer.BYTES + size)
                    .putInt(size)
                    .putInt(0)
                    .put(body)
                    .array();
        }

        List<MetadataResponseTopic> topics(Duration patience) throws IOException {
            String address = "127.0.0.1:" + socket.getLocalPort();
            try (var connection = new KafkaDoor(address).enter(PATIENCE)) {
                return connection.topics(patience);
            }
        }

        @Override
        public void close() throws Exception {
            socket.close();
            thread.join();
        }
    }
}
