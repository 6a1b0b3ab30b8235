package io.oxbow.broker.network;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.oxbow.s3stream.memory.FairShare;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;
import org.apache.kafka.common.network.Send;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.AbstractResponse;

/**
 * Replies of one connection, which leave in the order of the requests. Used on its event loop
 * alone.
 */
final class Replies {

    /** Largest reply that is not counted: the window bounds the number of such replies. */
    private static final int UNCOUNTED_BYTES_MAX = 1 << 10;

    private final ServedApis apis;
    private final CallThreads threads;
    private final FairShare memory;
    private final Consumer<NetworkCall> ended;
    private final ArrayDeque<NetworkCall> calls = new ArrayDeque<>();
    private boolean unflushed;

    /**
     * @param memory the connection's share for replies
     * @param ended told of each call whose reply has left or was given up
     */
    Replies(ServedApis apis, CallThreads threads, FairShare memory, Consumer<NetworkCall> ended) {
        this.apis = apis;
        this.threads = threads;
        this.memory = memory;
        this.ended = ended;
    }

    /** Adds a call, whose reply comes after those of the calls before. */
    void expect(NetworkCall call) {
        calls.add(call);
    }

    /**
     * Writes the replies that are there, up to the first that is not. Those of a client that is
     * gone are given up.
     */
    void write(ChannelHandlerContext context) {
        if (!context.channel().isActive()) {
            giveUp();
            return;
        }
        for (NetworkCall call = calls.peek(); call != null; call = calls.peek()) {
            NetworkCall.Answer answer = call.answer();
            if (answer == null) {
                return;
            }
            calls.remove();
            call.count(answer);
            write(context, call, answer);
        }
    }

    /** Sends what was written since the last flush. */
    void flush(ChannelHandlerContext context) {
        if (unflushed) {
            unflushed = false;
            context.flush();
        }
    }

    private void giveUp() {
        for (Iterator<NetworkCall> left = calls.iterator(); left.hasNext(); ) {
            NetworkCall call = left.next();
            NetworkCall.Answer answer = call.answer();
            if (answer != null) {
                left.remove();
                // One that fails at its end keeps none behind it from its own.
                written(call, answer, 0);
            }
        }
    }

    private void write(ChannelHandlerContext context, NetworkCall call, NetworkCall.Answer answer) {
        AbstractResponse response = answer.response();
        if (answer.hangUp()) {
            // An empty write stands in line behind the earlier replies.
            context.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
            finished(call, answer, 0);
        } else if (response == null) {
            finished(call, answer, 0);
        } else {
            writeResponse(context, call, answer, response);
        }
    }

    private void writeResponse(
            ChannelHandlerContext context,
            NetworkCall call,
            NetworkCall.Answer answer,
            AbstractResponse response) {
        List<ByteBuf> buffers;
        long counted = 0;
        try {
            Send encoded = answer.encoded();
            Send reply = encoded == null ? encode(call, response) : encoded;
            counted = count(reply.size());
            buffers = ReplyBytes.of(reply, context.alloc());
        } catch (Throwable e) {
            threads.unexpected("the reply to " + call.header(), e);
            finished(call, answer, counted);
            return;
        }
        long reserved = counted;
        writeAll(context, buffers).addListener(ignored -> written(call, answer, reserved));
    }

    /**
     * Encodes a reply; one that has no form in the request's version is a bug, and is answered as
     * one.
     */
    private Send encode(NetworkCall call, AbstractResponse response) {
        try {
            return call.context().buildResponseSend(response);
        } catch (RuntimeException e) {
            threads.count("the reply to " + call.header(), e);
            apis.unencodable().increment();
            AbstractResponse error =
                    call.request().getErrorResponse(0, Errors.UNKNOWN_SERVER_ERROR.exception());
            if (error == null) {
                throw e;
            }
            return call.context().buildResponseSend(error);
        }
    }

    /** Reserves what the handler has not reserved of a reply. */
    private long count(long bytes) {
        long uncounted = bytes - memory.usedBytes();
        if (bytes <= UNCOUNTED_BYTES_MAX || uncounted <= 0) {
            return 0;
        }
        memory.reserveBeyond(uncounted);
        return uncounted;
    }

    private ChannelFuture writeAll(ChannelHandlerContext context, List<ByteBuf> buffers) {
        unflushed = true;
        for (ByteBuf buffer : buffers.subList(0, buffers.size() - 1)) {
            context.write(buffer, context.voidPromise());
        }
        return context.write(buffers.getLast());
    }

    /** Finishes a call; Netty would keep to itself what its listener throws. */
    private void written(NetworkCall call, NetworkCall.Answer answer, long counted) {
        try {
            finished(call, answer, counted);
        } catch (Throwable e) {
            threads.unexpected("a reply's end", e);
        }
    }

    private void finished(NetworkCall call, NetworkCall.Answer answer, long counted) {
        try {
            answer.afterWrite().run();
        } finally {
            memory.release(counted);
            ended.accept(call);
        }
    }
}
