package io.oxbow.node.process.cluster;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** Passes each connection to another one of several servers, as a load balancer does. */
final class RoundRobinProxy implements AutoCloseable {

    private static final int CONNECT_MILLIS = 1_000;

    private final List<InetSocketAddress> servers;
    private final AtomicInteger next = new AtomicInteger();
    private final ServerSocket listener;

    /**
     * @param servers HOST:PORT of each
     */
    RoundRobinProxy(List<String> servers) throws IOException {
        this.servers = servers.stream().map(RoundRobinProxy::address).toList();
        this.listener = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
    }

    private static InetSocketAddress address(String server) {
        int colon = server.lastIndexOf(':');
        return new InetSocketAddress(
                server.substring(0, colon), Integer.parseInt(server.substring(colon + 1)));
    }

    /** Returns HOST:PORT of the proxy itself. */
    String address() {
        return "127.0.0.1:" + listener.getLocalPort();
    }

    private void accept() {
        try {
            while (true) {
                Socket client = listener.accept();
                Thread.ofVirtual().start(() -> serve(client));
            }
        } catch (IOException e) {
            // closed with the test
        }
    }

    /** Serves a connection by the next server that takes it: a dead one does not. */
    private void serve(Socket client) {
        try (client;
                Socket server = connect()) {
            Thread back = Thread.ofVirtual().start(() -> copy(server, client));
            copy(client, server);
            back.join();
        } catch (IOException e) {
            // the client sees its connection closed
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Socket connect() throws IOException {
        for (int attempt = 1; ; attempt++) {
            var server = new Socket();
            try {
                server.connect(
                        servers.get(Math.floorMod(next.getAndIncrement(), servers.size())),
                        CONNECT_MILLIS);
                return server;
            } catch (IOException e) {
                server.close();
                if (attempt == servers.size()) {
                    throw e;
                }
            }
        }
    }

    private static void copy(Socket from, Socket to) {
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            in.transferTo(out);
            to.shutdownOutput();
        } catch (IOException e) {
            close(from);
            close(to);
        }
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // it is of no use any more
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
