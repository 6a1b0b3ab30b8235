package io.oxbow.broker.testing;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import org.apache.kafka.common.requests.AbstractRequest;
import org.apache.kafka.common.requests.AbstractResponse;
import org.apache.kafka.common.requests.RequestHeader;

/** A client with Kafka's codec over a plain socket, which pipelines and sends any bytes. */
public final class WireClient implements AutoCloseable {

    private static final int READ_TIMEOUT_MILLIS = 20_000;

    private final Socket socket;
    private final DataInputStream in;
    private final DataOutputStream out;
    private final ArrayDeque<RequestHeader> awaited = new ArrayDeque<>();
    private int correlationId;

    public WireClient(int port) {
        try {
            socket = new Socket("127.0.0.1", port);
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(READ_TIMEOUT_MILLIS);
            in = new DataInputStream(socket.getInputStream());
            out = new DataOutputStream(socket.getOutputStream());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Sends a request whose reply {@link #receive} is to return. */
    public WireClient send(AbstractRequest request) {
        awaited.add(sendUnanswered(request));
        return this;
    }

    /** Sends a request that gets no reply. */
    public RequestHeader sendUnanswered(AbstractRequest request) {
        var header =
                new RequestHeader(
                        request.apiKey(), request.version(), "wire-client", correlationId++);
        ByteBuffer body = request.serializeWithHeader(header);
        byte[] frame = new byte[4 + body.remaining()];
        ByteBuffer.wrap(frame).putInt(body.remaining()).put(body);
        sendRaw(frame);
        return header;
    }

    /** Sends a request with a header of the caller's making. */
    public WireClient send(RequestHeader header, AbstractRequest request) {
        ByteBuffer body = request.serializeWithHeader(header);
        byte[] frame = new byte[4 + body.remaining()];
        ByteBuffer.wrap(frame).putInt(body.remaining()).put(body);
        awaited.add(header);
        return sendRaw(frame);
    }

    public WireClient sendRaw(byte... bytes) {
        try {
            out.write(bytes);
            out.flush();
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns the reply to the oldest request that has none yet. */
    public <T extends AbstractResponse> T receive(Class<T> type) {
        RequestHeader header = awaited.remove();
        return type.cast(AbstractResponse.parseResponse(receiveFrame(), header));
    }

    /** Returns the next frame's body, of any content. */
    public ByteBuffer receiveFrame() {
        try {
            byte[] body = new byte[in.readInt()];
            in.readFully(body);
            return ByteBuffer.wrap(body);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public <T extends AbstractResponse> T call(AbstractRequest request, Class<T> type) {
        return send(request).receive(type);
    }

    /** Waits for the server to close the connection; false if it sends something instead. */
    public boolean isClosedByServer() {
        try {
            return in.read() < 0;
        } catch (java.net.SocketTimeoutException e) {
            throw new UncheckedIOException(e);
        } catch (IOException reset) {
            return true;
        }
    }

    /** Sends no more; still reads. */
    public void halfClose() {
        try {
            socket.shutdownOutput();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns the number of bytes that wait to be read. */
    public int available() {
        try {
            return in.available();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
