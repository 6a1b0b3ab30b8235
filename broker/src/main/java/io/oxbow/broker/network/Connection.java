package io.oxbow.broker.network;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.handler.timeout.IdleStateEvent;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.common.errors.InvalidRequestException;
import org.apache.kafka.common.requests.RequestHeader;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client's connection: frames in, calls to handlers, replies out in the order of the requests.
 * Runs on its event loop, except where it says otherwise.
 */
final class Connection extends ChannelInboundHandlerAdapter {

    private static final Logger LOG = LoggerFactory.getLogger(Connection.class);

    private static final int TCP_CLOSE_WAIT = 8;

    /** A call whose turn has not come. */
    private record Deferred(NetworkCall call, ApiHandler handler) {}

    /** A call that waits for what may never come, with what it holds beside its request. */
    record Wait(NetworkCall call, long bytes, Runnable giveWay) {}

    private final ServedApis apis;
    private final RequestDecoder decoder;
    private final FrameReceiver receiver;
    private final CallThreads threads;
    private final Runnable writing;
    private final ConnectionMemory memory;
    private final InFlight inFlight;
    private final Replies replies;
    private final AtomicBoolean writeScheduled = new AtomicBoolean();
    private final ClientProgress sending = new ClientProgress();
    private final ClientProgress reading = new ClientProgress();
    private @Nullable Deferred deferred;
    private boolean inRead;
    private boolean draining;
    private @Nullable Runnable whenIdle;
    private volatile @Nullable ChannelHandlerContext ctx;
    private volatile @Nullable Wait wait;

    /**
     * @param memory this connection's share
     */
    Connection(
            ServedApis apis,
            RequestDecoder decoder,
            FrameReceiver receiver,
            CallThreads threads,
            ConnectionMemory memory,
            NetworkConfig.Window window) {
        this.apis = apis;
        this.decoder = decoder;
        this.receiver = receiver;
        this.threads = threads;
        this.writing = threads.loud("writing replies", this::writeAndFlush);
        this.memory = memory;
        inFlight = new InFlight(window);
        replies = new Replies(apis, threads, memory.replies(), this::ended);
    }

    ConnectionMemory memory() {
        return memory;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        ctx = context;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        var frame = (ByteBuf) message;
        inRead = true;
        NetworkCall call;
        ApiHandler handler;
        try {
            ByteBuffer bytes = frame.nioBuffer();
            RequestHeader header = RequestHeader.parse(bytes);
            handler = apis.handlerFor(header);
            call = new NetworkCall(this, header, frame, apis.stats(header.apiKey()));
            if (call.isDecodedAtOnce(handler)) {
                call.decode(decoder, bytes);
            }
        } catch (Throwable e) {
            memory.requests().release(frame.capacity());
            frame.release();
            exceptionCaught(context, e);
            return;
        }
        replies.expect(call);
        inFlight.begin(call.requestBytes());
        if (isTurnOf(handler)) {
            call.serve(handler, decoder);
            if (inFlight.isFull() || inFlight.isFullForWaiting() && !threads.isIdle()) {
                receiver.pause(context);
            }
        } else {
            deferred = new Deferred(call, handler);
            receiver.pause(context);
            awaitTurn(context);
        }
    }

    /** Replies of unknown size are made one at a time, and only while there is room for any. */
    private boolean isTurnOf(ApiHandler handler) {
        return handler.pipelines() || inFlight.isSingle() && !memory.replies().isFull();
    }

    private void awaitTurn(ChannelHandlerContext context) {
        if (inFlight.isSingle()) {
            memory.replies().whenRoom(1, () -> inLoop(context, this::takeDeferred));
        }
    }

    private void takeDeferred() {
        Deferred next = deferred;
        ChannelHandlerContext context = ctx;
        if (next == null || context == null) {
            return;
        }
        if (!isTurnOf(next.handler)) {
            awaitTurn(context);
            return;
        }
        deferred = null;
        next.call.serve(next.handler, decoder);
        resumeIfRoom(context);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        inRead = false;
        replies.write(context);
        replies.flush(context);
    }

    /** Runs a task of this connection's own; what it throws ends the connection. */
    private void inLoop(ChannelHandlerContext context, Runnable task) {
        context.executor().execute(threads.loud("an event loop's task", task));
    }

    /** Returns the threads of this connection's calls. */
    CallThreads threads() {
        return threads;
    }

    /**
     * Takes note that a call of this connection has its answer; from any thread.
     *
     * @return false when the network has ended, and nobody will look at the answer
     */
    boolean answered() {
        ChannelHandlerContext context = ctx;
        if (context == null) {
            throw new IllegalStateException("answered before it was connected");
        }
        if (context.executor().inEventLoop() && inRead) {
            return true; // channelReadComplete writes, for the whole read at once
        }
        if (writeScheduled.compareAndSet(false, true)) {
            try {
                context.executor().execute(writing);
            } catch (RejectedExecutionException e) {
                return false;
            }
        }
        return true;
    }

    private void writeAndFlush() {
        writeScheduled.set(false);
        ChannelHandlerContext context = ctx;
        if (context != null) {
            replies.write(context);
            replies.flush(context);
        }
    }

    /** Takes note that a call is over: its reply has left or was given up. */
    private void ended(NetworkCall call) {
        ChannelHandlerContext context = ctx;
        boolean hasRoom = inFlight.end(call.requestBytes());
        if (deferred != null && context != null) {
            inLoop(context, this::takeDeferred);
        } else if (hasRoom && receiver.isPaused() && !draining && context != null) {
            // Not within a write: reading on may answer a call and write again.
            inLoop(context, () -> resumeIfRoom(context));
        }
        tellWhenIdle();
    }

    private void resumeIfRoom(ChannelHandlerContext context) {
        if (inFlight.hasRoom() && deferred == null && !draining && receiver.isPaused()) {
            receiver.resume(context);
            channelReadComplete(context);
        }
    }

    /** Stops reading, on the event loop; {@code idle} runs once nothing is under way. */
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
        Deferred never = deferred;
        if (never != null) {
            deferred = null;
            never.call.abandon();
        }
        threads.clientGone();
        replies.write(context);
        context.fireChannelInactive();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof IdleStateEvent && inFlight.isEmpty()) {
            LOG.debug("closing {}: idle", context.channel().remoteAddress());
            context.close();
        }
    }

    /**
     * Returns the nanoseconds for which the client has kept this connection waiting; from one other
     * thread.
     */
    long keptWaitingNanos(long now) {
        ChannelHandlerContext context = ctx;
        if (context == null) {
            return 0;
        }
        ChannelOutboundBuffer outbound = context.channel().unsafe().outboundBuffer();
        long pending = outbound == null ? 0 : outbound.totalPendingWriteBytes();
        return Math.max(
                reading.look(pending > 0, now, -pending),
                sending.look(receiver.owesFrame(), now, receiver.position()));
    }

    /** Takes note that a call waits; from any thread. Such calls are not pipelined. */
    void waits(Wait newWait) {
        wait = newWait;
    }

    /** Ends a call's wait; returns the bytes that it held for it. From any thread. */
    long endWait(NetworkCall call) {
        Wait before = wait;
        if (before == null || before.call() != call) {
            return 0;
        }
        wait = null;
        return before.bytes();
    }

    /** Returns true if the call under way waits for what may never come; from any thread. */
    boolean mayGiveWay() {
        return wait != null;
    }

    /** Asks the call that waits to be answered at once; from any thread. */
    void giveWay() {
        Wait current = wait;
        if (current != null) {
            current.giveWay().run();
        }
    }

    /** Returns true if the client is there; from any thread. */
    boolean isActive() {
        ChannelHandlerContext context = ctx;
        return context != null && context.channel().isActive() && !isClosedByPeer(context);
    }

    /** Returns true if the client has closed, which does not show while its socket isn't read. */
    private static boolean isClosedByPeer(ChannelHandlerContext context) {
        try {
            return context.channel() instanceof EpollSocketChannel socket
                    && socket.tcpInfo().state() == TCP_CLOSE_WAIT;
        } catch (ChannelException e) {
            return true;
        }
    }

    /** Closes the connection; from any thread. */
    void close() {
        ChannelHandlerContext context = ctx;
        if (context != null) {
            context.close();
        }
    }

    /** Closes the connection because of a request that cannot be served; from any thread. */
    void refuse(Throwable cause) {
        ChannelHandlerContext context = ctx;
        if (context != null) {
            inLoop(context, () -> exceptionCaught(context, cause));
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
            default -> threads.count("the connection of " + peer, cause);
        }
        context.close();
    }

    private static String reason(Throwable e) {
        Throwable cause = e.getCause();
        return cause == null ? "" : ": " + cause.getMessage();
    }
}
