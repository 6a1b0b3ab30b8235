package io.oxbow.broker.network;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.oxbow.s3stream.memory.FairShare;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.apache.kafka.common.errors.InvalidRequestException;
import org.apache.kafka.common.network.Send;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.AbstractRequest;
import org.apache.kafka.common.requests.AbstractResponse;
import org.apache.kafka.common.requests.RequestContext;
import org.apache.kafka.common.requests.RequestHeader;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A call that came over a {@link Connection}. */
final class NetworkCall implements Call {

    private static final Logger LOG = LoggerFactory.getLogger(NetworkCall.class);

    /**
     * Largest frame that an event loop decodes unless it is a Produce's, whose records stay bytes.
     */
    private static final int AT_ONCE_BYTES_MAX = 16 << 10;

    /** Most that an event loop serves of one call's decoded values, in bytes: a thousand or so. */
    private static final long AT_ONCE_DECODED_MAX = 64 << 10;

    /**
     * @param encoded the response, where it was encoded with the answer
     * @param hangUp close the connection instead of writing
     */
    record Answer(
            @Nullable AbstractResponse response,
            @Nullable Send encoded,
            Runnable afterWrite,
            boolean hangUp) {}

    private final Connection connection;
    private final RequestHeader header;
    private final RequestStats stats;
    private final int frameBytes;
    private final AtomicReference<@Nullable Answer> answer = new AtomicReference<>();
    private final AtomicBoolean released = new AtomicBoolean();
    private ByteBuf frame;
    private @Nullable RequestContext context;
    private @Nullable AbstractRequest request;
    private long decodedBytes;
    private long startNanos;

    /** Set before the answer when the call has failed as a whole, which is counted then. */
    private boolean failed;

    /** The thread that keeps a processor busy for this call, while it does. */
    private @Nullable Thread busy;

    /**
     * @param frame all of the request, reserved already; this call releases it
     * @param stats of the API, which this call adds to
     */
    NetworkCall(Connection connection, RequestHeader header, ByteBuf frame, RequestStats stats) {
        this.connection = connection;
        this.header = header;
        this.frame = frame;
        this.frameBytes = frame.capacity();
        this.stats = stats;
    }

    /** Returns true if the call may be decoded on an event loop. */
    boolean isDecodedAtOnce(ApiHandler handler) {
        return frameBytes <= AT_ONCE_BYTES_MAX || handler.pipelines();
    }

    /**
     * Decodes the request, from what the header has left of its frame.
     *
     * @throws InvalidRequestException when it is malformed or too much
     */
    void decode(RequestDecoder decoder, ByteBuffer body) {
        RequestDecoder.Decoded done = decoder.decode(header, body);
        connection.memory().requests().reserveBeyond(done.decodedBytes());
        context = done.context();
        request = done.request();
        decodedBytes = done.decodedBytes();
        if (!header.apiKey().requiresDelayedAllocation) {
            // Nothing refers to the bytes; what they became on the heap counts in their place.
            frame.release();
            frame = Unpooled.EMPTY_BUFFER;
        }
    }

    RequestHeader header() {
        return header;
    }

    @Override
    public RequestContext context() {
        return Objects.requireNonNull(context);
    }

    @Override
    public AbstractRequest request() {
        return Objects.requireNonNull(request);
    }

    @Override
    public boolean isConnected() {
        return connection.isActive();
    }

    @Override
    public void releaseRequest() {
        if (released.compareAndSet(false, true)) {
            frame.release();
            connection
                    .memory()
                    .requests()
                    .release(frameBytes + decodedBytes + connection.endWait(this));
        }
    }

    @Override
    public boolean tryWait(long bytes, Runnable giveWay) {
        if (!connection.memory().requests().tryReserve(bytes)) {
            return false;
        }
        connection.waits(new Connection.Wait(this, bytes, giveWay));
        return true;
    }

    @Override
    public int requestBytes() {
        return frameBytes;
    }

    @Override
    public FairShare replyMemory() {
        return connection.memory().replies();
    }

    /** Returns the answer, or null while the call is under way. */
    @Nullable Answer answer() {
        return answer.get();
    }

    @Override
    public void respond(@Nullable AbstractResponse response, Runnable afterWrite) {
        Send encoded =
                response != null && busy == Thread.currentThread() ? tryEncode(response) : null;
        settle(new Answer(response, encoded, afterWrite, false));
    }

    /**
     * Encodes a reply; null if it fails, which then happens on the event loop, and is told there.
     */
    private @Nullable Send tryEncode(AbstractResponse response) {
        try {
            return context().buildResponseSend(response);
        } catch (RuntimeException e) {
            return null;
        }
    }

    @Override
    public void hangUp() {
        settle(new Answer(null, null, () -> {}, true));
    }

    /** Ends a call that was never given to its handler. */
    void abandon() {
        settle(new Answer(null, null, () -> {}, false));
    }

    @Override
    public void fail(Throwable error) {
        failed = true;
        if (Errors.forException(error) == Errors.UNKNOWN_SERVER_ERROR) {
            connection.threads().count(header.toString(), error);
        }
        AbstractResponse response = errorResponse(error);
        if (response == null) {
            hangUp();
        } else {
            respond(response);
        }
    }

    /**
     * Makes the request's error response; null where the protocol has none, or Kafka's own class
     * can't make one.
     */
    private @Nullable AbstractResponse errorResponse(Throwable error) {
        try {
            return request().getErrorResponse(0, error);
        } catch (RuntimeException e) {
            LOG.warn("no error response to {} can be made", header, e);
            return null;
        }
    }

    @Override
    public void runInOrder(Runnable task) {
        connection.threads().inOrder(() -> run(task));
    }

    @Override
    public void runBeside(Runnable task) {
        connection.threads().beside(() -> run(task));
    }

    @Override
    public void runInOrder(BooleanSupplier atOnce, Runnable rest) {
        if (!connection.threads().isIdle() || !atOnce.getAsBoolean()) {
            runInOrder(rest);
        }
    }

    /**
     * Gives the call to its handler when its turn has come; on the event loop. One that is large or
     * has very many values is decoded, served and answered on a thread for that, as it would hold
     * up the other connections of the loop.
     */
    void serve(ApiHandler handler, RequestDecoder decoder) {
        startNanos = System.nanoTime();
        if (request == null || decodedBytes > AT_ONCE_DECODED_MAX && !handler.pipelines()) {
            run(() -> connection.threads().busy(() -> run(() -> serveBusily(handler, decoder))));
        } else {
            run(() -> handler.handle(this));
        }
    }

    private void serveBusily(ApiHandler handler, RequestDecoder decoder) {
        if (!isConnected()) {
            abandon();
            return;
        }
        if (request == null) {
            try {
                ByteBuffer body = frame.nioBuffer();
                RequestHeader.parse(body);
                decode(decoder, body);
            } catch (Throwable e) {
                connection.refuse(e);
                abandon();
                return;
            }
        }
        busy = Thread.currentThread();
        handler.handle(this);
        busy = null;
    }

    /** Counts the reply that leaves, as the client is told it; on the event loop. */
    void count(Answer leaving) {
        stats.took(System.nanoTime() - startNanos);
        AbstractResponse response = leaving.response();
        if (leaving.hangUp()) {
            stats.hungUp();
        } else if (response != null) {
            countErrors(response);
        }
    }

    /**
     * Counts the errors in a reply, which leaves even if Kafka's class fails to list them. One that
     * a handler gave a part of its answer for what nobody expected is a failure, too.
     */
    private void countErrors(AbstractResponse response) {
        try {
            if (stats.replied(response) && !failed) {
                connection
                        .threads()
                        .count(
                                header.toString(),
                                new IllegalStateException(
                                        "answered UNKNOWN_SERVER_ERROR; the handler's own log says why"));
            }
        } catch (RuntimeException e) {
            LOG.warn("the errors in the reply to {} cannot be counted", header, e);
        }
    }

    @Override
    public void run(Runnable task) {
        try {
            task.run();
        } catch (Throwable e) {
            if (answer() == null) {
                fail(e);
            } else {
                connection.threads().count(header + ", answered before", e);
            }
        }
    }

    private void settle(Answer newAnswer) {
        if (!answer.compareAndSet(null, newAnswer)) {
            newAnswer.afterWrite().run();
            throw new IllegalStateException("%s was answered twice".formatted(header));
        }
        try {
            releaseRequest();
        } finally {
            if (!connection.answered()) {
                newAnswer.afterWrite().run();
            }
        }
    }
}
