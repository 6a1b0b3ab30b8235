package io.oxbow.broker.network;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.timeout.IdleStateHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.GlobalEventExecutor;
import io.oxbow.broker.processor.ProcessorThreads;
import io.oxbow.s3stream.env.Component;
import io.oxbow.s3stream.env.Environment;
import io.oxbow.s3stream.env.Policy;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.apache.kafka.common.protocol.ApiKeys;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Accepts connections of Kafka clients and has their requests served by handlers. In this order:
 * {@link #bind}, which takes the ports (so that they can be advertised) and lets clients wait;
 * {@link #start}, which serves them; {@link #drain}; {@link #close}.
 */
public final class NetworkServer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(NetworkServer.class);
    private static final int BACKLOG = 1024;

    private final NetworkConfig config;
    private final Component health;
    private final ThreadFactory taskThreads;
    private final ProcessorThreads processor;
    private final MemoryRelief relief;
    private final EventLoopGroup acceptors;
    private final EventLoopGroup eventLoops;
    private final ChannelGroup connections =
            new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, true);
    private final List<Channel> serverChannels = new ArrayList<>();
    private final List<Listener> listeners = new ArrayList<>();
    private volatile @Nullable ServedApis apis;

    private NetworkServer(NetworkConfig config, Environment environment) {
        this.config = config;
        health = environment.health().essential("network", Policy.RETRY);
        taskThreads = environment.threads();
        processor =
                ProcessorThreads.ofProcessors(
                        "kafka-work", cause -> health.unexpected("a call's work", cause));
        relief = new MemoryRelief(config.memory(), this::open);
        IoHandlerFactory io =
                Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
        acceptors = new MultiThreadIoEventLoopGroup(1, threads("kafka-acceptor"), io);
        eventLoops =
                new MultiThreadIoEventLoopGroup(config.eventLoops(), threads("kafka-network"), io);
    }

    /** Returns the budgets for what clients make the node hold. */
    public ClientMemory memory() {
        return config.memory();
    }

    private static ThreadFactory threads(String name) {
        return new DefaultThreadFactory(name, true);
    }

    /** Loads the transport's native library, which {@link #bind} would do otherwise. */
    public static void loadTransport() {
        Epoll.isAvailable();
    }

    /** Binds the ports; nothing is served before {@link #start}. */
    public static NetworkServer bind(NetworkConfig config, Environment environment) {
        var server = new NetworkServer(config, environment);
        try {
            config.listeners().forEach(server::bind);
            return server;
        } catch (Throwable e) {
            server.close();
            throw e;
        }
    }

    private void bind(Listener listener) {
        Class<? extends ServerChannel> type =
                Epoll.isAvailable() ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
        var bootstrap =
                new ServerBootstrap()
                        .group(acceptors, eventLoops)
                        .channel(type)
                        .option(ChannelOption.SO_BACKLOG, BACKLOG)
                        .option(ChannelOption.SO_REUSEADDR, true)
                        .option(ChannelOption.AUTO_READ, false)
                        .option(ChannelOption.SO_RCVBUF, size(config.buffers().receiveBytes()))
                        .childOption(ChannelOption.SO_SNDBUF, size(config.buffers().sendBytes()))
                        .childOption(ChannelOption.TCP_NODELAY, true)
                        .childOption(ChannelOption.SO_KEEPALIVE, true)
                        .childHandler(
                                new ChannelInitializer<Channel>() {
                                    @Override
                                    protected void initChannel(Channel channel) {
                                        acceptLoudly(channel, listener);
                                    }
                                });
        var bound = bootstrap.bind(listener.host(), listener.port()).awaitUninterruptibly();
        Throwable failure = bound.cause();
        if (failure != null) {
            throw new IllegalStateException(
                    "cannot listen on listeners=%s: %s".formatted(listener, failure.getMessage()),
                    failure);
        }
        serverChannels.add(bound.channel());
        int port = ((InetSocketAddress) bound.channel().localAddress()).getPort();
        listeners.add(listener.withPort(port));
    }

    /**
     * Returns a socket option's value; null, which leaves the option as it is, for the system's
     * own.
     */
    private static @Nullable Integer size(int bytes) {
        return bytes == NetworkConfig.SocketBuffers.SYSTEM ? null : bytes;
    }

    /** Netty would close the connection and keep the exception to its own log. */
    private void acceptLoudly(Channel channel, Listener listener) {
        try {
            accept(channel, listener);
        } catch (Throwable e) {
            channel.close();
            health.unexpected("a new connection", e);
        }
    }

    private void accept(Channel channel, Listener listener) {
        ServedApis served = apis;
        if (served == null || connections.size() >= config.connectionsMax()) {
            LOG.warn("refusing {}: too many connections", channel.remoteAddress());
            channel.close();
            return;
        }
        ConnectionMemory memory = config.memory().ofConnection();
        var receiver =
                new FrameReceiver(
                        frameBytesMax(), memory.requests(), config.memory().leftByUnfinished());
        var decoder =
                new RequestDecoder(
                        listener,
                        channel.id().asShortText(),
                        (InetSocketAddress) channel.remoteAddress(),
                        config.memory());
        channel.config().setRecvByteBufAllocator(new FrameBuffers(receiver));
        channel.pipeline()
                .addLast(
                        new IdleStateHandler(
                                0, 0, config.idleMax().toMillis(), TimeUnit.MILLISECONDS))
                .addLast(receiver)
                .addLast(
                        new Connection(
                                served,
                                decoder,
                                receiver,
                                new CallThreads(
                                        taskThreads,
                                        health,
                                        channel.id().asShortText(),
                                        processor,
                                        channel::close),
                                memory,
                                config.window()));
        connections.add(channel);
    }

    /** A listener that was closed by anything but {@link #drain} takes no clients. */
    private @Nullable String impediment() {
        for (Channel channel : serverChannels) {
            if (!channel.isActive()) {
                return channel + " is closed";
            }
        }
        return null;
    }

    /** Returns the length from which a frame is refused, as there could never be memory for it. */
    private int frameBytesMax() {
        return (int) Math.min(config.requestBytesMax(), config.memory().frameBytesMax());
    }

    private List<Connection> open() {
        return connections.stream()
                .map(channel -> channel.pipeline().get(Connection.class))
                .filter(Objects::nonNull)
                .toList();
    }

    /** Returns the threads for clients' work that keeps a processor busy. */
    public ProcessorThreads processor() {
        return processor;
    }

    /** Open connections. */
    public int connections() {
        return connections.size();
    }

    /** Replies that could not be encoded in their request's version, each a bug. */
    public long unencodableReplies() {
        ServedApis served = apis;
        return served == null ? 0 : served.unencodable().sum();
    }

    /** Shows the counts of each API that is served. */
    public void forEachStats(BiConsumer<ApiKeys, RequestStats> reader) {
        ServedApis served = apis;
        if (served != null) {
            served.forEachStats(reader);
        }
    }

    /** Connections closed because memory for clients was short. */
    public long connectionsClosedForMemory() {
        return relief.closed();
    }

    /** The listeners with the ports they have. */
    public List<Listener> listeners() {
        return List.copyOf(listeners);
    }

    /** Accepts connections; every API that no handler names stays unknown. */
    public void start(Collection<ApiHandler> handlers, FeaturesView features) {
        apis = new ServedApis(handlers, features);
        serverChannels.forEach(channel -> channel.config().setAutoRead(true));
        var unused =
                acceptors.scheduleWithFixedDelay(
                        health.task(relief::run),
                        MemoryRelief.INTERVAL_MILLIS,
                        MemoryRelief.INTERVAL_MILLIS,
                        TimeUnit.MILLISECONDS);
        health.running();
        health.watch(this::impediment);
        LOG.debug("serving {}", listeners);
    }

    /**
     * Stops accepting and reading; returns when the calls under way have been answered, or after
     * {@code limit}.
     *
     * @return whether all of it was answered
     */
    public boolean drain(Duration limit) {
        health.stopped();
        serverChannels.forEach(channel -> channel.close().awaitUninterruptibly());
        List<Channel> open = List.copyOf(connections);
        var idle = new CountDownLatch(open.size());
        for (Channel channel : open) {
            Connection connection = channel.pipeline().get(Connection.class);
            if (connection == null) {
                idle.countDown();
            } else {
                channel.eventLoop().execute(() -> connection.drain(idle::countDown));
            }
        }
        try {
            return idle.await(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Closes all connections at once. */
    @Override
    public void close() {
        health.stopped();
        serverChannels.forEach(channel -> channel.close().awaitUninterruptibly());
        connections.close().awaitUninterruptibly();
        eventLoops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
        processor.close();
        acceptors.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }
}
