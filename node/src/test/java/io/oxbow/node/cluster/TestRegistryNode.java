package io.oxbow.node.cluster;

import io.oxbow.node.config.HostPort;
import io.oxbow.node.http.HttpListener;
import io.oxbow.s3stream.env.Environment;
import io.oxbow.s3stream.env.Policy;
import io.oxbow.s3stream.memory.MemoryBudget;
import io.oxbow.s3stream.testkit.FastClock;
import io.oxbow.schema.RegistryRoutes;
import io.oxbow.schema.SchemaLog;
import io.oxbow.schema.SchemaRegistry;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Node of a test that has the registry's door and routes, and believes what it is told. */
final class TestRegistryNode implements AutoCloseable {

    final UUID incarnation = UUID.randomUUID();
    final Place place = new Place();
    final SchemaRegistry registry;
    final RegistryCalls calls = new RegistryCalls(place, new FastClock());
    private final HttpRelay relay = new HttpRelay();
    private final HttpListener listener = HttpListener.bind(new HostPort("127.0.0.1", 0));

    TestRegistryNode(SchemaLog log) {
        registry = SchemaRegistry.open(log);
        listener.serve(
                List.of(),
                new MemoryBudget(64 << 20),
                Environment.system().health().background("http", Policy.RETRY),
                server -> {
                    RegistryRelay.register(server, "/registry", calls, relay, incarnation);
                    RegistryRoutes.register(registry, server, "/registry");
                });
    }

    /** Returns this node as another's seat of the registry. */
    RegistryPlace.Seat.There there() {
        return there(incarnation);
    }

    RegistryPlace.Seat.There there(UUID meant) {
        return new RegistryPlace.Seat.There(7, meant, listener.address().toString(), "");
    }

    HttpResponse<String> send(String method, String path, String body) throws Exception {
        try (var client = HttpClient.newHttpClient()) {
            return client.send(
                    HttpRequest.newBuilder(
                                    URI.create("http://" + listener.address() + "/registry" + path))
                            .method(method, HttpRequest.BodyPublishers.ofString(body))
                            .header("Content-Type", RegistryRoutes.MEDIA_TYPE)
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        }
    }

    String get(String path) throws Exception {
        try (var client = HttpClient.newHttpClient()) {
            return client.send(
                            HttpRequest.newBuilder(
                                            URI.create(
                                                    "http://"
                                                            + listener.address()
                                                            + "/registry"
                                                            + path))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body();
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        relay.close();
    }

    /** Place of the registry, as the test tells the node. */
    final class Place implements RegistryPlace {

        volatile Seat seat = new Seat.Vacant("nobody leads it in this test");

        /** False for a node that was deposed, or cannot tell. */
        volatile boolean confirms = true;

        final AtomicInteger created = new AtomicInteger();

        @Override
        public Seat find() {
            return seat;
        }

        @Override
        public boolean confirm(Duration limit) {
            if (confirms) {
                registry.catchUp();
            }
            return confirms;
        }

        @Override
        public void create() {
            created.incrementAndGet();
            seat = new Seat.Here();
        }
    }

    /** Topic of the registry, which all nodes of a test share. */
    static final class Topic implements SchemaLog {

        private record Entry(byte[] key, byte @Nullable [] value) {}

        private final List<Entry> entries = new ArrayList<>();

        @Override
        public synchronized long append(byte[] key, byte @Nullable [] value) {
            entries.add(new Entry(key, value));
            return entries.size() - 1;
        }

        @Override
        public synchronized long endOffset() {
            return entries.size();
        }

        @Override
        public synchronized long read(long fromOffset, Listener target) {
            for (int i = (int) fromOffset; i < entries.size(); i++) {
                target.record(i, entries.get(i).key(), entries.get(i).value());
            }
            return entries.size();
        }
    }
}
