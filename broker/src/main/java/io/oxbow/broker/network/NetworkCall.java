package io.oxbow.broker.network;

import io.netty.buffer.ByteBuf;
import io.oxbow.s3stream.memory.FairShare;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.AbstractRequest;
import org.apache.kafka.common.requests.AbstractResponse;
import org.apache.kafka.common.requests.RequestContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A call that came over a {@link Connection}. */
final class NetworkCall implements Call {

    private static final Logger LOG = LoggerFactory.getLogger(NetworkCall.class);

    /** Most that an event loop serves of one call's decoded values, in bytes: a thousand or so. */
    private static final long AT_ONCE_DECODED_MAX = 64 << 10;

    /**
     * @param hangUp close the connection instead of writing
     */
    record Answer(@Nullable AbstractResponse response, Runnable afterWrite, boolean hangUp) {}

    private final Connection connection;
    private final RequestContext context;
    private final AbstractRequest request;
    private final ByteBuf frame;
    private final int frameBytes;
    private final long decodedBytes;
    private final RequestStats stats;
    private final AtomicReference<@Nullable Answer> answer = new AtomicReference<>();
    private final AtomicBoolean released = new AtomicBoolean();
    private long startNanos;

    /**
     * @param frame bytes that the request refers to; this call releases it
     * @param frameBytes reserved for the frame, which this call gives back
     * @param decodedBytes reserved for what was decoded, likewise
     * @param stats of the API, which this call adds to
     */
    NetworkCall(
            Connection connection,
            RequestContext context,
            AbstractRequest request,
            ByteBuf frame,
            int frameBytes,
            long decodedBytes,
            RequestStats stats) {
        this.connection = connection;
        this.context = context;
        this.request = request;
        this.frame = frame;
        this.frameBytes = frameBytes;
        this.decodedBytes = decodedBytes;
        this.stats = stats;
    }

    @Override
    public RequestContext context() {
        return context;
    }

    @Override
    public AbstractRequest request() {
        return request;
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
        settle(new Answer(response, afterWrite, false));
    }

    @Override
    public void hangUp() {
        settle(new Answer(null, () -> {}, true));
    }

    /** Ends a call that was never given to its handler. */
    void abandon() {
        settle(new Answer(null, () -> {}, false));
    }

    @Override
    public void fail(Throwable error) {
        if (Errors.forException(error) == Errors.UNKNOWN_SERVER_ERROR) {
            connection.threads().count(context.header.toString(), error);
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
            return request.getErrorResponse(0, error);
        } catch (RuntimeException e) {
            LOG.warn("no error response to {} can be made", context.header, e);
            return null;
        }
    }

    @Override
    public void runInOrder(Runnable task) {
        connection.threads().inOrder(() -> runOrFail(task));
    }

    @Override
    public void runBeside(Runnable task) {
        connection.threads().beside(() -> runOrFail(task));
    }

    @Override
    public void runInOrder(BooleanSupplier atOnce, Runnable rest) {
        if (!connection.threads().isIdle() || !atOnce.getAsBoolean()) {
            runInOrder(rest);
        }
    }

    /**
     * Gives the call to its handler when its turn has come; on the event loop. One with very many
     * values gets a thread of its own, as it would hold up the other connections of the loop.
     */
    void serve(ApiHandler handler) {
        startNanos = System.nanoTime();
        if (decodedBytes > AT_ONCE_DECODED_MAX && !handler.pipelines()) {
            runBeside(() -> handler.handle(this));
        } else {
            runOrFail(() -> handler.handle(this));
        }
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

    /** Counts the errors in a reply, which leaves even if Kafka's class fails to list them. */
    private void countErrors(AbstractResponse response) {
        try {
            stats.replied(response);
        } catch (RuntimeException e) {
            LOG.warn("the errors in the reply to {} cannot be counted", context.header, e);
        }
    }

    void runOrFail(Runnable task) {
        try {
            task.run();
        } catch (Throwable e) {
            if (answer() == null) {
                fail(e);
            } else {
                connection.threads().count(context.header + ", answered before", e);
            }
        }
    }

    private void settle(Answer newAnswer) {
        if (!answer.compareAndSet(null, newAnswer)) {
            newAnswer.afterWrite().run();
            throw new IllegalStateException("%s was answered twice".formatted(context.header));
        }
        releaseRequest();
        if (!connection.answered()) {
            newAnswer.afterWrite().run();
        }
    }
}
