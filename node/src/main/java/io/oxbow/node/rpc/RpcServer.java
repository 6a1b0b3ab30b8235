package io.oxbow.node.rpc;

import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServiceDescriptor;
import io.grpc.Status;
import io.grpc.netty.NettyServerBuilder;
import io.oxbow.node.config.ClusterKeys;
import io.oxbow.node.config.ConfigFailure;
import io.oxbow.node.config.HostPort;
import io.oxbow.node.config.NodeConfigKeys;
import io.oxbow.s3stream.env.Component;
import io.oxbow.s3stream.env.Environment;
import io.oxbow.s3stream.memory.MemoryBudget;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * Takes the calls of other nodes. The port is bound when this is made; a method is served from when
 * it has a handler.
 */
public final class RpcServer implements AutoCloseable {

    /** Bytes of one connection that may come before they are asked for. */
    private static final int WINDOW_BYTES = 256 << 10;

    private static final int MEMORY_SHARE = 16;

    /** Least memory for requests under way: room for the largest unit of the metadata log. */
    private static final long MEMORY_BYTES_MIN = 48 << 20;

    private final Map<RpcMethod, UnaryOperator<byte[]>> handlers = new ConcurrentHashMap<>();
    private final MemoryBudget memory;
    private final Component health;
    private final Environment environment;
    private final Server server;
    private final HostPort address;

    private RpcServer(
            HostPort listener,
            RpcTls tls,
            MemoryBudget memory,
            Component health,
            Environment environment) {
        this.memory = memory;
        this.health = health;
        this.environment = environment;
        var bound = new InetSocketAddress(listener.host(), listener.port());
        if (bound.getAddress() != null && bound.getAddress().isAnyLocalAddress()) {
            throw new ConfigFailure(
                    "%s=%s, which is on the host of %s unless it is given: other nodes call this host, and would reach themselves by it; name an address of this machine"
                            .formatted(
                                    ClusterKeys.RPC_LISTENER,
                                    listener,
                                    NodeConfigKeys.HTTP_LISTENER));
        }
        var builder =
                NettyServerBuilder.forAddress(bound)
                        .executor(task -> environment.threads().newThread(task).start())
                        .maxInboundMessageSize(RpcPeers.PIECE_BYTES_MAX)
                        .flowControlWindow(WINDOW_BYTES)
                        .maxConcurrentCallsPerConnection(callsMax())
                        .maxConnectionIdle(5, TimeUnit.MINUTES)
                        .permitKeepAliveTime(1, TimeUnit.SECONDS);
        Arrays.stream(RpcMethod.values())
                .collect(Collectors.groupingBy(method -> service(method.descriptor())))
                .forEach((name, methods) -> builder.addService(service(name, methods)));
        tls.secure(builder);
        try {
            server = builder.build().start();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot listen on " + listener, e);
        }
        address = new HostPort(listener.host(), server.getPort());
        health.running();
    }

    /** Returns the number of calls of all lanes together; no peer can have more under way. */
    private static int callsMax() {
        return Arrays.stream(RpcMethod.values()).mapToInt(RpcMethod::callsMax).sum();
    }

    /**
     * Binds the port.
     *
     * @throws ConfigFailure when the host stands for every address, which other nodes cannot call
     */
    public static RpcServer bind(
            HostPort listener, RpcTls tls, Component health, Environment environment) {
        long heap = Runtime.getRuntime().maxMemory();
        var memory = new MemoryBudget(Math.max(MEMORY_BYTES_MIN, heap / MEMORY_SHARE));
        return bind(listener, tls, memory, health, environment);
    }

    /**
     * Binds the port.
     *
     * @param memory for requests of all connections that are coming in or being served
     */
    static RpcServer bind(
            HostPort listener,
            RpcTls tls,
            MemoryBudget memory,
            Component health,
            Environment environment) {
        return new RpcServer(listener, tls, memory, health, environment);
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

    private static String service(MethodDescriptor<?, ?> method) {
        return String.valueOf(method.getServiceName());
    }

    private ServerServiceDefinition service(String name, List<RpcMethod> methods) {
        var described = ServiceDescriptor.newBuilder(name);
        methods.forEach(method -> described.addMethod(method.descriptor()));
        var service = ServerServiceDefinition.builder(described.build());
        for (RpcMethod method : methods) {
            var lane = new Semaphore(method.callsMax());
            service.addMethod(method.descriptor(), (call, headers) -> take(method, lane, call));
        }
        return service.build();
    }

    private ServerCall.Listener<byte[]> take(
            RpcMethod method, Semaphore lane, ServerCall<byte[], byte[]> call) {
        UnaryOperator<byte[]> handler = handlers.get(method);
        if (handler == null) {
            return IncomingCall.refuse(call, Status.UNAVAILABLE.withDescription("starting"));
        }
        if (!lane.tryAcquire()) {
            return IncomingCall.refuse(call, Status.RESOURCE_EXHAUSTED.withDescription("busy"));
        }
        return new IncomingCall(
                call,
                handler,
                memory,
                method.deadline(),
                environment.clock(),
                lane::release,
                health);
    }

    @Override
    public void close() {
        health.stopped();
        server.shutdownNow();
    }
}
