package io.oxbow.node.http;

import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.oxbow.broker.processor.ProcessorThreads;
import io.oxbow.node.config.HostPort;
import io.oxbow.s3stream.env.Component;
import io.oxbow.s3stream.memory.MemoryBudget;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.time.Duration;
import java.util.Collection;
import java.util.function.Consumer;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.NetworkConnector;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.jspecify.annotations.Nullable;

/**
 * The node's HTTP address. It is bound first, so that the address is known to everything that is
 * told it, and served once the routes have something behind them.
 */
public final class HttpListener implements AutoCloseable {

    /** Most connections, of a few KiB each; more wait in the kernel's queue. */
    private static final int CONNECTIONS_MAX = 1_000;

    /** Idle time after which a connection is closed. */
    private static final Duration IDLE = Duration.ofSeconds(30);

    /** Threads for requests with a large body: several, as they wait for logs and the bucket. */
    private static final int HEAVY_THREADS = 4;

    private final ServerSocketChannel socket;
    private final HostPort address;
    private @Nullable Javalin server;
    private @Nullable ProcessorThreads heavy;

    private HttpListener(ServerSocketChannel socket, HostPort address) {
        this.socket = socket;
        this.address = address;
    }

    public static HttpListener bind(HostPort wanted) {
        try {
            var socket = ServerSocketChannel.open();
            try {
                socket.bind(new InetSocketAddress(wanted.host(), wanted.port()));
            } catch (IOException e) {
                socket.close();
                throw new UncheckedIOException(
                        "cannot listen on oxbow.http.listener=%s: %s"
                                .formatted(wanted, e.getMessage()),
                        e);
            }
            return new HttpListener(
                    socket, new HostPort(wanted.host(), socket.socket().getLocalPort()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns the bound address, with the port that was picked. */
    public HostPort address() {
        return address;
    }

    /**
     * Starts to answer requests.
     *
     * @param names of this node beside localhost and IP addresses
     * @param budget of what requests make the node hold, all together
     * @param health tells that requests are answered, and counts those that failed unexpectedly
     */
    public void serve(
            Collection<String> names,
            MemoryBudget budget,
            Component health,
            Consumer<JavalinConfig> routes) {
        var apis = new HttpApis();
        var heavyThreads =
                ProcessorThreads.of(
                        "http-bodies",
                        HEAVY_THREADS,
                        cause -> health.unexpected("a request with a large body", cause));
        heavy = heavyThreads;
        var door = new Door(new KnownHosts(names), apis, budget, heavyThreads, health);
        server =
                Javalin.create(
                                config -> {
                                    config.startup.showJavalinBanner = false;
                                    config.startup.showOldJavalinVersionWarning = false;
                                    config.concurrency.useVirtualThreads = true;
                                    config.jetty.modifyServer(jetty -> {
                                        jetty.setHandler(door);
                                        health.watch(() -> impediment(jetty));
                                        jetty.setErrorHandler(new ErrorPages(apis));
                                        jetty.addBean(
                                                new NetworkConnectionLimit(CONNECTIONS_MAX, jetty));
                                    });
                                    config.jetty.addConnector(
                                            (jetty, http) -> connector(jetty, http));
                                    routes.accept(config);
                                })
                        .start();
        health.running();
    }

    private static @Nullable String impediment(Server jetty) {
        for (Connector connector : jetty.getConnectors()) {
            if (!connector.isRunning() || !((NetworkConnector) connector).isOpen()) {
                return "the address is not listened on any more; start the node again";
            }
        }
        return jetty.isRunning() ? null : "the server is " + jetty.getState();
    }

    private ServerConnector connector(
            Server jetty, org.eclipse.jetty.server.HttpConfiguration http) {
        http.setSendServerVersion(false);
        var connector = new ServerConnector(jetty, 1, 1, new HttpConnectionFactory(http));
        connector.setIdleTimeout(IDLE.toMillis());
        try {
            connector.open(socket);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return connector;
    }

    @Override
    public void close() {
        Javalin running = server;
        if (running != null) {
            running.stop();
        }
        ProcessorThreads started = heavy;
        if (started != null) {
            started.close();
        }
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
