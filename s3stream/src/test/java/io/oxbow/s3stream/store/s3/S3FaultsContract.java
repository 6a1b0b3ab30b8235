package io.oxbow.s3stream.store.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.oxbow.s3stream.env.Environment;
import io.oxbow.s3stream.store.ObjectStore;
import io.oxbow.s3stream.store.ObjectStore.CreateResult;
import io.oxbow.s3stream.store.ObjectStore.DeleteResult;
import io.oxbow.s3stream.store.ObjectStore.GetResult;
import io.oxbow.s3stream.store.ObjectStore.HeadResult;
import io.oxbow.s3stream.store.ObjectStore.ListResult;
import io.oxbow.s3stream.store.ObjectStore.PutResult;
import io.oxbow.s3stream.store.ObjectStores;
import io.oxbow.s3stream.store.StoreOptions;
import io.oxbow.s3stream.testkit.FaultyGateway;
import io.oxbow.s3stream.testkit.GatewayFaults;
import io.oxbow.s3stream.testkit.GatewayFaults.Fault;
import io.oxbow.s3stream.testkit.GatewayFaults.Request;
import io.oxbow.s3stream.testkit.S3Server;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.s3.S3Client;

/** Tests the results that the store gives when a real server, or the way to it, fails. */
abstract class S3FaultsContract {

    private static final int PART_SIZE = 5 << 20;

    private final S3Server server;
    private FaultyGateway gateway;
    private String bucket;
    private ObjectStore store;

    S3FaultsContract(S3Server server) {
        this.server = server;
    }

    @BeforeEach
    final void open() throws IOException {
        bucket = "f" + UUID.randomUUID();
        server.createBucket(bucket);
        gateway = FaultyGateway.start(server.endpoint(), 42);
        store = open(Map.of());
    }

    private ObjectStore open(Map<String, String> more) {
        return ObjectStores.open("s3://" + bucket, options(more), Environment.system());
    }

    private Map<String, String> options(Map<String, String> more) {
        Map<String, String> options = new HashMap<>(gateway.options(server));
        options.put(S3Options.PART_SIZE, String.valueOf(PART_SIZE));
        options.put(S3Options.RETRY_WAIT_MIN, "5");
        options.put(S3Options.RETRY_WAIT_MAX, "200");
        options.put(S3Options.RETRIES, "12");
        options.putAll(more);
        return options;
    }

    @AfterEach
    final void close() throws IOException {
        store.close();
        gateway.close();
    }

    private static List<ByteBuffer> body(String text) {
        return List.of(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
    }

    private static GetResult found(String text) {
        return new GetResult.Found(body(text).getFirst());
    }

    private static ByteBuffer bytes(int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return ByteBuffer.wrap(bytes);
    }

    private long putsOf(String key) {
        return gateway.forwarded().stream()
                .filter(request -> request.isPut() && request.target().endsWith("/" + key))
                .count();
    }

    @Test
    void aCreateWhoseAnswerIsLostIsUnknownAndThenExists() {
        gateway.set(GatewayFaults.none().with(Fault.LOSE_ANSWER, 1));
        assertThat(store.putIfAbsent("k", body("mine"))).isInstanceOf(CreateResult.Unknown.class);
        assertThat(putsOf("k")).isEqualTo(1);
        gateway.heal();
        assertThat(store.putIfAbsent("k", body("again"))).isEqualTo(new CreateResult.Exists());
        assertThat(store.get("k")).isEqualTo(found("mine"));
        assertThat(putsOf("k")).isEqualTo(2);
    }

    @Test
    void aCreateThatIsAnsweredWithAnErrorAfterAllIsUnknownAndThenExists() {
        gateway.set(GatewayFaults.none().with(Fault.ERROR_AFTER_ALL, 1));
        assertThat(store.putIfAbsent("k", body("mine"))).isInstanceOf(CreateResult.Unknown.class);
        assertThat(putsOf("k")).isEqualTo(1);
        gateway.heal();
        assertThat(store.putIfAbsent("k", body("again"))).isEqualTo(new CreateResult.Exists());
        assertThat(store.get("k")).isEqualTo(found("mine"));
    }

    @Test
    void aCreateThatWasCutOffIsUnknownAndNothingHalfIsThere() {
        gateway.set(GatewayFaults.none().with(Fault.CUT_REQUEST, 1));
        ByteBuffer body = bytes(3 << 20);
        assertThat(store.putIfAbsent("k", List.of(body))).isInstanceOf(CreateResult.Unknown.class);
        gateway.heal();
        assertThat(store.head("k")).isEqualTo(new HeadResult.NotFound());
        assertThat(store.putIfAbsent("k", List.of(body))).isEqualTo(new CreateResult.Created());
        assertThat(store.get("k")).isEqualTo(new GetResult.Found(body));
    }

    @Test
    void aCreateThatArrivesLateDoesNotReplaceTheOneThatWasFirst() throws InterruptedException {
        var impatient = open(Map.of(S3Options.REQUEST_TIMEOUT, "300"));
        gateway.set(GatewayFaults.none().with(Fault.LATE, 1));
        assertThat(impatient.putIfAbsent("k", body("late")))
                .isInstanceOf(CreateResult.Unknown.class);
        try (var direct =
                ObjectStores.open("s3://" + bucket, server.options(), Environment.system())) {
            assertThat(direct.putIfAbsent("k", body("first")))
                    .isEqualTo(new CreateResult.Created());
            gateway.heal();
            while (putsOf("k") < 1) {
                Thread.sleep(5);
            }
            assertThat(direct.get("k")).isEqualTo(found("first"));
        }
        impatient.close();
    }

    @Test
    void aStormOfSlowDownsIsRiddenOut() {
        gateway.set(GatewayFaults.none().with(Fault.SLOW_DOWN, 0.5));
        for (int i = 0; i < 20; i++) {
            assertThat(store.put("storm/" + i, body("v" + i))).isEqualTo(new PutResult.Done());
            assertThat(store.get("storm/" + i)).isEqualTo(found("v" + i));
        }
        assertThat(store.list("storm/", "", 100))
                .isInstanceOfSatisfying(
                        ListResult.Listed.class,
                        listed -> assertThat(listed.objects()).hasSize(20));
        assertThat(store.delete(List.of("storm/1", "storm/2"))).isEqualTo(new DeleteResult.Done());
        assertThat(gateway.count(Fault.SLOW_DOWN)).isGreaterThan(20);
    }

    @Test
    void brokenConnectionsAreRiddenOutAndBodiesAreWhole() {
        gateway.set(
                GatewayFaults.none()
                        .with(Fault.CUT_REQUEST, 0.15)
                        .with(Fault.CUT_ANSWER, 0.15)
                        .with(Fault.LOSE_ANSWER, 0.15));
        for (int i = 0; i < 10; i++) {
            ByteBuffer body = bytes(200_000 + i);
            assertThat(store.put("cut/" + i, List.of(body))).isEqualTo(new PutResult.Done());
            assertThat(store.get("cut/" + i)).isEqualTo(new GetResult.Found(body));
            assertThat(store.get("cut/" + i, 1000, 50_000))
                    .isEqualTo(new GetResult.Found(body.slice(1000, 50_000)));
        }
        assertThat(gateway.count(Fault.CUT_ANSWER)).isPositive();
    }

    @Test
    void anUploadInPartsRidesOutAStorm() {
        gateway.set(
                GatewayFaults.none()
                        .with(Fault.SLOW_DOWN, 0.2)
                        .with(Fault.LOSE_ANSWER, 0.2)
                        .with(Fault.CUT_REQUEST, 0.1));
        ByteBuffer body = bytes(3 * PART_SIZE + 77);
        for (int i = 0; i < 3; i++) {
            assertThat(store.put("large", List.of(body))).isEqualTo(new PutResult.Done());
            assertThat(store.get("large").equals(new GetResult.Found(body))).isTrue();
        }
        gateway.heal();
        // A begin whose answer was lost leaves an upload that nobody knows of.
        assertThat(store.abandonUploads("", Duration.ZERO)).isEqualTo(new DeleteResult.Done());
        assertThat(uploads()).isEmpty();
    }

    @Test
    void anUploadWhosePartFailsLeavesNothingBehind() {
        var hasty = open(Map.of(S3Options.RETRIES, "1"));
        gateway.set(
                GatewayFaults.none()
                        .with(Fault.SLOW_DOWN, 1)
                        .only(request -> request.target().contains("partNumber=2")));
        assertThat(hasty.put("large", List.of(bytes(2 * PART_SIZE))))
                .isInstanceOf(PutResult.NotApplied.class);
        gateway.heal();
        assertThat(uploads()).isEmpty();
        assertThat(store.head("large")).isEqualTo(new HeadResult.NotFound());
        hasty.close();
    }

    @Test
    void onlyUploadsBelowThePrefixAreAbandoned() {
        S3Config config = S3Config.of(bucket, StoreOptions.of(server.options()));
        try (S3Client client = S3Clients.create(config)) {
            for (String key : List.of("line/a", "line/b/c", "other/d")) {
                client.createMultipartUpload(r -> r.bucket(bucket).key(key));
            }
        }
        assertThat(store.under("line").abandonUploads("", Duration.ofDays(1)))
                .isEqualTo(new DeleteResult.Done());
        assertThat(uploads()).hasSize(3);
        store.under("line").abandonUploads("", Duration.ofSeconds(-10));
        assertThat(uploads()).containsExactly("other/d");
    }

    private List<String> uploads() {
        S3Config config = S3Config.of(bucket, StoreOptions.of(server.options()));
        try (S3Client client = S3Clients.create(config)) {
            return client.listMultipartUploads(r -> r.bucket(bucket)).uploads().stream()
                    .map(upload -> upload.key())
                    .toList();
        }
    }

    private ObjectStore impatient() {
        return open(
                Map.of(
                        S3Options.REQUEST_TIMEOUT, "400",
                        S3Options.CALL_TIMEOUT, "1500",
                        S3Options.RETRIES, "2"));
    }

    @Test
    void aStoreThatVanishedHangsNobodyAndComesBack() {
        store.put("k", body("before"));
        try (var impatient = impatient()) {
            gateway.set(GatewayFaults.vanished());
            assertThat(impatient.get("k")).isInstanceOf(GetResult.Unavailable.class);
            assertThat(impatient.head("k")).isInstanceOf(HeadResult.Unavailable.class);
            assertThat(impatient.list("", "", 1)).isInstanceOf(ListResult.Unavailable.class);
            assertThat(impatient.put("k", body("x"))).isInstanceOf(PutResult.Unknown.class);
            assertThat(impatient.putIfAbsent("n", body("x")))
                    .isInstanceOf(CreateResult.Unknown.class);
            assertThat(impatient.delete(List.of("k"))).isInstanceOf(DeleteResult.Unknown.class);
            assertThat(impatient.put("l", List.of(bytes(2 * PART_SIZE))))
                    .isInstanceOf(PutResult.NotApplied.class);
            gateway.heal();
            assertThat(impatient.get("k")).isEqualTo(found("before"));
            assertThat(impatient.putIfAbsent("n", body("y"))).isEqualTo(new CreateResult.Created());
        }
    }

    @Test
    void anAnswerThatTricklesIsGivenUp() {
        store.put("k", List.of(bytes(400_000)));
        try (var impatient = impatient()) {
            gateway.set(GatewayFaults.none().throttledTo(100_000));
            assertThat(impatient.get("k")).isInstanceOf(GetResult.Unavailable.class);
            assertThat(impatient.get("k", 0, 300_000)).isInstanceOf(GetResult.Unavailable.class);
            gateway.heal();
            assertThat(impatient.get("k")).isEqualTo(new GetResult.Found(bytes(400_000)));
        }
    }

    @Test
    void aSlowStoreIsWaitedFor() {
        gateway.set(GatewayFaults.none().delayedBy(Duration.ofMillis(300)));
        assertThat(store.putIfAbsent("k", body("x"))).isEqualTo(new CreateResult.Created());
        assertThat(store.get("k")).isEqualTo(found("x"));
        assertThat(gateway.forwarded()).extracting(Request::method).containsExactly("PUT", "GET");
    }
}
