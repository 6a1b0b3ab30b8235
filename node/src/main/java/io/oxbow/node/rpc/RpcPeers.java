package io.oxbow.node.rpc;

import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import io.oxbow.node.config.HostPort;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Calls other nodes, over two connections to each: signs of life do not wait behind requests that
 * are large. Thread-safe.
 */
public final class RpcPeers implements AutoCloseable {

    /** Most bytes of a piece of a request; the server lets in one after the other. */
    static final int PIECE_BYTES_MAX = 64 << 10;

    private static final int ANSWER_BYTES_MAX = 64 << 20;

    /** One of the connections to an endpoint. */
    private record Line(String endpoint, boolean signs) {}

    private final Map<Line, ManagedChannel> channels = new ConcurrentHashMap<>();
    private final RpcTls tls;

    public RpcPeers(RpcTls tls) {
        this.tls = tls;
    }

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
        ManagedChannel channel =
                channels.computeIfAbsent(
                        new Line(endpoint, method.isSign()), line -> open(line.endpoint()));
        // A peer that has been away is tried now, not after the pause that its absence has grown.
        channel.resetConnectBackoff();
        var answer = new CompletableFuture<byte[]>();
        StreamObserver<byte[]> pieces =
                ClientCalls.asyncClientStreamingCall(
                        channel.newCall(
                                method.descriptor(),
                                CallOptions.DEFAULT.withDeadlineAfter(
                                        method.deadline().toMillis(), TimeUnit.MILLISECONDS)),
                        new Answer(answer, "%s to %s".formatted(method, endpoint)));
        for (int from = 0; from < request.length; from += PIECE_BYTES_MAX) {
            int to = Math.min(request.length, from + PIECE_BYTES_MAX);
            pieces.onNext(Arrays.copyOfRange(request, from, to));
        }
        pieces.onCompleted();
        return answer;
    }

    /** Closes the connections to an endpoint that is not called any more; calls there fail. */
    public void forget(String endpoint) {
        for (boolean signs : new boolean[] {true, false}) {
            ManagedChannel channel = channels.remove(new Line(endpoint, signs));
            if (channel != null) {
                channel.shutdownNow();
            }
        }
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

    private ManagedChannel open(String endpoint) {
        HostPort address = HostPort.parse("RPC endpoint", endpoint);
        return tls.secure(
                        NettyChannelBuilder.forAddress(
                                new InetSocketAddress(address.host(), address.port())))
                .directExecutor()
                .maxInboundMessageSize(ANSWER_BYTES_MAX)
                // The least that gRPC takes.
                .keepAliveTime(10, TimeUnit.SECONDS)
                .keepAliveTimeout(2, TimeUnit.SECONDS)
                .idleTimeout(1, TimeUnit.MINUTES)
                .build();
    }

    @Override
    public void close() {
        channels.values().forEach(ManagedChannel::shutdownNow);
        channels.clear();
    }
}
