package io.oxbow.node.rpc;

import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import io.oxbow.node.config.HostPort;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Calls other nodes, over one connection to each. Thread-safe. */
public final class RpcPeers implements AutoCloseable {

    private static final int MESSAGE_BYTES_MAX = 64 << 20;

    private final Map<String, ManagedChannel> channels = new ConcurrentHashMap<>();

    /**
     * Calls a method, and blocks until it is answered, within the method's deadline.
     *
     * @param endpoint HOST:PORT
     * @throws RpcException when no answer came; the call may have been served all the same
     */
    public byte[] call(String endpoint, RpcMethod method, byte[] request) throws RpcException {
        try {
            return send(endpoint, method, request).join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RpcException failure) {
                throw failure;
            }
            throw e;
        }
    }

    /** Calls a method; the answer ends within the method's deadline, or by {@link RpcException}. */
    public CompletableFuture<byte[]> send(String endpoint, RpcMethod method, byte[] request) {
        ManagedChannel channel = channels.computeIfAbsent(endpoint, RpcPeers::open);
        // A peer that has been away is tried now, not after the pause that its absence has grown.
        channel.resetConnectBackoff();
        var answer = new CompletableFuture<byte[]>();
        ClientCalls.asyncUnaryCall(
                channel.newCall(
                        method.descriptor(),
                        CallOptions.DEFAULT.withDeadlineAfter(
                                method.deadline().toMillis(), TimeUnit.MILLISECONDS)),
                request,
                new Answer(answer, "%s to %s".formatted(method, endpoint)));
        return answer;
    }

    /** Passes the answer of a call on. */
    private static final class Answer implements StreamObserver<byte[]> {

        private final CompletableFuture<byte[]> answer;
        private final String call;

        Answer(CompletableFuture<byte[]> answer, String call) {
            this.answer = answer;
            this.call = call;
        }

        @Override
        public void onNext(byte[] value) {
            answer.complete(value);
        }

        @Override
        public void onError(Throwable cause) {
            fail(call + ": " + Status.fromThrowable(cause), cause);
        }

        @Override
        public void onCompleted() {
            fail(call + ": ended without an answer", null);
        }

        private void fail(String message, @Nullable Throwable cause) {
            answer.completeExceptionally(new RpcException(message, cause));
        }
    }

    private static ManagedChannel open(String endpoint) {
        HostPort address = HostPort.parse("RPC endpoint", endpoint);
        return NettyChannelBuilder.forAddress(new InetSocketAddress(address.host(), address.port()))
                .usePlaintext()
                .directExecutor()
                .maxInboundMessageSize(MESSAGE_BYTES_MAX)
                .keepAliveTime(2, TimeUnit.SECONDS)
                .keepAliveTimeout(2, TimeUnit.SECONDS)
                .build();
    }

    @Override
    public void close() {
        channels.values().forEach(ManagedChannel::shutdownNow);
        channels.clear();
    }
}
