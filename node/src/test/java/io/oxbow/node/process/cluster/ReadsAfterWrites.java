package io.oxbow.node.process.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A client of registry and catalog, each request of which may reach another node. It writes, and
 * reads what it wrote as soon as that is answered: whoever answers must show it.
 */
final class ReadsAfterWrites implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(120);

    private final String address;
    private final Duration timeout;
    private final AtomicInteger seen = new AtomicInteger();
    private final AtomicInteger refused = new AtomicInteger();
    private final List<Throwable> failures = Collections.synchronizedList(new ArrayList<>());
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean stopping;

    /** A turn of a client: one write and the read that has to show it. */
    @FunctionalInterface
    private interface Turn {
        void take(int number) throws Exception;
    }

    private ReadsAfterWrites(String address, Duration timeout) {
        this.address = address;
        this.timeout = timeout;
    }

    /**
     * Starts one that only adds: a request that is served long after it was given up does no harm.
     */
    static ReadsAfterWrites thatAdd(String address) {
        var client = new ReadsAfterWrites(address, Duration.ofSeconds(3));
        client.start(client::registerAndLookUp);
        client.start(client::createNamespaceAndLoad);
        return client;
    }

    /** Starts one that changes what is there, too. It gives no request up that a node still has. */
    static ReadsAfterWrites thatChange(String address) {
        var client = new ReadsAfterWrites(address, Duration.ofSeconds(90));
        client.start(client::registerAndLookUp);
        client.start(client::createNamespaceAndLoad);
        client.start(client::changeLevelAndRead);
        client.start(client::setPropertyAndLoad);
        return client;
    }

    private void start(Turn turn) {
        threads.add(
                Thread.ofPlatform()
                        .start(() -> {
                            try {
                                for (int number = 1; !stopping; number++) {
                                    turn.take(number);
                                    seen.incrementAndGet();
                                }
                            } catch (Throwable e) {
                                failures.add(e);
                            }
                        }));
    }

    private void registerAndLookUp(int number) throws Exception {
        String schema =
                """
                {"schema": "{\\"type\\": \\"record\\", \\"name\\": \\"R%d\\", \\"fields\\": []}"}\
                """
                        .formatted(number);
        String path = "/registry/subjects/s" + number + "/versions";
        answered("POST", path, schema, 200);
        assertThat(answered("GET", path + "/latest", null, 200)).contains("R" + number);
    }

    private void changeLevelAndRead(int number) throws Exception {
        String level = number % 2 == 0 ? "FULL" : "NONE";
        answered("PUT", "/registry/config", "{\"compatibility\": \"" + level + "\"}", 200);
        assertThat(answered("GET", "/registry/config", null, 200)).contains(level);
    }

    private void createNamespaceAndLoad(int number) throws Exception {
        String body = "{\"namespace\": [\"n%d\"]}".formatted(number);
        // One of unknown outcome is made again, and is there by then.
        answered("POST", "/iceberg/v1/namespaces", body, 200, 409);
        answered("GET", "/iceberg/v1/namespaces/n" + number, null, 200);
    }

    private void setPropertyAndLoad(int number) throws Exception {
        String path = "/iceberg/v1/namespaces/shared";
        answered("POST", "/iceberg/v1/namespaces", "{\"namespace\": [\"shared\"]}", 200, 409);
        answered(
                "POST",
                path + "/properties",
                "{\"updates\": {\"n\": \"%d\"}}".formatted(number),
                200);
        assertThat(answered("GET", path, null, 200)).contains("\"n\":\"%d\"".formatted(number));
    }

    /** Sends a request until a node has served it; the answer must have one of the given codes. */
    private String answered(String method, String path, @Nullable String body, int... expected)
            throws Exception {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            try {
                HttpResponse<String> answer = send(method, path, body);
                if (answer.statusCode() < 500) {
                    assertThat(expected)
                            .as("%s %s: %s", method, path, answer.body())
                            .contains(answer.statusCode());
                    return answer.body();
                }
                assertThat(System.nanoTime()).as(answer.body()).isLessThan(deadline);
            } catch (IOException e) {
                assertThat(System.nanoTime()).as(e.toString()).isLessThan(deadline);
            }
            refused.incrementAndGet();
            Thread.sleep(20);
        }
    }

    private HttpResponse<String> send(String method, String path, @Nullable String body)
            throws Exception {
        // A client that kept its connection would stay with one node.
        try (var client = HttpClient.newHttpClient()) {
            var request =
                    HttpRequest.newBuilder(URI.create("http://" + address + path)).timeout(timeout);
            if (body == null) {
                request.method(method, HttpRequest.BodyPublishers.noBody());
            } else {
                request.header("Content-Type", "application/json")
                        .method(method, HttpRequest.BodyPublishers.ofString(body));
            }
            return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        }
    }

    /** Waits until as many more writes have been seen by their reads. */
    void awaitMore(int count) throws InterruptedException {
        int wanted = seen.get() + count;
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (seen.get() < wanted) {
            assertThat(failures).isEmpty();
            assertThat(System.nanoTime())
                    .as("%d seen, %d tried again", seen.get(), refused.get())
                    .isLessThan(deadline);
            Thread.sleep(50);
        }
    }

    /** Ends, and fails if a read did not show what was written before. */
    void finish() throws InterruptedException {
        stop();
        assertThat(failures).isEmpty();
        System.out.printf("%d writes seen, %d requests tried again%n", seen.get(), refused.get());
    }

    private void stop() throws InterruptedException {
        stopping = true;
        for (Thread thread : threads) {
            thread.join();
        }
    }

    @Override
    public void close() throws InterruptedException {
        stop();
    }
}
