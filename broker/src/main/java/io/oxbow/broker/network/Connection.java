package io.oxbow.broker.network;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.timeout.IdleStateEvent;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.common.errors.InvalidRequestException;
import org.apache.kafka.common.network.ClientInformation;
import org.apache.kafka.common.network.ListenerName;
import org.apache.kafka.common.requests.AbstractRequest;
import org.apache.kafka.common.requests.AbstractResponse;
import org.apache.kafka.common.requests.ApiVersionsRequest;
import org.apache.kafka.common.requests.RequestContext;
import org.apache.kafka.common.requests.RequestHeader;
import org.apache.kafka.common.security.auth.KafkaPrincipal;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client's connection: frames in, calls to handlers, replies out in the order of the requests.
 * Runs on its event loop, except {@link #answered} and {@link #runInOrder}.
 */
final class Connection extends ChannelInboundHandlerAdapter {

    private static final Logger LOG = LoggerFactory.getLogger(Connection.class);

    private final Listener listener;
    private final ServedApis apis;
    private final FrameReceiver receiver;
    private final SerialTasks tasks;
    private final InFlight inFlight;
    private final ArrayDeque<NetworkCall> calls = new ArrayDeque<>();
    private final AtomicBoolean writeScheduled = new AtomicBoolean();
    private ClientInformation client = ClientInformation.EMPTY;
    private boolean reading;
    private boolean unflushed;
    private boolean draining;
    private @Nullable Runnable whenIdle;
    private volatile @Nullable ChannelHandlerContext ctx;

    Connection(
            Listener listener,
            ServedApis apis,
            FrameReceiver receiver,
            SerialTasks tasks,
            NetworkConfig.Window window) {
        this.listener = listener;
        this.apis = apis;
        this.receiver = receiver;
        this.tasks = tasks;
        inFlight = new InFlight(window);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        ctx = context;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        var frame = (ByteBuf) message;
        reading = true;
        NetworkCall call;
        ApiHandler handler;
        try {
            ByteBuffer bytes = frame.nioBuffer();
            RequestHeader header = RequestHeader.parse(bytes);
            handler = apis.handlerFor(header);
            call = decode(context, header, bytes, frame);
        } catch (Throwable e) {
            frame.release();
            exceptionCaught(context, e);
            return;
        }
        calls.add(call);
        if (inFlight.begin(call.requestBytes())) {
            receiver.pause(context);
        }
        call.runOrFail(() -> handler.handle(call));
    }

    private NetworkCall decode(
            ChannelHandlerContext context, RequestHeader header, ByteBuffer bytes, ByteBuf frame) {
        var peer = (InetSocketAddress) context.channel().remoteAddress();
        var requestContext =
                new RequestContext(
                        header,
                        context.channel().id().asShortText(),
                        peer.getAddress(),
                        Optional.of(peer.getPort()),
                        KafkaPrincipal.ANONYMOUS,
                        ListenerName.normalised(listener.name()),
                        listener.protocol(),
                        client,
                        false);
        AbstractRequest request = requestContext.parseRequest(bytes).request;
        if (request instanceof ApiVersionsRequest hello && hello.isValid()) {
            client =
                    new ClientInformation(
                            hello.data().clientSoftwareName(),
                            hello.data().clientSoftwareVersion());
        }
        return new NetworkCall(this, requestContext, request, frame);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        reading = false;
        writeAnswered();
        if (unflushed) {
            unflushed = false;
            context.flush();
        }
    }

    void runInOrder(Runnable task) {
        tasks.execute(task);
    }

    /** Whether no task is under way; only the event loop starts any. */
    boolean isIdle() {
        return tasks.isIdle();
    }

    /**
     * From any thread: some call of this connection has its answer.
     *
     * @return false when the network has ended, and nobody will look at the answer
     */
    boolean answered() {
        ChannelHandlerContext context = ctx;
        if (context == null) {
            throw new IllegalStateException("answered before it was connected");
        }
        if (context.executor().inEventLoop() && reading) {
            return true; // channelReadComplete writes, for the whole read at once
        }
        if (writeScheduled.compareAndSet(false, true)) {
            try {
                context.executor().execute(this::writeAndFlush);
            } catch (RejectedExecutionException e) {
                return false;
            }
        }
        return true;
    }

    private void writeAndFlush() {
        writeScheduled.set(false);
        writeAnswered();
        ChannelHandlerContext context = ctx;
        if (unflushed && context != null) {
            unflushed = false;
            context.flush();
        }
    }

    private void writeAnswered() {
        ChannelHandlerContext context = ctx;
        if (context == null || !context.channel().isActive()) {
            giveUpAnswered();
            return;
        }
        for (NetworkCall call = calls.peek(); call != null; call = calls.peek()) {
            NetworkCall.Answer answer = call.answer();
            if (answer == null) {
                return;
            }
            calls.remove();
            write(context, call, answer);
        }
    }

    private void giveUpAnswered() {
        calls.removeIf(call -> {
            NetworkCall.Answer answer = call.answer();
            if (answer == null) {
                return false;
            }
            finished(call, answer);
            return true;
        });
    }

    private void write(ChannelHandlerContext context, NetworkCall call, NetworkCall.Answer answer) {
        AbstractResponse response = answer.response();
        if (answer.hangUp()) {
            // An empty write stands in line behind the earlier replies.
            context.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
            finished(call, answer);
        } else if (response == null) {
            finished(call, answer);
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
        try {
            buffers = ReplyBytes.of(call.context().buildResponseSend(response), context.alloc());
        } catch (Throwable e) {
            LOG.error("the reply to {} cannot be encoded", call.context().header, e);
            context.close();
            finished(call, answer);
            return;
        }
        writeAll(context, buffers).addListener(ignored -> finished(call, answer));
    }

    private ChannelFuture writeAll(ChannelHandlerContext context, List<ByteBuf> buffers) {
        unflushed = true;
        for (ByteBuf buffer : buffers.subList(0, buffers.size() - 1)) {
            context.write(buffer, context.voidPromise());
        }
        return context.write(buffers.getLast());
    }

    /** The reply has left or been given up. */
    private void finished(NetworkCall call, NetworkCall.Answer answer) {
        try {
            answer.afterWrite().run();
        } finally {
            ChannelHandlerContext context = ctx;
            boolean hasRoom = inFlight.end(call.requestBytes());
            if (hasRoom && receiver.isPaused() && !draining && context != null) {
                // Not from within a write: reading on may answer and write again.
                context.executor().execute(() -> resumeIfRoom(context));
            }
            tellWhenIdle();
        }
    }

    private void resumeIfRoom(ChannelHandlerContext context) {
        if (inFlight.hasRoom() && !draining && receiver.isPaused()) {
            receiver.resume(context);
            channelReadComplete(context);
        }
    }

    /** On the event loop: reads no more; {@code idle} runs once nothing is under way. */
    void drain(Runnable idle) {
        ChannelHandlerContext context = ctx;
        draining = true;
        whenIdle = idle;
        if (context != null) {
            receiver.pause(context);
        }
        tellWhenIdle();
    }

    private void tellWhenIdle() {
        Runnable idle = whenIdle;
        if (idle != null && inFlight.isEmpty()) {
            whenIdle = null;
            idle.run();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        writeAnswered();
        context.fireChannelInactive();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof IdleStateEvent && inFlight.isEmpty()) {
            LOG.debug("closing {}: idle", context.channel().remoteAddress());
            context.close();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        var peer = context.channel().remoteAddress();
        switch (cause) {
            case IOException e -> LOG.debug("closing {}", peer, e);
            case MalformedFrameException e -> LOG.warn("closing {}: {}", peer, e.getMessage());
            case InvalidRequestException e ->
                    LOG.warn("closing {}: {}{}", peer, e.getMessage(), reason(e));
            default -> LOG.error("closing {}", peer, cause);
        }
        context.close();
    }

    private static String reason(Throwable e) {
        Throwable cause = e.getCause();
        return cause == null ? "" : ": " + cause.getMessage();
    }
}
