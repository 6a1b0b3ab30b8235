package io.oxbow.node.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.javalin.config.JavalinConfig;
import io.javalin.http.HandlerType;
import io.oxbow.catalog.CatalogRoutes;
import io.oxbow.catalog.PointerCatalog;
import io.oxbow.catalog.TablePointers;
import io.oxbow.node.config.HostPort;
import io.oxbow.s3stream.env.ComponentState.Phase;
import io.oxbow.s3stream.env.Environment;
import io.oxbow.s3stream.env.HealthRegistry;
import io.oxbow.s3stream.env.Policy;
import io.oxbow.s3stream.memory.MemoryBudget;
import io.oxbow.schema.RegistryRoutes;
import io.oxbow.schema.SchemaLog;
import io.oxbow.schema.SchemaRegistry;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.OutputFile;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests the door's checks over a socket: the routes of both APIs are behind it. */
class DoorTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String JSON_TYPE = "Content-Type: application/json\r\n";

    private final MemoryBudget budget = new MemoryBudget(8 << 20);
    private final HttpListener listener = HttpListener.bind(new HostPort("127.0.0.1", 0));
    private final HealthRegistry health = Environment.system().health();
    private final List<String> routes = new ArrayList<>();

    @BeforeEach
    void serve() {
        listener.serve(
                List.of("oxbow", "node.example"),
                budget,
                health.background("http", Policy.RETRY),
                this::register);
    }

    @AfterEach
    void stop() {
        listener.close();
    }

    private void register(JavalinConfig config) {
        RegistryRoutes.register(SchemaRegistry.open(new NoLog()), config, "/registry");
        CatalogRoutes.register(
                new PointerCatalog(
                        new PointerCatalog.Settings("oxbow", "file:///none", Map.of()),
                        new NoPointers(),
                        new NoFiles()),
                config,
                new CatalogRoutes.Settings("/iceberg", Map.of()));
        config.routes.get("/health/live", context -> context.json(Map.of("status", "live")));
        config.routes.get("/tables", context -> context.json(List.of()));
        config.routes.post(
                "/health/thread",
                context -> context.json(Map.of("name", Thread.currentThread().getName())));
        config.routes.get(
                "/health/broken",
                context -> {
                    throw new IllegalStateException("injected");
                });
        config.routes.get(
                "/health/broken-by-an-error",
                context -> {
                    throw new LinkageError("injected");
                });
        config.unsafe
                .internalRouter
                .allHttpHandlers()
                .forEach(parsed ->
                        routes.add(
                                parsed.endpoint.method.name()
                                        + " "
                                        + parsed.endpoint.path.replaceAll("[{<][a-z]+[}>]", "x")));
    }

    /** Returns status and body of an answer. */
    private record Answer(int status, String head, String body) {}

    private Answer send(String line, String headers, byte[] body) throws IOException {
        String length = body.length == 0 ? "" : "Content-Length: " + body.length + "\r\n";
        String head = line + " HTTP/1.1\r\n" + headers + length + "Connection: close\r\n\r\n";
        try (var socket = new Socket("127.0.0.1", listener.address().port())) {
            socket.setSoTimeout(60_000);
            OutputStream out = socket.getOutputStream();
            out.write(head.getBytes(StandardCharsets.ISO_8859_1));
            out.write(body);
            out.flush();
            String answer =
                    new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            String[] parts = answer.split("\r\n\r\n", 2);
            int status = Integer.parseInt(parts[0].split(" ")[1]);
            return new Answer(status, parts[0], parts.length > 1 ? parts[1] : "");
        }
    }

    private Answer send(String line, String headers) throws IOException {
        return send(line, headers, new byte[0]);
    }

    private static void isError(Answer answer, int status, String path) throws IOException {
        assertThat(answer.status()).as(path + answer).isEqualTo(status);
        JsonNode body = JSON.readTree(answer.body());
        JsonNode code =
                path.startsWith("/registry")
                        ? body.path("error_code")
                        : path.startsWith("/iceberg")
                                ? body.path("error").path("code")
                                : body.path("status");
        assertThat(code.asInt()).as(path + answer).isEqualTo(status);
    }

    /**
     * The listener closes its connections after the answer, so counts are looked at with patience.
     */
    @ParameterizedTest
    @ValueSource(strings = {"/health/broken", "/health/broken-by-an-error"})
    void aRequestThatFailsUnexpectedlyIsCountedAndOthersAreServed(String path) throws Exception {
        long before = health.failures("http");
        assertThat(send("GET " + path, "Host: localhost\r\n").status()).isEqualTo(500);
        while (health.failures("http") == before) {
            Thread.sleep(5);
        }
        assertThat(send("GET /health/live", "Host: localhost\r\n").status()).isEqualTo(200);
        assertThat(health.report().components())
                .anySatisfy(component -> {
                    assertThat(component.kind()).isEqualTo("http");
                    assertThat(component.phase()).isEqualTo(Phase.RUNNING);
                });
    }

    @Test
    void everyRouteIsBehindTheDoor() throws Exception {
        assertThat(routes).hasSizeGreaterThan(100);
        for (String route : routes) {
            String path = route.substring(route.indexOf(' ') + 1);
            if (route.startsWith(HandlerType.HEAD.name())) {
                continue; // its errors have no body to look at
            }
            isError(send(route, "Host: evil.example\r\n"), 403, path);
            isError(send(route, "Host: oxbow\r\nOrigin: http://evil.example\r\n"), 403, path);
            isError(send(route, "Host: oxbow\r\nOrigin: null\r\n"), 403, path);
            byte[] body = "{}".getBytes(StandardCharsets.UTF_8);
            String text = "Host: oxbow\r\nContent-Type: text/plain\r\n";
            isError(send(route, text, body), 415, path);
            isError(send(route, "Host: oxbow\r\n", body), 415, path);
            isError(
                    send(route, "Host: oxbow\r\n" + JSON_TYPE + "Content-Encoding: gzip\r\n", body),
                    415,
                    path);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "localhost", "LOCALHOST:8181", "127.0.0.1:1", "10.1.2.3", "[::1]:8181",
                "[2001:db8::1]", "oxbow", "Oxbow:8181", "oxbow.", "node.example:80"
            })
    void ownNamesAndAddressesAreServed(String host) throws Exception {
        assertThat(send("GET /health/live", "Host: " + host + "\r\n").status()).isEqualTo(200);
        String origin = "Host: " + host + "\r\nOrigin: http://" + host + "\r\n";
        assertThat(send("GET /registry/subjects", origin).status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "evil.example",
                "oxbow.evil.example",
                "127.0.0.1.evil.example",
                "localhost.evil",
                "2130706433",
                "0x7f.1",
                "127.1",
                "256.1.1.1",
                "xoxbow",
                "127.0.0.1x"
            })
    void otherNamesAreRefused(String host) throws Exception {
        isError(send("GET /tables", "Host: " + host + "\r\n"), 403, "/tables");
        Answer absolute = send("GET http://" + host + "/tables", "Host: localhost\r\n");
        assertThat(absolute.status()).isIn(400, 403);
        isError(
                send("GET /tables", "Host: oxbow\r\nOrigin: https://" + host + ":443\r\n"),
                403,
                "/tables");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/vnd.schemaregistry.v1+json",
                "application/vnd.schemaregistry+json",
                "application/json",
                "Application/JSON; charset=utf-8",
                "application/octet-stream"
            })
    void registryTakesTheTypesThatConfluentsTakes(String type) throws Exception {
        Answer answer =
                send(
                        "POST /registry/compatibility/subjects/s/versions/latest",
                        "Host: localhost\r\nContent-Type: " + type + "\r\n",
                        "{\"schema\":\"\\\"int\\\"\"}".getBytes(StandardCharsets.UTF_8));
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/registry/subjects/s/versions", "/iceberg/v1/namespaces", "/tables"})
    void bodyThatIsTooLargeIsRefusedAndNothingStaysReserved(String path) throws Exception {
        byte[] spaces = new byte[9 << 20];
        Arrays.fill(spaces, (byte) ' ');
        isError(send("POST " + path, "Host: localhost\r\n" + JSON_TYPE, spaces), 413, path);
        for (int i = 0; i < 500 && budget.usedBytes() > 0; i++) {
            Thread.sleep(10);
        }
        assertThat(budget.usedBytes()).isZero();
    }

    /** A client that announces much and sends nothing is not waited for. */
    @Test
    void bodyThatNeverComesIsRefusedByItsLength() throws Exception {
        try (var socket = new Socket("127.0.0.1", listener.address().port())) {
            socket.setSoTimeout(60_000);
            socket.getOutputStream()
                    .write(
                            """
                            POST /iceberg/v1/namespaces HTTP/1.1\r
                            Host: localhost\r
                            Content-Type: application/json\r
                            Content-Length: 1000000000\r
                            \r
                            {\
                            """
                                    .getBytes(StandardCharsets.UTF_8));
            String answer =
                    new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(answer).startsWith("HTTP/1.1 413 ").contains("Connection: close");
        }
        assertThat(budget.usedBytes()).isZero();
    }

    @Test
    void requestsThatDoNotFitTogetherWaitOrAreToldToComeBack() throws Exception {
        byte[] body = new byte[100_000];
        Arrays.fill(body, (byte) ' ');
        List<Callable<Answer>> calls = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            calls.add(() ->
                    send(
                            "POST /registry/subjects/s/versions",
                            "Host: localhost\r\n" + JSON_TYPE,
                            body));
        }
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var answer : threads.invokeAll(calls)) {
                assertThat(answer.get().status()).isIn(400, 422, 503);
            }
        }
        assertThat(send("GET /registry/subjects", "Host: localhost\r\n").status()).isEqualTo(200);
    }

    /** To parse a large body takes long, and a virtual thread would keep others from running. */
    @Test
    void requestWithALargeBodyRunsOnAThreadForThat() throws Exception {
        String headers = "Host: localhost\r\nContent-Type: application/json\r\n";
        String small = send("POST /health/thread", headers, new byte[1_000]).body();
        String large = send("POST /health/thread", headers, new byte[50_000]).body();
        assertThat(small).doesNotContain("http-bodies");
        assertThat(large).contains("http-bodies");
    }

    @Test
    void healthIsAnsweredWhileAllMemoryIsTaken() throws Exception {
        long room = budget.roomBytes();
        assertThat(budget.tryReserve(room)).isTrue();
        assertThat(send("GET /health/live", "Host: localhost\r\n").status()).isEqualTo(200);
        Answer busy = send("GET /registry/subjects", "Host: localhost\r\n");
        isError(busy, 503, "/registry");
        assertThat(busy.head()).containsIgnoringCase("Retry-After: 5");
        budget.release(room);
        assertThat(send("GET /registry/subjects", "Host: localhost\r\n").status()).isEqualTo(200);
    }

    @Test
    void pathThatIsNoUtf8IsAnsweredInTheApisFormat() throws Exception {
        String path = "/registry/%C0%80";
        Answer answer = send("GET " + path, "Host: localhost\r\n");
        assertThat(answer.status()).as(answer.body()).isBetween(400, 499);
        isError(answer, answer.status(), path);
    }

    /** Jetty refuses such a request before its path is known to anybody. */
    @ParameterizedTest
    @ValueSource(strings = {"/registry/%zz", "/iceberg/v1/namespaces/%zz"})
    void malformedEscapeIsRefusedInJson(String path) throws Exception {
        Answer answer = send("GET " + path, "Host: localhost\r\n");
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.head()).contains("application/json");
        assertThat(answer.body()).contains("\"status\":400").contains("\"error\":\"Bad Request\"");
    }

    private static final class NoLog implements SchemaLog {
        @Override
        public long append(byte[] key, byte @Nullable [] value) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long endOffset() {
            return 0;
        }

        @Override
        public long read(long fromOffset, Listener reader) {
            return fromOffset;
        }
    }

    private static final class NoPointers implements TablePointers {
        @Override
        public Optional<Pointer> get(String key) {
            return Optional.empty();
        }

        @Override
        public Map<String, Pointer> list(String prefix) {
            return Map.of();
        }

        @Override
        public Outcome put(String key, long expectedVersion, byte @Nullable [] value) {
            throw new UnsupportedOperationException();
        }
    }

    private static final class NoFiles implements FileIO {
        @Override
        public InputFile newInputFile(String path) {
            throw new UnsupportedOperationException();
        }

        @Override
        public OutputFile newOutputFile(String path) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void deleteFile(String path) {
            throw new UnsupportedOperationException();
        }
    }
}
