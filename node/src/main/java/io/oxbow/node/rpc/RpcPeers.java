package io.oxbow.node.rpc;

import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.oxbow.node.config.HostPort;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

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
            return ClientCalls.blockingUnaryCall(
                    channels.computeIfAbsent(endpoint, RpcPeers::open),
                    method.descriptor(),
                    CallOptions.DEFAULT.withDeadlineAfter(
                            method.deadline().toMillis(), TimeUnit.MILLISECONDS),
                    request);
        } catch (StatusRuntimeException e) {
            throw new RpcException("%s to %s: %s".formatted(method, endpoint, e.getStatus()), e);
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
