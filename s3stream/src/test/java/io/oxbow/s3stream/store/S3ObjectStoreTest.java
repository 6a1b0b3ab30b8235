package io.oxbow.s3stream.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.oxbow.s3stream.env.Clock;
import io.oxbow.s3stream.env.Environment;
import io.oxbow.s3stream.store.ObjectStore.CreateResult;
import io.oxbow.s3stream.store.ObjectStore.DeleteResult;
import io.oxbow.s3stream.store.ObjectStore.GetResult;
import io.oxbow.s3stream.store.ObjectStore.ListResult;
import io.oxbow.s3stream.store.ObjectStore.PutResult;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is concluded from a server's answers. */
class S3ObjectStoreTest {

    private final ScriptedHttp http = new ScriptedHttp();
    private final List<Duration> slept = new ArrayList<>();
    private final ObjectStore store = store("https://s3.test");

    private ObjectStore store(String endpoint) {
        var options =
                Map.of(
                        S3Config.ENDPOINT, endpoint,
                        S3Config.ACCESS_KEY_ID, "id",
                        S3Config.SECRET_ACCESS_KEY, "secret");
        S3Config config = S3Config.of("bucket", options);
        return new S3ObjectStore(config, S3Clients.create(config, http), environment());
    }

    private Environment environment() {
        Clock clock =
                new Clock() {
                    @Override
                    public long wallMillis() {
                        return 0;
                    }

                    @Override
                    public long nanoTime() {
                        return 0;
                    }

                    @Override
                    public Cancellable after(Duration delay, Runnable task) {
                        throw new AssertionError("no timers here");
                    }

                    @Override
                    public void sleep(Duration duration) {
                        slept.add(duration);
                    }
                };
        return new Environment(clock, Thread::new, Thread::new, new Random(1));
    }

    private static List<ByteBuffer> body(String text) {
        return List.of(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
    }

    @ParameterizedTest
    @CsvSource({
        "409,ConditionalRequestConflict",
        "500,InternalError",
        "503,SlowDown",
        "504,GatewayTimeout",
        "429,TooManyRequests",
        "400,RequestTimeout"
    })
    void aCreateWithoutADefiniteAnswerIsUnknownAndSentOnce(int status, String code) {
        http.error(status, code);
        assertThat(store.putIfAbsent("k", body("x"))).isInstanceOf(CreateResult.Unknown.class);
        assertThat(http.requests).hasSize(1);
        assertThat(slept).isEmpty();
    }

    @Test
    void aCreateWhoseConnectionBreaksIsUnknownAndSentOnce() {
        http.breakConnection();
        assertThat(store.putIfAbsent("k", body("x"))).isInstanceOf(CreateResult.Unknown.class);
        assertThat(http.requests).hasSize(1);
    }

    @Test
    void aFailedPreconditionOfACreateMeansExists() {
        http.error(412, "PreconditionFailed");
        assertThat(store.putIfAbsent("k", body("x"))).isEqualTo(new CreateResult.Exists());
    }

    @ParameterizedTest
    @CsvSource({"403,AccessDenied", "400,MalformedXML", "404,NoSuchBucket", "501,NotImplemented"})
    void aRefusedCreateIsNotApplied(int status, String code) {
        http.error(status, code);
        assertThat(store.putIfAbsent("k", body("x")))
                .isInstanceOfSatisfying(
                        CreateResult.NotApplied.class,
                        refused ->
                                assertThat(refused.cause())
                                        .hasMessageContaining("s3://bucket/k")
                                        .hasMessageContaining(status + " " + code));
    }

    @Test
    void aCreateCarriesTheConditionAndAChecksumAndNoTrailer() {
        http.answer(200, "");
        assertThat(store.putIfAbsent("k", body("123456789"))).isEqualTo(new CreateResult.Created());
        var request = http.requests.getFirst();
        assertThat(request.firstMatchingHeader("If-None-Match")).hasValue("*");
        // The CRC32C of "123456789" is the well-known e3069283.
        assertThat(request.firstMatchingHeader("x-amz-checksum-crc32c")).hasValue("4waSgw==");
        assertThat(request.firstMatchingHeader("x-amz-trailer")).isEmpty();
        assertThat(http.bodies).containsExactly("123456789");
    }

    @Test
    void overTlsThePayloadIsNotSigned() {
        http.answer(200, "").answer(200, "");
        store.put("k", body("x"));
        store.putIfAbsent("k", body("x"));
        assertThat(http.requests)
                .allSatisfy(request ->
                        assertThat(request.firstMatchingHeader("x-amz-content-sha256"))
                                .hasValue("UNSIGNED-PAYLOAD"));
    }

    @Test
    void aPutIsRepeatedAfterABusyAnswerAndABrokenConnection() {
        http.error(503, "SlowDown").breakConnection().answer(200, "");
        assertThat(store.put("k", body("x"))).isEqualTo(new PutResult.Done());
        assertThat(slept).hasSize(2);
        assertThat(http.bodies).containsExactly("x", "x", "x");
    }

    @Test
    void aPutThatIsNeverAnsweredIsUnknownAfterABoundedNumberOfAttempts() {
        for (int i = 0; i < 5; i++) {
            http.error(500, "InternalError");
        }
        assertThat(store.put("k", body("x"))).isInstanceOf(PutResult.Unknown.class);
        assertThat(http.requests).hasSize(5);
    }

    @Test
    void aPutRefusedAfterAnUnknownAttemptIsUnknown() {
        http.breakConnection().error(403, "AccessDenied");
        assertThat(store.put("k", body("x"))).isInstanceOf(PutResult.Unknown.class);
    }

    @Test
    void aPutRefusedAtOnceIsNotApplied() {
        http.error(403, "AccessDenied");
        assertThat(store.put("k", body("x"))).isInstanceOf(PutResult.NotApplied.class);
        assertThat(http.requests).hasSize(1);
    }

    @Test
    void aBodyThatEndsEarlyIsReadAgain() {
        http.answer(200, Map.of("Content-Length", "10"), "12345").answer(200, "1234567890");
        assertThat(store.get("k")).isEqualTo(new GetResult.Found(body("1234567890").getFirst()));
    }

    @Test
    void aRangeThatTheServerIgnoresIsNotTakenForTheRange() {
        for (int i = 0; i < 5; i++) {
            http.answer(200, "0123456789");
        }
        assertThat(store.get("k", 2, 3)).isInstanceOf(GetResult.Unavailable.class);
        for (int i = 0; i < 5; i++) {
            http.answer(200, "0123456789");
        }
        assertThat(store.get("k", 2, 20)).isInstanceOf(GetResult.Unavailable.class);
    }

    @Test
    void aMissingBucketIsUnavailableNotNotFound() {
        http.error(404, "NoSuchBucket").error(404, "NoSuchKey");
        assertThat(store.get("k")).isInstanceOf(GetResult.Unavailable.class);
        assertThat(store.get("k")).isEqualTo(new GetResult.NotFound());
    }

    @Test
    void aListingThatStaysBusyIsUnavailable() {
        for (int i = 0; i < 5; i++) {
            http.error(503, "SlowDown");
        }
        assertThat(store.list("p/", "", 10)).isInstanceOf(ListResult.Unavailable.class);
    }

    @Test
    void oneKeyThatWasNotDeletedMakesTheDeleteUnknown() {
        http.answer(
                200,
                "<DeleteResult><Error><Key>b</Key><Code>InternalError</Code>"
                        + "<Message>m</Message></Error></DeleteResult>");
        assertThat(store.delete(List.of("a", "b")))
                .isInstanceOfSatisfying(
                        DeleteResult.Unknown.class,
                        unknown -> assertThat(unknown.cause()).hasMessageContaining("delete of b"));
    }

    private static final String BEGUN =
            "<InitiateMultipartUploadResult><UploadId>u1</UploadId></InitiateMultipartUploadResult>";

    private List<ByteBuffer> twoParts() {
        return List.of(ByteBuffer.allocate(16 << 20), ByteBuffer.allocate(1));
    }

    private List<String> methods() {
        return http.requests.stream().map(r -> r.method() + " " + r.rawQueryParameters()).toList();
    }

    @Test
    void anUploadThatFailsBeforeItIsCompletedIsAborted() {
        http.answer(200, BEGUN).answer(200, "").error(403, "AccessDenied").answer(204, "");
        assertThat(store.put("k", twoParts())).isInstanceOf(PutResult.NotApplied.class);
        assertThat(methods()).last().asString().startsWith("DELETE").contains("u1");
    }

    @Test
    void aCompletionWithoutAnAnswerIsNotAborted() {
        http.answer(200, BEGUN).answer(200, "").answer(200, "");
        for (int i = 0; i < 5; i++) {
            http.breakConnection();
        }
        assertThat(store.put("k", twoParts())).isInstanceOf(PutResult.Unknown.class);
        assertThat(methods()).noneMatch(method -> method.startsWith("DELETE"));
        assertThat(http.isDone()).isTrue();
    }

    @Test
    void anUploadThatIsGoneAfterAnUnansweredCompletionWasCompleted() {
        http.answer(200, BEGUN).answer(200, "").answer(200, "").breakConnection();
        http.error(404, "NoSuchUpload");
        http.answer(200, Map.of("Content-Length", String.valueOf((16 << 20) + 1)), "");
        assertThat(store.put("k", twoParts())).isEqualTo(new PutResult.Done());
        assertThat(http.isDone()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"ftp://host", "host:9000", "http:///x", "not a uri"})
    void anEndpointThatIsNoHttpAddressIsRefused(String endpoint) {
        assertThat(
                        org.assertj.core.api.Assertions.catchThrowableOfType(
                                IllegalArgumentException.class, () -> store(endpoint)))
                .hasMessageContaining("s3.endpoint")
                .hasMessageContaining(endpoint);
    }

    @Test
    void endpointsOfTheRegionAreUsedWithoutPathStyle() {
        S3Config config = S3Config.of("b", Map.of());
        assertThat(config.endpoint()).isEqualTo(Optional.empty());
        assertThat(config.pathStyle()).isFalse();
        assertThat(config.credentials()).isEmpty();
        assertThat(S3Config.of("b", Map.of(S3Config.ENDPOINT, "http://h:1")).endpoint())
                .contains(URI.create("http://h:1"));
    }
}
