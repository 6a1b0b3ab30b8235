package io.oxbow.s3stream.store.oss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.oxbow.s3stream.S3StreamException.Retry;
import io.oxbow.s3stream.env.Environment;
import io.oxbow.s3stream.store.ObjectStore;
import io.oxbow.s3stream.store.ObjectStore.CreateResult;
import io.oxbow.s3stream.store.ObjectStore.DeleteResult;
import io.oxbow.s3stream.store.ObjectStore.GetResult;
import io.oxbow.s3stream.store.ObjectStore.HeadResult;
import io.oxbow.s3stream.store.ObjectStore.ListResult;
import io.oxbow.s3stream.store.ObjectStore.PutResult;
import io.oxbow.s3stream.store.ObjectStores;
import io.oxbow.s3stream.store.StoreException;
import io.oxbow.s3stream.store.StoreOptions;
import io.oxbow.s3stream.store.probe.StoreProbe;
import io.oxbow.s3stream.testkit.oss.OssFaults.Fault;
import io.oxbow.s3stream.testkit.oss.OssOperation;
import io.oxbow.s3stream.testkit.oss.OssStandIn;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests OSS's answers to failures, and the results that the store concludes from them. */
@Tag("slow")
class OssObjectStoreTest {

    private final OssStandIn server = OssStandIn.start().createBucket(OssFixture.BUCKET);
    private final ObjectStore store = OssFixture.open(server, Map.of());

    @AfterEach
    void close() {
        store.close();
        server.close();
    }

    private static List<ByteBuffer> body(String text) {
        return List.of(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
    }

    private static GetResult found(String text) {
        return new GetResult.Found(body(text).getFirst());
    }

    private void fail(OssOperation operation, Fault... faults) {
        server.faults().next(operation, faults);
    }

    @Test
    void aCreateIsOneRequestWithTheHeaderThatForbidsOverwriting() {
        store.putIfAbsent("k", body("x"));
        var sent = server.requests(OssOperation.PUT_OBJECT);
        assertThat(sent).hasSize(1);
        assertThat(sent.getFirst().header("x-oss-forbid-overwrite")).isEqualTo("true");
        assertThat(sent.getFirst().header("content-md5")).isNotEmpty();
        assertThat(sent.getFirst().header("if-none-match")).isEmpty();
    }

    @Test
    void aLargeCreateIsStillOneRequest() {
        byte[] large = new byte[(16 << 20) + 1];
        assertThat(store.putIfAbsent("large", List.of(ByteBuffer.wrap(large))))
                .isEqualTo(new CreateResult.Created());
        assertThat(server.requests(OssOperation.PUT_OBJECT)).hasSize(1);
        assertThat(server.requests(OssOperation.INITIATE_MULTIPART_UPLOAD)).isEmpty();
    }

    @Test
    void aCreateWithoutAnAnswerIsUnknownAndNotRepeated() {
        fail(OssOperation.PUT_OBJECT, new Fault.BreakAfter());
        assertThat(store.putIfAbsent("k", body("mine"))).isInstanceOf(CreateResult.Unknown.class);
        assertThat(server.requests(OssOperation.PUT_OBJECT)).hasSize(1);
        assertThat(store.get("k")).isEqualTo(found("mine"));
        assertThat(store.putIfAbsent("k", body("mine"))).isEqualTo(new CreateResult.Exists());
    }

    @ParameterizedTest
    @CsvSource({
        "500,InternalError",
        "503,ServiceUnavailable",
        "503,SlowDown",
        "429,QpsLimitExceeded",
        "409,OperationConflict",
        "400,RequestTimeout",
        "502,''"
    })
    void aCreateThatTheStoreWasTooBusyForIsUnknown(int status, String code) {
        fail(OssOperation.PUT_OBJECT, new Fault.AnswerAfter(status, code));
        assertThat(store.putIfAbsent("k", body("x")))
                .isInstanceOfSatisfying(
                        CreateResult.Unknown.class,
                        unknown -> {
                            assertThat(unknown.cause().retry()).isEqualTo(Retry.UNKNOWN);
                            assertThat(unknown.cause()).hasMessageContaining(status + " " + code);
                        });
        assertThat(server.requests(OssOperation.PUT_OBJECT)).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({"403,AccessDenied", "400,InvalidArgument", "404,NoSuchBucket", "403,UserDisable"})
    void aCreateThatIsRefusedWasNotApplied(int status, String code) {
        fail(OssOperation.PUT_OBJECT, new Fault.Refuse(status, code));
        assertThat(store.putIfAbsent("k", body("x"))).isInstanceOf(CreateResult.NotApplied.class);
        assertThat(store.get("k")).isEqualTo(new GetResult.NotFound());
    }

    @Test
    void aCreateWhoseBytesWereDamagedOnTheWayIsRefusedBeforeItIsStored() {
        fail(OssOperation.PUT_OBJECT, new Fault.DamageRequest());
        assertThat(store.putIfAbsent("k", body("x"))).isInstanceOf(CreateResult.NotApplied.class);
        assertThat(store.get("k")).isEqualTo(new GetResult.NotFound());
    }

    @Test
    void aPutIsRepeatedUntilItIsAnswered() {
        fail(
                OssOperation.PUT_OBJECT,
                new Fault.Refuse(503, "SlowDown"),
                new Fault.BreakBefore(),
                new Fault.BreakAfter());
        assertThat(store.put("k", body("x"))).isEqualTo(new PutResult.Done());
        assertThat(server.requests(OssOperation.PUT_OBJECT)).hasSize(4);
    }

    @Test
    void aPutWhoseBytesWereDamagedOnTheWayIsRepeated() {
        fail(OssOperation.PUT_OBJECT, new Fault.DamageRequest());
        assertThat(store.put("k", body("precious"))).isEqualTo(new PutResult.Done());
        assertThat(store.get("k")).isEqualTo(found("precious"));
    }

    @Test
    void aPutThatIsNeverAnsweredIsUnknownAfterABoundedNumberOfAttempts() {
        Fault[] breaks = new Fault[8];
        Arrays.fill(breaks, new Fault.BreakBefore());
        fail(OssOperation.PUT_OBJECT, breaks);
        assertThat(store.put("k", body("x"))).isInstanceOf(PutResult.Unknown.class);
        assertThat(server.requests(OssOperation.PUT_OBJECT)).hasSize(8);
    }

    @Test
    void aPutThatIsRefusedWasNotAppliedAndIsNotRepeated() {
        fail(OssOperation.PUT_OBJECT, new Fault.Refuse(403, "AccessDenied"));
        assertThat(store.put("k", body("x"))).isInstanceOf(PutResult.NotApplied.class);
        assertThat(server.requests(OssOperation.PUT_OBJECT)).hasSize(1);
    }

    @Test
    void aReadOfDamagedOrCutBytesIsRepeated() {
        store.put("k", body("precious"));
        fail(OssOperation.GET_OBJECT, new Fault.DamageBody(), new Fault.CutBody());
        assertThat(store.get("k")).isEqualTo(found("precious"));
        assertThat(server.requests(OssOperation.GET_OBJECT)).hasSize(3);
    }

    @Test
    void aReadThatTheStoreIsTooBusyForIsUnavailable() {
        store.put("k", body("x"));
        Fault[] busy = new Fault[8];
        Arrays.fill(busy, new Fault.Refuse(503, "SlowDown"));
        fail(OssOperation.GET_OBJECT, busy);
        assertThat(store.get("k"))
                .isInstanceOfSatisfying(
                        GetResult.Unavailable.class,
                        unavailable ->
                                assertThat(unavailable.cause())
                                        .hasMessageContaining("503 SlowDown")
                                        .hasMessageContaining("oss://the-bucket/k"));
    }

    @Test
    void aRangeAsksForTheStandardBehaviour() {
        store.put("r", body("0123456789"));
        assertThat(store.get("r", 8, 5)).isEqualTo(found("89"));
        assertThat(
                        server.requests(OssOperation.GET_OBJECT)
                                .getFirst()
                                .header("x-oss-range-behavior"))
                .isEqualTo("standard");
    }

    @Test
    void aBucketThatIsNotThereIsNoAnswerAboutTheObject() {
        fail(OssOperation.GET_OBJECT, new Fault.Refuse(404, "NoSuchBucket"));
        fail(OssOperation.GET_OBJECT_META, new Fault.Refuse(404, "NoSuchBucket"));
        assertThat(store.get("k")).isInstanceOf(GetResult.Unavailable.class);
        assertThat(store.head("k")).isInstanceOf(HeadResult.Unavailable.class);
        assertThat(store.head("k")).isEqualTo(new HeadResult.NotFound());
    }

    @Test
    void listingAndDeletingAreRepeatedWhenTheStoreIsBusy() {
        store.put("k", body("x"));
        fail(OssOperation.LIST_OBJECTS_V2, new Fault.Refuse(503, "SlowDown"));
        fail(OssOperation.DELETE_MULTIPLE_OBJECTS, new Fault.BreakAfter());
        assertThat(store.list("", "", 10))
                .isEqualTo(new ListResult.Listed(List.of(new ObjectStore.ObjectSummary("k", 1))));
        assertThat(store.delete(List.of("k"))).isEqualTo(new DeleteResult.Done());
        assertThat(server.requests(OssOperation.DELETE_MULTIPLE_OBJECTS)).hasSize(2);
    }

    @Test
    void aDeleteThatIsRefusedIsUnknown() {
        fail(OssOperation.DELETE_MULTIPLE_OBJECTS, new Fault.Refuse(403, "AccessDenied"));
        assertThat(store.delete(List.of("k"))).isInstanceOf(DeleteResult.Unknown.class);
    }

    @Test
    void aLargePutGoesUpInPartsEachOfThemRepeatedByItself() {
        byte[] bytes = new byte[(16 << 20) * 2 + 5];
        new Random(7).nextBytes(bytes);
        fail(OssOperation.UPLOAD_PART, new Fault.BreakBefore(), new Fault.DamageRequest());
        fail(OssOperation.COMPLETE_MULTIPART_UPLOAD, new Fault.Refuse(500, "InternalError"));
        assertThat(store.put("large", List.of(ByteBuffer.wrap(bytes))))
                .isEqualTo(new PutResult.Done());
        assertThat(store.get("large").equals(new GetResult.Found(ByteBuffer.wrap(bytes)))).isTrue();
        assertThat(server.requests(OssOperation.UPLOAD_PART)).hasSize(5);
        assertThat(server.uploadsUnderWay(OssFixture.BUCKET)).isZero();
    }

    @Test
    void aCompletionWhoseAnswerWasLostIsFoundOut() {
        byte[] bytes = new byte[(16 << 20) + 5];
        fail(OssOperation.COMPLETE_MULTIPART_UPLOAD, new Fault.BreakAfter());
        assertThat(store.put("large", List.of(ByteBuffer.wrap(bytes))))
                .isEqualTo(new PutResult.Done());
        assertThat(server.requests(OssOperation.COMPLETE_MULTIPART_UPLOAD)).hasSize(2);
    }

    @Test
    void anUploadThatTheStoreHasLostBeginsAnew() {
        byte[] bytes = new byte[(16 << 20) + 5];
        fail(OssOperation.UPLOAD_PART, new Fault.Refuse(404, "NoSuchUpload"));
        assertThat(store.put("large", List.of(ByteBuffer.wrap(bytes))))
                .isEqualTo(new PutResult.Done());
        assertThat(server.requests(OssOperation.INITIATE_MULTIPART_UPLOAD)).hasSize(2);
    }

    @Test
    void uploadsThatWereLeftBehindAreAbandonedByAgeAndPrefix() {
        var impatient =
                OssFixture.open(server, OssFixture.options(server)); // its budget is its own
        byte[] bytes = new byte[(16 << 20) + 5];
        for (String key : List.of("a/one", "a/two €", "b/three")) {
            Fault[] lost = new Fault[8];
            Arrays.fill(lost, new Fault.BreakBefore());
            fail(OssOperation.COMPLETE_MULTIPART_UPLOAD, lost);
            assertThat(impatient.put(key, List.of(ByteBuffer.wrap(bytes))))
                    .isInstanceOf(PutResult.Unknown.class);
        }
        impatient.close();
        assertThat(store.abandonUploads("", Duration.ofHours(1)))
                .isEqualTo(new DeleteResult.Done());
        assertThat(server.uploadsUnderWay(OssFixture.BUCKET)).isEqualTo(3);
        assertThat(store.abandonUploads("a/", Duration.ofSeconds(-5)))
                .isEqualTo(new DeleteResult.Done());
        assertThat(server.uploadsUnderWay(OssFixture.BUCKET)).isEqualTo(1);
    }

    @Test
    void requestsAreCounted() {
        var meters = new SimpleMeterRegistry();
        try (var counted =
                ObjectStores.open(
                        "oss://" + OssFixture.BUCKET,
                        StoreOptions.of(OssFixture.options(server)),
                        Environment.system(),
                        meters)) {
            fail(OssOperation.PUT_OBJECT, new Fault.Refuse(503, "SlowDown"));
            counted.put("k", body("12345"));
            counted.putIfAbsent("k", body("x"));
        }
        assertThat(requests(meters, "put", "ok")).isEqualTo(1);
        assertThat(requests(meters, "put", "throttled")).isEqualTo(1);
        assertThat(requests(meters, "create", "exists")).isEqualTo(1);
        assertThat(meters.get("oxbow.store.bytes").tag("operation", "put").counter().count())
                .isEqualTo(5);
    }

    private static double requests(MeterRegistry meters, String operation, String outcome) {
        return meters.get("oxbow.store.requests")
                .tags("operation", operation, "outcome", outcome)
                .counter()
                .count();
    }

    @Test
    void aPutInPartsThatIsRefusedLeavesNothingBehind() {
        byte[] bytes = new byte[(16 << 20) + 5];
        fail(OssOperation.UPLOAD_PART, new Fault.Refuse(403, "AccessDenied"));
        assertThat(store.put("large", List.of(ByteBuffer.wrap(bytes))))
                .isInstanceOf(PutResult.NotApplied.class);
        assertThat(server.uploadsUnderWay(OssFixture.BUCKET)).isZero();
        assertThat(store.get("large")).isEqualTo(new GetResult.NotFound());
    }

    @Test
    void encryptionIsAskedForWithEveryObject() {
        try (var encrypted =
                OssFixture.open(
                        server,
                        Map.of(
                                OssOptions.ENCRYPTION,
                                "KMS",
                                OssOptions.ENCRYPTION_KEY_ID,
                                "key-7"))) {
            encrypted.put("a", body("x"));
            encrypted.putIfAbsent("b", body("x"));
            encrypted.put("c", List.of(ByteBuffer.allocate((16 << 20) + 1)));
        }
        for (var operation :
                List.of(OssOperation.PUT_OBJECT, OssOperation.INITIATE_MULTIPART_UPLOAD)) {
            assertThat(server.requests(operation))
                    .isNotEmpty()
                    .allSatisfy(request -> {
                        assertThat(request.header("x-oss-server-side-encryption")).isEqualTo("KMS");
                        assertThat(request.header("x-oss-server-side-encryption-key-id"))
                                .isEqualTo("key-7");
                    });
        }
    }

    @Test
    void theBucketIsInTheHostNameUnlessThePathIsAskedFor() {
        try (var byHost = OssFixture.openByHost(server)) {
            assertThat(byHost.putIfAbsent("k", body("x"))).isEqualTo(new CreateResult.Created());
            assertThat(store.get("k")).isEqualTo(found("x"));
        }
        assertThat(server.requests(OssOperation.PUT_OBJECT).getFirst().host())
                .isEqualTo("the-bucket." + OssStandIn.DOMAIN);
    }

    @Test
    void wrongKeysAreSaidToBeRefused() {
        assertThatThrownBy(() ->
                        OssFixture.open(server, Map.of(OssOptions.ACCESS_KEY_SECRET, "wrong")))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("403 SignatureDoesNotMatch");
    }

    @Test
    void aSuspendedOrVersionedBucketIsRefusedWhenItIsOpened() {
        server.enableVersioning(OssFixture.BUCKET);
        assertThatThrownBy(() -> OssFixture.open(server, Map.of()))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("the-bucket has versioning Enabled")
                .hasMessageContaining("never was versioned");
        server.suspendVersioning(OssFixture.BUCKET);
        assertThatThrownBy(() -> OssFixture.open(server, Map.of()))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("versioning Suspended");
    }

    @Test
    void aBucketThatDoesNotSayWhetherItIsVersionedIsRefused() {
        fail(OssOperation.GET_BUCKET_VERSIONING, new Fault.Refuse(403, "AccessDenied"));
        assertThatThrownBy(() -> OssFixture.open(server, Map.of()))
                .isInstanceOfSatisfying(
                        StoreException.class,
                        refused -> assertThat(refused.retry()).isEqualTo(Retry.FATAL))
                .hasMessageContaining("oss:GetBucketVersioning");
    }

    @Test
    void versioningThatIsSwitchedOnLaterIsFoundOutByTheNextCreate() {
        assertThat(store.putIfAbsent("k", body("first"))).isEqualTo(new CreateResult.Created());
        server.enableVersioning(OssFixture.BUCKET);
        assertThat(store.putIfAbsent("k", body("second")))
                .isInstanceOfSatisfying(
                        CreateResult.Unknown.class,
                        unknown ->
                                assertThat(unknown.cause())
                                        .hasMessageContaining("versioning has been switched on"));
        server.suspendVersioning(OssFixture.BUCKET);
        assertThat(store.putIfAbsent("k", body("third"))).isInstanceOf(CreateResult.Unknown.class);
    }

    @Test
    void theProbeOfABucketThatBecameVersionedSaysSo() {
        server.enableVersioning(OssFixture.BUCKET);
        assertThat(StoreProbe.probe(store, Environment.system()).toString())
                .contains("versioning has been switched on");
    }
}
