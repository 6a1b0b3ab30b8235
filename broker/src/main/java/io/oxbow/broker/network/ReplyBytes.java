package io.oxbow.broker.network;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.network.Send;
import org.apache.kafka.common.network.TransferableChannel;
import org.jspecify.annotations.Nullable;

/**
 * Turns Kafka's {@link Send} into Netty buffers. Large pieces (a fetch's record batches) are
 * wrapped where they lie; small ones are gathered, since one more entry in a gathering write costs
 * more than copying them.
 */
final class ReplyBytes implements TransferableChannel {

    private static final int GATHERED_BYTES_MAX = 2 << 10;
    private static final int CHUNK_BYTES = 16 << 10;

    private final ByteBufAllocator allocator;
    private final List<ByteBuf> buffers = new ArrayList<>(4);
    private @Nullable ByteBuf chunk;

    private ReplyBytes(ByteBufAllocator allocator) {
        this.allocator = allocator;
    }

    /**
     * Returns the reply's bytes in order, in at least one buffer; the caller releases each of them.
     */
    static List<ByteBuf> of(Send send, ByteBufAllocator allocator) {
        var channel = new ReplyBytes(allocator);
        try {
            while (!send.completed()) {
                send.writeTo(channel);
            }
            return channel.buffers;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public int write(ByteBuffer source) {
        int size = source.remaining();
        if (size <= GATHERED_BYTES_MAX) {
            gather(source);
        } else {
            buffers.add(Unpooled.wrappedBuffer(source)); // a view of its own
            chunk = null;
            source.position(source.limit());
        }
        return size;
    }

    private void gather(ByteBuffer source) {
        ByteBuf current = chunk;
        if (current == null || current.maxWritableBytes() < source.remaining()) {
            current = allocator.directBuffer(source.remaining(), CHUNK_BYTES);
            chunk = current;
            buffers.add(current);
        }
        current.writeBytes(source);
    }

    @Override
    public long write(ByteBuffer[] sources, int from, int count) {
        long size = 0;
        for (int i = from; i < from + count; i++) {
            size += write(sources[i]);
        }
        return size;
    }

    @Override
    public long write(ByteBuffer[] sources) {
        return write(sources, 0, sources.length);
    }

    @Override
    public boolean hasPendingWrites() {
        return false;
    }

    @Override
    public long transferFrom(FileChannel file, long position, long count) {
        throw new UnsupportedOperationException("replies come from memory");
    }

    @Override
    public boolean isOpen() {
        return true;
    }

    @Override
    public void close() {}
}
