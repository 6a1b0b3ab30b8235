package io.oxbow.broker.network;

import io.oxbow.s3stream.memory.FairShare;
import java.util.function.BooleanSupplier;
import org.apache.kafka.common.requests.AbstractRequest;
import org.apache.kafka.common.requests.AbstractResponse;
import org.apache.kafka.common.requests.RequestContext;
import org.jspecify.annotations.Nullable;

/**
 * One request on its way to an answer. Buffers that the request refers to (the records of a
 * Produce) belong to the call: they are valid until it has responded.
 */
public interface Call {

    /** Header, principal, listener, client address. */
    RequestContext context();

    /** The decoded request. */
    AbstractRequest request();

    /** Returns false when the client is gone, and nobody will read the answer. */
    boolean isConnected();

    /**
     * Releases the request's memory before the answer: whoever keeps the request has reserved room
     * for it elsewhere. Not for requests that refer to buffers.
     */
    void releaseRequest();

    /**
     * Takes note that the call waits for what may never come, such as records to fetch. It counts
     * {@code bytes} beside its request until it has its answer; {@code giveWay} asks for the answer
     * at once, from any thread, since memory is short.
     *
     * @return false, with nothing counted, when there is no room: then it may not wait
     */
    boolean tryWait(long bytes, Runnable giveWay);

    /** Bytes of the request as it came. */
    int requestBytes();

    /**
     * The connection's share of the budget for replies. A reply is counted when it is written; a
     * handler that holds much before then reserves it, and releases it after the write.
     */
    FairShare replyMemory();

    /**
     * Answers this call, exactly once; the reply leaves when all earlier replies of its connection
     * have.
     *
     * @param response null when the protocol expects none (Produce with acks=0)
     */
    default void respond(@Nullable AbstractResponse response) {
        respond(response, () -> {});
    }

    /**
     * As {@link #respond(AbstractResponse)}; {@code afterWrite} runs when the bytes are sent or
     * given up.
     */
    void respond(@Nullable AbstractResponse response, Runnable afterWrite);

    /** Answers with the request's own error response. */
    void fail(Throwable error);

    /**
     * Closes the connection without an answer once all earlier replies have left. So a client that
     * asked for no reply (Produce with acks=0) learns that something went wrong.
     */
    void hangUp();

    /**
     * Runs a part of the call here. What it throws becomes the request's own error response or, if
     * there was an answer before, is counted.
     */
    void run(Runnable part);

    /**
     * Runs a task that may block on a virtual thread, after the tasks of this connection's earlier
     * calls. An exception of the task becomes the request's own error response.
     */
    void runInOrder(Runnable task);

    /**
     * Runs a task that may block on a virtual thread of its own; what it throws becomes the
     * request's own error response.
     */
    void runBeside(Runnable task);

    /**
     * As {@link #runInOrder(Runnable)}, but tries {@code atOnce} first, here on the event loop,
     * which it must not hold up; unless tasks of earlier calls are under way. That saves two
     * changes of threads.
     *
     * @param atOnce whether all is done; otherwise {@code rest} does the rest
     */
    void runInOrder(BooleanSupplier atOnce, Runnable rest);
}
