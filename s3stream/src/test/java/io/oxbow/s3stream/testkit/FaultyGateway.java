package io.oxbow.s3stream.testkit;

import io.oxbow.s3stream.store.s3.S3Options;
import io.oxbow.s3stream.testkit.GatewayFaults.Fault;
import io.oxbow.s3stream.testkit.GatewayFaults.Request;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * HTTP proxy on loopback before a real store, which injects faults into requests and can change
 * them at any time. Which request is spoilt follows from a seed and the order of arrival, so a
 * client that sends one request at a time meets the same faults again.
 *
 * <p>Requests are passed on as they are: their signatures cover the proxy's own host and port,
 * which the store takes for its own. Thread-safe; a thread per connection.
 */
public final class FaultyGateway implements AutoCloseable {

    private final URI store;
    private final ServerSocket listener;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final List<Request> forwarded = new CopyOnWriteArrayList<>();

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    // guarded by lock
    private final SplittableRandom random;
    private final Map<Fault, Integer> befallen = new EnumMap<>(Fault.class);
    private GatewayFaults faults = GatewayFaults.none();
    private boolean closed;

    private FaultyGateway(URI store, ServerSocket listener, long seed) {
        this.store = store;
        this.listener = listener;
        this.random = new SplittableRandom(seed);
    }

    /** Starts a proxy before the store at {@code store}, without faults. */
    public static FaultyGateway start(URI store, long seed) throws IOException {
        var listener = new ServerSocket(0, 512, InetAddress.getLoopbackAddress());
        var gateway = new FaultyGateway(store, listener, seed);
        Thread.ofVirtual().name("faulty-gateway").start(gateway::accept);
        return gateway;
    }

    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + listener.getLocalPort());
    }

    /** Returns the options that reach {@code server} through this gateway. */
    public Map<String, String> options(S3Server server) {
        Map<String, String> options = new HashMap<>(server.options());
        options.put(S3Options.ENDPOINT, endpoint().toString());
        return options;
    }

    /** Sets the faults from now on, and releases requests that were swallowed. */
    public void set(GatewayFaults now) {
        lock.lock();
        try {
            faults = now;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Ends all faults. */
    public void heal() {
        set(GatewayFaults.none());
    }

    /** Returns the number of requests with that fault so far. */
    public int count(Fault fault) {
        lock.lock();
        try {
            return befallen.getOrDefault(fault, 0);
        } finally {
            lock.unlock();
        }
    }

    /** Returns the requests that the store was sent, by the order of arrival. */
    public List<Request> forwarded() {
        return List.copyOf(forwarded);
    }

    private void accept() {
        while (true) {
            try {
                Socket client = listener.accept();
                Thread.ofVirtual()
                        .name("faulty-gateway-connection")
                        .start(() -> new GatewayConnection(this, client).run());
            } catch (SocketException e) {
                return; // closed
            } catch (IOException e) {
                throw new AssertionError("the gateway cannot accept connections", e);
            }
        }
    }

    /** Fate of one request: its fault, if any. */
    record Fate(Optional<Fault> fault, GatewayFaults faults) {}

    Fate fateOf(Request request) {
        lock.lock();
        try {
            Optional<Fault> fault = faults.choose(request, random);
            fault.ifPresent(chosen -> befallen.merge(chosen, 1, Integer::sum));
            return new Fate(fault, faults);
        } finally {
            lock.unlock();
        }
    }

    /** Waits until other faults are set. */
    void awaitChange(GatewayFaults since) throws InterruptedException {
        lock.lock();
        try {
            while (faults == since && !closed) {
                changed.await();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Opens a connection to the store. */
    Socket connect() throws IOException {
        var socket = new Socket(store.getHost(), store.getPort());
        socket.setTcpNoDelay(true);
        return socket;
    }

    void passed(Request request) {
        forwarded.add(request);
    }

    void opened(Socket socket) throws IOException {
        sockets.add(socket);
        if (isClosed()) {
            socket.close();
        }
    }

    void ended(Socket socket) {
        sockets.remove(socket);
    }

    private boolean isClosed() {
        lock.lock();
        try {
            return closed;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() throws IOException {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        listener.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }
}
