package io.oxbow.s3stream.store.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.oxbow.s3stream.env.Environment;
import io.oxbow.s3stream.store.ObjectStore;
import io.oxbow.s3stream.store.ObjectStore.CreateResult;
import io.oxbow.s3stream.store.ObjectStore.DeleteResult;
import io.oxbow.s3stream.store.ObjectStore.GetResult;
import io.oxbow.s3stream.store.ObjectStore.ListResult;
import io.oxbow.s3stream.store.ObjectStore.PutResult;
import io.oxbow.s3stream.store.StoreMetrics;
import io.oxbow.s3stream.store.StoreOptions;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests the results that the store concludes from a server's answers. */
class S3ObjectStoreTest {

    private final ScriptedHttp http = new ScriptedHttp();
    private final SleepingClock clock = new SleepingClock();
    private final List<Duration> slept = clock.slept;
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final ObjectStore store = store("https://s3.test");

    private ObjectStore store(String endpoint) {
        return store(endpoint, Map.of());
    }

    private ObjectStore store(String endpoint, Map<String, String> more) {
        var options = new HashMap<>(more);
        options.put(S3Options.ENDPOINT, endpoint);
        options.put(S3Options.ACCESS_KEY_ID, "id");
        options.put(S3Options.SECRET_ACCESS_KEY, "secret");
        options.putIfAbsent(S3Options.RETRIES, "4");
        options.putIfAbsent(S3Options.PART_SIZE, String.valueOf(16 << 20));
        S3Config config = S3Config.of("bucket", StoreOptions.of(options));
        return new S3ObjectStore(
                config,
                S3Clients.create(config, http),
                new Environment(clock, Thread::new, Thread::new, new Random(1)),
                StoreMetrics.in(meters));
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
                "<DeleteResult><Error><Key>b</Key><Code>AccessDenied</Code>"
                        + "<Message>m</Message></Error></DeleteResult>");
        assertThat(store.delete(List.of("a", "b")))
                .isInstanceOfSatisfying(
                        DeleteResult.Unknown.class,
                        unknown -> assertThat(unknown.cause()).hasMessageContaining("delete of b"));
    }

    @Test
    void aDeleteThatSomeKeysWereTooBusyForIsRepeated() {
        http.answer(
                200,
                "<DeleteResult><Error><Key>b</Key><Code>SlowDown</Code>"
                        + "<Message>m</Message></Error></DeleteResult>");
        http.answer(200, "<DeleteResult/>");
        assertThat(store.delete(List.of("a", "b"))).isEqualTo(new DeleteResult.Done());
        assertThat(http.isDone()).isTrue();
        assertThat(counted("oxbow.store.requests", "outcome", "throttled")).isEqualTo(1);
    }

    @Test
    void aStoreThatIsBusyHalfOfTheTimeIsWaitedForHoweverLongItLasts() {
        for (int i = 0; i < 1000; i++) {
            http.error(503, "SlowDown").error(503, "SlowDown").answer(200, "");
            assertThat(store.head("k")).isInstanceOf(ObjectStore.HeadResult.Found.class);
        }
        assertThat(http.isDone()).isTrue();
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
        http.answer(200, this::markOfTheUpload, "");
        assertThat(store.put("k", twoParts())).isEqualTo(new PutResult.Done());
        assertThat(http.isDone()).isTrue();
    }

    private Map<String, String> markOfTheUpload() {
        String name = "x-amz-meta-oxbow-upload";
        return Map.of(name, http.requests.getFirst().firstMatchingHeader(name).orElseThrow());
    }

    @Test
    void anotherObjectOfTheSameKeyAndSizeIsNotTakenForTheUpload() {
        http.answer(200, BEGUN).answer(200, "").answer(200, "").breakConnection();
        http.error(404, "NoSuchUpload");
        http.answer(200, Map.of("Content-Length", String.valueOf((16 << 20) + 1)), "");
        assertThat(store.put("k", twoParts())).isInstanceOf(PutResult.Unknown.class);
        assertThat(http.isDone()).isTrue();
    }

    @Test
    void anUploadThatTheStoreLostBeginsAnew() {
        http.answer(200, BEGUN).answer(200, "").error(404, "NoSuchUpload");
        http.answer(200, BEGUN.replace("u1", "u2")).answer(200, "").answer(200, "");
        http.answer(200, "<CompleteMultipartUploadResult/>");
        assertThat(store.put("k", twoParts())).isEqualTo(new PutResult.Done());
        assertThat(methods()).last().asString().startsWith("POST").contains("u2");
        assertThat(http.isDone()).isTrue();
    }

    @Test
    void anUploadThatTheStoreLosesAgainAndAgainIsGivenUp() {
        for (int i = 0; i < 3; i++) {
            http.answer(200, BEGUN).error(404, "NoSuchUpload");
        }
        assertThat(store.put("k", twoParts())).isInstanceOf(PutResult.NotApplied.class);
        assertThat(http.isDone()).isTrue();
    }

    @Test
    void anErrorInTheBodyOfASuccessfulCompletionIsNoSuccess() {
        http.answer(200, BEGUN).answer(200, "").answer(200, "");
        http.answer(200, "<Error><Code>InternalError</Code><Message>m</Message></Error>");
        http.answer(200, "<CompleteMultipartUploadResult/>");
        assertThat(store.put("k", twoParts())).isEqualTo(new PutResult.Done());
        assertThat(http.isDone()).isTrue();
    }

    @Test
    void aPartThatGotNoAnswerIsSentAgain() {
        http.answer(200, BEGUN).breakConnection().error(503, "SlowDown").answer(200, "");
        http.answer(200, "").answer(200, "<CompleteMultipartUploadResult/>");
        assertThat(store.put("k", twoParts())).isEqualTo(new PutResult.Done());
        assertThat(slept).hasSize(2);
        assertThat(counted("oxbow.store.requests", "operation", "upload_part")).isEqualTo(4);
        assertThat(counted("oxbow.store.retries", "operation", "upload_part")).isEqualTo(2);
        assertThat(counted("oxbow.store.bytes", "operation", "upload_part"))
                .isEqualTo((16 << 20) + 1);
    }

    @Test
    void oldUploadsBelowAPrefixAreAborted() {
        clock.wallMillis = Instant.parse("2026-03-03T00:00:00Z").toEpochMilli();
        http.answer(
                200,
                "<ListMultipartUploadsResult><IsTruncated>true</IsTruncated>"
                        + upload("line/a", "old", "2026-03-01T00:00:00.000Z")
                        + "</ListMultipartUploadsResult>");
        http.answer(204, "");
        http.answer(
                200,
                "<ListMultipartUploadsResult><IsTruncated>false</IsTruncated>"
                        + upload("line/b", "new", "2026-03-02T23:00:00.000Z")
                        + "</ListMultipartUploadsResult>");
        assertThat(store.under("line").abandonUploads("", Duration.ofDays(1)))
                .isEqualTo(new DeleteResult.Done());
        assertThat(http.isDone()).isTrue();
        assertThat(methods().get(0)).contains("prefix=[line/]");
        assertThat(methods().get(1)).startsWith("DELETE").contains("old");
        assertThat(methods().get(2)).contains("key-marker=[line/a]", "upload-id-marker=[old]");
    }

    private static String upload(String key, String id, String initiated) {
        return "<Upload><Key>%s</Key><UploadId>%s</UploadId><Initiated>%s</Initiated></Upload>"
                .formatted(key, id, initiated);
    }

    @Test
    void anEmptyPageThatIsNotTheLastIsNotTheEnd() {
        http.answer(
                200,
                "<ListBucketResult><IsTruncated>true</IsTruncated>"
                        + "<NextContinuationToken>t1</NextContinuationToken></ListBucketResult>");
        http.answer(
                200,
                "<ListBucketResult><IsTruncated>false</IsTruncated><Contents><Key>p/1</Key>"
                        + "<Size>3</Size></Contents></ListBucketResult>");
        assertThat(store.list("p/", "", 10))
                .isEqualTo(new ListResult.Listed(List.of(new ObjectStore.ObjectSummary("p/1", 3))));
        assertThat(methods().get(1)).contains("continuation-token=[t1]");
    }

    @Test
    void aPageThatSaysNeitherMoreNorEndIsNoListing() {
        http.answer(200, "<ListBucketResult><IsTruncated>true</IsTruncated></ListBucketResult>");
        assertThat(store.list("p/", "", 10)).isInstanceOf(ListResult.Unavailable.class);
    }

    @Test
    void waitsGrowAndStayWithinTheCallsTime() {
        var patient =
                store(
                        "https://s3.test",
                        Map.of(
                                S3Options.RETRIES, "1000",
                                S3Options.CALL_TIMEOUT, "20000",
                                S3Options.RETRY_WAIT_MAX, "4000"));
        for (int i = 0; i < 100; i++) {
            http.error(503, "SlowDown");
        }
        assertThat(patient.head("k")).isInstanceOf(ObjectStore.HeadResult.Unavailable.class);
        assertThat(slept.getFirst()).isBetween(Duration.ofMillis(25), Duration.ofMillis(50));
        assertThat(slept.getLast()).isBetween(Duration.ofSeconds(2), Duration.ofSeconds(4));
        assertThat(slept.stream().reduce(Duration.ZERO, Duration::plus))
                .isBetween(Duration.ofSeconds(14), Duration.ofSeconds(20));
    }

    @Test
    void whenEverythingFailsTheBudgetEndsTheRepeating() {
        for (int i = 0; i < 1000; i++) {
            http.breakConnection();
        }
        for (int call = 0; call < 100; call++) {
            store.head("k");
        }
        // 500 tokens at 10 a piece: 50 repetitions beside the 100 first attempts.
        assertThat(http.requests).hasSize(150);
        assertThat(counted("oxbow.store.retries.refused", "operation", "head")).isPositive();
        assertThat(counted("oxbow.store.requests", "outcome", "no_answer")).isEqualTo(150);
    }

    @Test
    void answersFillTheBudgetAgain() {
        whenEverythingFailsTheBudgetEndsTheRepeating();
        while (!http.isDone()) {
            store.head("k");
        }
        for (int i = 0; i < 40; i++) {
            http.answer(200, "");
            store.head("k");
        }
        http.requests.clear();
        http.breakConnection().answer(200, "");
        assertThat(store.head("k")).isInstanceOf(ObjectStore.HeadResult.Found.class);
        assertThat(http.requests).hasSize(2);
    }

    @ParameterizedTest
    @CsvSource({
        "none,,,",
        "s3,,AES256,",
        "kms,,aws:kms,",
        "kms,key-1,aws:kms,key-1",
        "dsse-kms,key-2,aws:kms:dsse,key-2"
    })
    void everyWayOfWritingAsksForTheEncryption(String type, String key, String with, String id) {
        Map<String, String> options = new HashMap<>(Map.of(S3Options.SSE_TYPE, type));
        if (key != null) {
            options.put(S3Options.SSE_KEY, key);
        }
        var encrypted = store("https://s3.test", options);
        http.answer(200, "").answer(200, "").answer(200, BEGUN).error(403, "AccessDenied");
        http.answer(204, "");
        encrypted.put("k", body("x"));
        encrypted.putIfAbsent("k", body("x"));
        encrypted.put("k", twoParts());
        assertThat(http.requests.subList(0, 3))
                .allSatisfy(request -> {
                    assertThat(request.firstMatchingHeader("x-amz-server-side-encryption"))
                            .isEqualTo(Optional.ofNullable(with));
                    assertThat(
                                    request.firstMatchingHeader(
                                            "x-amz-server-side-encryption-aws-kms-key-id"))
                            .isEqualTo(Optional.ofNullable(id));
                });
    }

    @ParameterizedTest
    @CsvSource({"md5,JfnnlDI7RTiF9RgfG2JNCw==", "none,"})
    void theChecksumThatOldStoresRefuseCanBeLeftOut(String checksum, String md5) {
        var old = store("https://s3.test", Map.of(S3Options.CHECKSUM, checksum));
        http.answer(200, "").answer(200, "").answer(200, "<DeleteResult/>");
        old.put("k", body("123456789"));
        old.putIfAbsent("k", body("123456789"));
        old.delete(List.of("k"));
        assertThat(http.requests.subList(0, 2))
                .allSatisfy(request -> {
                    assertThat(request.headers().keySet())
                            .noneMatch(name -> name.toLowerCase(Locale.ROOT).contains("crc"));
                    assertThat(request.firstMatchingHeader("Content-MD5"))
                            .isEqualTo(Optional.ofNullable(md5));
                });
        assertThat(http.requests.get(2).firstMatchingHeader("Content-MD5")).isPresent();
    }

    @Test
    void aSessionTokenGoesAlong() {
        var withToken = store("https://s3.test", Map.of(S3Options.SESSION_TOKEN, "t0ken"));
        http.answer(200, "");
        withToken.head("k");
        assertThat(http.requests.getFirst().firstMatchingHeader("x-amz-security-token"))
                .hasValue("t0ken");
    }

    @Test
    void requestsAreCountedByOperationAndOutcome() {
        http.answer(200, "").error(412, "PreconditionFailed").error(503, "SlowDown");
        http.answer(200, "12345").error(404, "NoSuchKey");
        store.put("k", body("123"));
        store.putIfAbsent("k", body("123"));
        store.get("k");
        store.get("k", 3, 5);
        assertThat(counted("oxbow.store.requests", "operation", "put", "outcome", "ok"))
                .isEqualTo(1);
        assertThat(counted("oxbow.store.requests", "operation", "create", "outcome", "exists"))
                .isEqualTo(1);
        assertThat(counted("oxbow.store.requests", "operation", "get", "outcome", "throttled"))
                .isEqualTo(1);
        assertThat(counted("oxbow.store.requests", "operation", "range", "outcome", "not_found"))
                .isEqualTo(1);
        assertThat(counted("oxbow.store.bytes", "operation", "put")).isEqualTo(3);
        assertThat(counted("oxbow.store.bytes", "operation", "get")).isEqualTo(5);
        assertThat(counted("oxbow.store.bytes", "operation", "create")).isZero();
        assertThat(meters.get("oxbow.store.request").tag("operation", "get").timer().count())
                .isEqualTo(2);
    }

    private double counted(String name, String... tags) {
        return meters.get(name).tags(tags).counters().stream()
                .mapToDouble(counter -> counter.count())
                .sum();
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
        S3Config config = S3Config.of("b", StoreOptions.none());
        assertThat(config.address().endpoint()).isEqualTo(Optional.empty());
        assertThat(config.address().pathStyle()).isFalse();
        assertThat(config.credentials()).isEqualTo(new S3Config.Credentials.Chain());
        assertThat(
                        S3Config.of("b", StoreOptions.of(Map.of(S3Options.ENDPOINT, "http://h:1")))
                                .address()
                                .endpoint())
                .contains(URI.create("http://h:1"));
    }
}
