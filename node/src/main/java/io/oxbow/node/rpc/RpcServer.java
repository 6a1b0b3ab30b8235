package io.oxbow.node.rpc;

import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServiceDescriptor;
import io.grpc.Status;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import io.oxbow.node.config.ConfigFailure;
import io.oxbow.node.config.HostPort;
import io.oxbow.node.config.NodeConfigKeys;
import io.oxbow.s3stream.env.Component;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/**
 * Takes the calls of other nodes. The port is bound when this is made; a method is served from when
 * it has a handler.
 */
public final class RpcServer implements AutoCloseable {

    private static final int MESSAGE_BYTES_MAX = 64 << 20;

    private final Map<RpcMethod, UnaryOperator<byte[]>> handlers = new ConcurrentHashMap<>();
    private final Component health;
    private final Server server;
    private final HostPort address;

    private RpcServer(HostPort listener, Component health, ThreadFactory threads) {
        this.health = health;
        var bound = new InetSocketAddress(listener.host(), listener.port());
        if (bound.getAddress() != null && bound.getAddress().isAnyLocalAddress()) {
            throw new ConfigFailure(
                    "%s=%s: other nodes call this host, and would reach themselves by it; name an address of this machine"
                            .formatted(NodeConfigKeys.HTTP_LISTENER, listener.host()));
        }
        var builder =
                NettyServerBuilder.forAddress(bound)
                        .executor(task -> threads.newThread(task).start())
                        .maxInboundMessageSize(MESSAGE_BYTES_MAX)
                        .maxConcurrentCallsPerConnection(callsMax())
                        .permitKeepAliveTime(1, TimeUnit.SECONDS);
        for (RpcMethod method : RpcMethod.values()) {
            builder.addService(service(method));
        }
        try {
            server = builder.build().start();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot listen on " + listener, e);
        }
        address = new HostPort(listener.host(), server.getPort());
        health.running();
    }

    /**
     * Returns the number of calls of all lanes together. No peer may have more under way: their
     * messages are in memory before their lane is asked.
     */
    private static int callsMax() {
        return Arrays.stream(RpcMethod.values()).mapToInt(RpcMethod::callsMax).sum();
    }

    /**
     * Binds the port.
     *
     * @throws ConfigFailure when the host stands for every address, which other nodes cannot call
     */
    public static RpcServer bind(HostPort listener, Component health, ThreadFactory threads) {
        return new RpcServer(listener, health, threads);
    }

    /** Returns the address that other nodes call. */
    public HostPort address() {
        return address;
    }

    /**
     * Serves a method from now on.
     *
     * @param handler may block; called on a thread per call
     */
    public void serve(RpcMethod method, UnaryOperator<byte[]> handler) {
        handlers.put(method, handler);
    }

    private ServerServiceDefinition service(RpcMethod method) {
        var calls = new Semaphore(method.callsMax());
        var descriptor = method.descriptor();
        String service = String.valueOf(descriptor.getServiceName());
        return ServerServiceDefinition.builder(
                        ServiceDescriptor.newBuilder(service).addMethod(descriptor).build())
                .addMethod(
                        descriptor,
                        ServerCalls.asyncUnaryCall(
                                (byte[] request, StreamObserver<byte[]> answer) ->
                                        serve(method, calls, request, answer)))
                .build();
    }

    private void serve(
            RpcMethod method, Semaphore calls, byte[] request, StreamObserver<byte[]> answer) {
        UnaryOperator<byte[]> handler = handlers.get(method);
        if (handler == null) {
            answer.onError(Status.UNAVAILABLE.withDescription("starting").asException());
            return;
        }
        if (!calls.tryAcquire()) {
            answer.onError(Status.RESOURCE_EXHAUSTED.withDescription("busy").asException());
            return;
        }
        try {
            answer.onNext(handler.apply(request));
            answer.onCompleted();
        } catch (Throwable e) {
            health.unexpected(e);
            answer.onError(Status.INTERNAL.withDescription("failed").asException());
        } finally {
            calls.release();
        }
    }

    @Override
    public void close() {
        health.stopped();
        server.shutdownNow();
    }
}
