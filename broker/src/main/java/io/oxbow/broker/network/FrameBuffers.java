package io.oxbow.broker.network;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.ChannelConfig;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.util.UncheckedBooleanSupplier;

/**
 * Chooses the buffer that the socket is read into. It is the frame itself when one is half there,
 * so that large requests aren't copied on their way in; else one sized by recent reads.
 */
final class FrameBuffers implements RecvByteBufAllocator {

    private static final int READ_BYTES_MIN = 2 << 10;
    private static final int READ_BYTES_FIRST = 8 << 10;
    private static final int READ_BYTES_MAX = 256 << 10;

    private final AdaptiveRecvByteBufAllocator usual =
            new AdaptiveRecvByteBufAllocator(READ_BYTES_MIN, READ_BYTES_FIRST, READ_BYTES_MAX);
    private final FrameReceiver receiver;

    FrameBuffers(FrameReceiver receiver) {
        this.receiver = receiver;
    }

    @Override
    public Handle newHandle() {
        return new FrameHandle(receiver, (ExtendedHandle) usual.newHandle());
    }

    private static final class FrameHandle implements ExtendedHandle {

        private final FrameReceiver receiver;
        private final ExtendedHandle usual;

        FrameHandle(FrameReceiver receiver, ExtendedHandle usual) {
            this.receiver = receiver;
            this.usual = usual;
        }

        @Override
        public ByteBuf allocate(ByteBufAllocator allocator) {
            return receiver.bufferForRead(allocator, usual.guess());
        }

        @Override
        public int guess() {
            return usual.guess();
        }

        @Override
        public void reset(ChannelConfig config) {
            usual.reset(config);
        }

        @Override
        public void incMessagesRead(int count) {
            usual.incMessagesRead(count);
        }

        @Override
        public void lastBytesRead(int bytes) {
            usual.lastBytesRead(bytes);
        }

        @Override
        public int lastBytesRead() {
            return usual.lastBytesRead();
        }

        @Override
        public void attemptedBytesRead(int bytes) {
            usual.attemptedBytesRead(bytes);
        }

        @Override
        public int attemptedBytesRead() {
            return usual.attemptedBytesRead();
        }

        @Override
        public boolean continueReading() {
            return usual.continueReading();
        }

        @Override
        public boolean continueReading(UncheckedBooleanSupplier maybeMoreData) {
            return usual.continueReading(maybeMoreData);
        }

        @Override
        public void readComplete() {
            usual.readComplete();
        }
    }
}
