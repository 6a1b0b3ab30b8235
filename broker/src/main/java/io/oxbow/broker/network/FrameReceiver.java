package io.oxbow.broker.network;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a connection's bytes into frames. Runs on the connection's event loop.
 *
 * <p>A frame that came whole is passed on as a view of what was read. One that takes several reads
 * gets a buffer of its own, into which {@link FrameBuffers} lets the socket write directly. Paused,
 * it keeps what was read already and passes nothing on.
 */
final class FrameReceiver extends ChannelInboundHandlerAdapter {

    private static final int LENGTH_BYTES = 4;

    /** A view this small would keep a whole read buffer alive: it is copied instead. */
    private static final int COPIED_BYTES_MAX = 1024;

    /** A length alone, with nothing behind it, may not make us set aside more than this. */
    private static final int TRUSTED_BYTES_MAX = 1 << 20;

    private final int frameBytesMax;
    private final ArrayDeque<ByteBuf> unread = new ArrayDeque<>();
    private int lengthBytesRead;
    private int length;
    private @Nullable ByteBuf partial;
    private boolean paused;
    private boolean broken;

    FrameReceiver(int frameBytesMax) {
        this.frameBytesMax = frameBytesMax;
    }

    /** Where the socket's next bytes belong if a frame is half there, else null. */
    @Nullable ByteBuf partial() {
        return partial;
    }

    void pause(ChannelHandlerContext connection) {
        paused = true;
        connection.channel().config().setAutoRead(false);
    }

    void resume(ChannelHandlerContext connection) {
        paused = false;
        ChannelHandlerContext ctx = connection.pipeline().context(this);
        if (ctx == null) {
            return;
        }
        while (!paused && !unread.isEmpty()) {
            consume(ctx, unread.remove());
        }
        if (!paused) {
            connection.channel().config().setAutoRead(true);
        }
    }

    boolean isPaused() {
        return paused;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        var read = (ByteBuf) message;
        ByteBuf frame = partial;
        if (read == frame) {
            // FrameBuffers counted the frame once more for this read.
            read.release();
            completeIfFull(ctx, frame);
        } else if (paused || !unread.isEmpty()) {
            unread.add(read);
        } else {
            consume(ctx, read);
        }
    }

    private void consume(ChannelHandlerContext ctx, ByteBuf read) {
        while (read.isReadable() && !broken && ctx.channel().isActive()) {
            if (paused) {
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

    /** The length is known and {@code read} holds the first byte of the body or more. */
    private void begin(ChannelHandlerContext ctx, ByteBuf read) {
        if (read.readableBytes() < length) {
            partial = ctx.alloc().directBuffer(Math.min(length, TRUSTED_BYTES_MAX), length);
        } else if (length <= COPIED_BYTES_MAX) {
            ByteBuf copy = ctx.alloc().directBuffer(length, length);
            passOn(ctx, copy.writeBytes(read, length));
        } else {
            passOn(ctx, read.readRetainedSlice(length));
        }
    }

    private void completeIfFull(ChannelHandlerContext ctx, ByteBuf frame) {
        if (frame.writerIndex() == length) {
            partial = null;
            passOn(ctx, frame);
        } else if (!frame.isWritable()) {
            frame.capacity((int) Math.min(length, 2L * frame.capacity()));
        }
    }

    private void passOn(ChannelHandlerContext ctx, ByteBuf frame) {
        lengthBytesRead = 0;
        length = 0;
        ctx.fireChannelRead(frame);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        if (partial != null) {
            partial.release();
            partial = null;
        }
        unread.forEach(ByteBuf::release);
        unread.clear();
    }

    /** For {@link FrameBuffers}: the buffer for the socket's next read. */
    ByteBuf bufferForRead(ByteBufAllocator allocator, int usualBytes) {
        ByteBuf frame = partial;
        return frame != null && frame.isWritable()
                ? frame.retain()
                : allocator.ioBuffer(usualBytes);
    }
}
