package io.oxbow.broker.network;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.oxbow.s3stream.memory.FairShare;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a connection's bytes into frames, within the budget for requests. Runs on the connection's
 * event loop, except where it says otherwise.
 *
 * <p>A frame that came whole is passed on as a view of what was read. One that takes several reads
 * gets a buffer of its own, into which {@link FrameBuffers} lets the socket write directly; it
 * grows with what arrives. Paused, or without room in the budget, the receiver keeps what was read
 * already, passes nothing on and lets the socket wait.
 */
final class FrameReceiver extends ChannelInboundHandlerAdapter {

    private static final int LENGTH_BYTES = 4;

    /** Largest frame that is copied: a view would keep a whole read buffer alive. */
    private static final int COPIED_BYTES_MAX = 1024;

    /** First capacity of a frame's buffer; a connection with nothing under way always gets it. */
    private static final int SMALL_BYTES = 16 << 10;

    /**
     * Most that a frame reserves at once; below it, as much as the connection has sent in one frame
     * before.
     */
    private static final int TRUSTED_BYTES_MAX = 1 << 20;

    private final int frameBytesMax;
    private final FairShare memory;
    private final long leftByUnfinished;
    private final ArrayDeque<ByteBuf> unread = new ArrayDeque<>();
    private int lengthBytesRead;
    private int length;
    private int trustedBytes = SMALL_BYTES;
    private int largestWhole;
    private @Nullable ByteBuf partial;
    private long passedBytes;
    private boolean paused;
    private boolean starved;
    private boolean broken;

    /**
     * @param memory the connection's share; a frame takes its capacity of it, which the frame's
     *     receiver releases
     * @param leftByUnfinished bytes of the budget that a frame leaves to others while it is larger
     *     than any frame before, and may never be whole
     */
    FrameReceiver(int frameBytesMax, FairShare memory, long leftByUnfinished) {
        this.frameBytesMax = frameBytesMax;
        this.memory = memory;
        this.leftByUnfinished = leftByUnfinished;
    }

    void pause(ChannelHandlerContext connection) {
        paused = true;
        connection.channel().config().setAutoRead(false);
    }

    void resume(ChannelHandlerContext connection) {
        paused = false;
        ChannelHandlerContext ctx = connection.pipeline().context(this);
        if (ctx != null) {
            goOn(ctx);
        }
    }

    private void goOn(ChannelHandlerContext ctx) {
        while (mayPassOn() && !unread.isEmpty()) {
            consume(ctx, unread.remove());
        }
        if (mayPassOn()) {
            ctx.channel().config().setAutoRead(true);
        }
    }

    private boolean mayPassOn() {
        return !paused && !starved;
    }

    boolean isPaused() {
        return paused;
    }

    /** Returns true if a frame is half there and this side still reads. From any thread. */
    boolean owesFrame() {
        return partial != null && !paused;
    }

    /** Returns the approximate number of bytes received. From any thread. */
    long position() {
        ByteBuf frame = partial;
        return passedBytes + (frame == null ? 0 : frame.writerIndex());
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        var read = (ByteBuf) message;
        ByteBuf frame = partial;
        if (read == frame) {
            // FrameBuffers counted the frame once more for this read.
            read.release();
            completeIfFull(ctx, frame);
        } else if (!mayPassOn() || !unread.isEmpty()) {
            unread.add(read);
        } else {
            consume(ctx, read);
        }
    }

    private void consume(ChannelHandlerContext ctx, ByteBuf read) {
        while (read.isReadable() && !broken && ctx.channel().isActive()) {
            if (!mayPassOn()) {
                unread.addFirst(read);
                return;
            }
            ByteBuf frame = partial;
            if (frame != null) {
                frame.writeBytes(read, Math.min(read.readableBytes(), frame.writableBytes()));
                completeIfFull(ctx, frame);
            } else if (lengthBytesRead < LENGTH_BYTES) {
                length = length << 8 | read.readUnsignedByte();
                lengthBytesRead++;
            } else {
                begin(ctx, read);
            }
            if (lengthBytesRead == LENGTH_BYTES && (length < 1 || length > frameBytesMax)) {
                broken = true;
                ctx.fireExceptionCaught(
                        new MalformedFrameException(
                                "a frame of %d bytes; 1 to %d are allowed"
                                        .formatted(length, frameBytesMax)));
            }
        }
        read.release();
    }

    /**
     * Begins a frame whose length is known; {@code read} holds the first byte of the body or more.
     */
    private void begin(ChannelHandlerContext ctx, ByteBuf read) {
        if (read.readableBytes() < length) {
            beginPartial(ctx);
        } else if (reserve(ctx, length, length, 0)) {
            if (length <= COPIED_BYTES_MAX) {
                ByteBuf copy = ctx.alloc().directBuffer(length, length);
                passOn(ctx, copy.writeBytes(read, length));
            } else {
                passOn(ctx, read.readRetainedSlice(length));
            }
        }
    }

    private void beginPartial(ChannelHandlerContext ctx) {
        int capacity = Math.min(length, trustedBytes);
        int least = Math.min(length, SMALL_BYTES);
        if (!memory.tryReserve(capacity, left(capacity))) {
            if (!reserve(ctx, least, least, left(least))) {
                return;
            }
            capacity = least;
        }
        partial = ctx.alloc().directBuffer(capacity, length);
    }

    private void completeIfFull(ChannelHandlerContext ctx, ByteBuf frame) {
        if (frame.writerIndex() == length) {
            partial = null;
            trustedBytes = Math.clamp(length, trustedBytes, TRUSTED_BYTES_MAX);
            passOn(ctx, frame);
        } else if (!frame.isWritable()) {
            int more = Math.min(length - frame.capacity(), frame.capacity());
            int capacity = frame.capacity() + more;
            if (reserve(ctx, more, capacity, left(capacity))) {
                frame.capacity(capacity);
            }
        }
    }

    /**
     * Reserves memory for a frame, or waits for it.
     *
     * @param capacity of the frame with it
     * @param left bytes that stay free for others
     */
    private boolean reserve(ChannelHandlerContext ctx, int bytes, int capacity, long left) {
        if (memory.tryReserve(bytes, left)) {
            return true;
        }
        if (capacity <= SMALL_BYTES && memory.usedBytes() == 0) {
            memory.reserveBeyond(bytes); // or nobody could even heartbeat
            return true;
        }
        starved = true;
        ctx.channel().config().setAutoRead(false);
        memory.whenRoom(bytes, left, () -> ctx.executor().execute(() -> tryAgainLoudly(ctx)));
        return false;
    }

    /** An executor would keep to itself what a task throws. */
    private void tryAgainLoudly(ChannelHandlerContext ctx) {
        try {
            tryAgain(ctx);
        } catch (Throwable e) {
            ctx.fireExceptionCaught(e);
        }
    }

    private void tryAgain(ChannelHandlerContext ctx) {
        if (ctx.isRemoved()) {
            return;
        }
        starved = false;
        ByteBuf frame = partial;
        if (frame != null) {
            completeIfFull(ctx, frame);
        }
        goOn(ctx);
        ctx.fireChannelReadComplete();
    }

    private long left(int capacity) {
        return capacity <= largestWhole ? 0 : leftByUnfinished;
    }

    private void passOn(ChannelHandlerContext ctx, ByteBuf frame) {
        largestWhole = Math.max(largestWhole, length);
        lengthBytesRead = 0;
        length = 0;
        passedBytes += frame.readableBytes();
        ctx.fireChannelRead(frame);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        try {
            giveBack();
        } finally {
            ctx.fireChannelInactive();
        }
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        // What this throws is told to nobody: nothing should be left by now.
        giveBack();
    }

    private void giveBack() {
        memory.stopWaiting();
        ByteBuf frame = partial;
        if (frame != null) {
            memory.release(frame.capacity());
            frame.release();
            partial = null;
        }
        unread.forEach(ByteBuf::release);
        unread.clear();
    }

    /** Returns the buffer for the socket's next read, for {@link FrameBuffers}. */
    ByteBuf bufferForRead(ByteBufAllocator allocator, int usualBytes) {
        ByteBuf frame = partial;
        if (frame != null && frame.isWritable()) {
            return frame.retain();
        }
        return allocator.ioBuffer(
                memory.isScarce() ? Math.min(usualBytes, SMALL_BYTES) : usualBytes);
    }
}
