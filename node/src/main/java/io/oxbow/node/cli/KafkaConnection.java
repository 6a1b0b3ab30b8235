package io.oxbow.node.cli;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.common.message.ApiVersionsResponseData;
import org.apache.kafka.common.message.MetadataRequestData;
import org.apache.kafka.common.message.MetadataResponseData;
import org.apache.kafka.common.message.MetadataResponseData.MetadataResponseTopic;
import org.apache.kafka.common.message.RequestHeaderData;
import org.apache.kafka.common.message.ResponseHeaderData;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.Message;
import org.apache.kafka.common.protocol.MessageUtil;

/**
 * Connection to a Kafka broker that has answered once. It serves commands that need a single
 * answer: Kafka's admin client takes several times longer to start than the broker to answer.
 *
 * <p>One question at a time, by one thread.
 */
final class KafkaConnection implements AutoCloseable {

    static final String CLIENT_ID = "oxbow";

    /** Oldest version of Metadata that tells the ids of topics, and the newest that is asked in. */
    private static final short METADATA_OLDEST = 10;

    private static final short METADATA_NEWEST = 12;

    /** Versions of the headers that these versions of Metadata have. */
    private static final short REQUEST_HEADER = 2;

    private static final short REPLY_HEADER = 1;

    private final Socket socket;
    private final DataInputStream in;
    private final ByteBuffer versions;

    /**
     * @param socket closed with this connection
     * @param versions the broker's reply to ApiVersions in version 0, without its header
     */
    KafkaConnection(Socket socket, DataInputStream in, byte[] versions) {
        this.socket = socket;
        this.in = in;
        this.versions = ByteBuffer.wrap(versions);
    }

    /**
     * Returns all topics of the cluster, internal ones too.
     *
     * @throws java.net.SocketTimeoutException when no reply comes within {@code patience}
     * @throws IOException when the connection ends, or what comes is no reply
     */
    List<MetadataResponseTopic> topics(Duration patience) throws IOException {
        socket.setSoTimeout(Math.toIntExact(patience.toMillis()));
        try {
            var question =
                    new MetadataRequestData().setTopics(null).setAllowAutoTopicCreation(false);
            short version = metadataVersion(question.apiKey());
            ByteBufferAccessor reply = ask(question, question.apiKey(), version);
            return List.copyOf(new MetadataResponseData(reply, version).topics());
        } catch (RuntimeException e) {
            // Kafka's decoders throw whatever the bytes lead to.
            throw new IOException("its reply cannot be read: " + e, e);
        }
    }

    private short metadataVersion(short api) throws IOException {
        var told =
                new ApiVersionsResponseData(
                        new ByteBufferAccessor(versions.duplicate()), (short) 0);
        var range = told.apiKeys().find(api);
        if (range == null || range.maxVersion() < METADATA_OLDEST) {
            throw new IOException("it is older than Kafka 2.8, which gave topics their ids");
        }
        return (short) Math.min(range.maxVersion(), METADATA_NEWEST);
    }

    private ByteBufferAccessor ask(Message question, short api, short version) throws IOException {
        var header =
                new RequestHeaderData()
                        .setRequestApiKey(api)
                        .setRequestApiVersion(version)
                        .setClientId(CLIENT_ID);
        ByteBuffer head = MessageUtil.toByteBufferAccessor(header, REQUEST_HEADER).buffer();
        ByteBuffer body = MessageUtil.toByteBufferAccessor(question, version).buffer();
        ByteBuffer frame = ByteBuffer.allocate(Integer.BYTES + head.remaining() + body.remaining());
        frame.putInt(head.remaining() + body.remaining()).put(head).put(body);
        var out = new DataOutputStream(socket.getOutputStream());
        out.write(frame.array());
        out.flush();
        var reply = new ByteBufferAccessor(ByteBuffer.wrap(frame(in.readInt())));
        new ResponseHeaderData(reply, REPLY_HEADER);
        return reply;
    }

    private byte[] frame(int size) throws IOException {
        byte[] frame = in.readNBytes(size);
        if (frame.length < size) {
            throw new EOFException("the connection ended within a reply");
        }
        return frame;
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            // Nothing was written that could be lost.
        }
    }
}
