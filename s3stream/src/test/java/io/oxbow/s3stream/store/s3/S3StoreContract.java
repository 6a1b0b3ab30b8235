package io.oxbow.s3stream.store.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.oxbow.s3stream.env.Environment;
import io.oxbow.s3stream.store.ObjectStore;
import io.oxbow.s3stream.store.ObjectStore.CreateResult;
import io.oxbow.s3stream.store.ObjectStore.GetResult;
import io.oxbow.s3stream.store.ObjectStore.ListResult;
import io.oxbow.s3stream.store.ObjectStoreContract;
import io.oxbow.s3stream.store.ObjectStores;
import io.oxbow.s3stream.store.probe.StoreProbe;
import io.oxbow.s3stream.testkit.S3Server;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Contract of object stores, with tests for S3 servers only; each test has a bucket of its own. */
abstract class S3StoreContract extends ObjectStoreContract {

    private final S3Server server;

    S3StoreContract(S3Server server) {
        this.server = server;
    }

    private String bucket() {
        return server.createBucket("b" + UUID.randomUUID());
    }

    @Override
    protected ObjectStore open() {
        return ObjectStores.open(bucket(), server.options(), Environment.system());
    }

    @Override
    protected int largeBodySize() {
        return (16 << 20) * 2 + 12_345;
    }

    @Test
    void aPrefixInTheUriIsPartOfEveryKey() {
        String bucket = bucket();
        try (var whole = ObjectStores.open(bucket, server.options(), Environment.system());
                var below =
                        ObjectStores.open(
                                bucket + "/clusters/one/",
                                server.options(),
                                Environment.system())) {
            below.put("k", body("x"));
            assertThat(whole.get("clusters/one/k")).isEqualTo(found("x"));
            assertThat(below.location()).hasToString(bucket + "/clusters/one");
        }
    }

    @Test
    void aListingOfMoreThanOnePageIsWhole() {
        try (var store = open()) {
            List<String> keys = new ArrayList<>();
            for (int i = 0; i < 1100; i++) {
                keys.add("many/%04d".formatted(i));
            }
            keys.parallelStream().forEach(key -> store.put(key, body("x")));
            assertThat(store.list("many/", "", 5000))
                    .isInstanceOfSatisfying(
                            ListResult.Listed.class,
                            listed ->
                                    assertThat(listed.objects())
                                            .extracting(ObjectStore.ObjectSummary::key)
                                            .isEqualTo(keys));
            store.delete(keys);
            assertThat(store.list("many/", "", 1)).isEqualTo(new ListResult.Listed(List.of()));
        }
    }

    @Test
    void aBucketThatIsNotThereIsNoAnswerAboutTheObject() {
        try (var store =
                ObjectStores.open("s3://no-such-bucket", server.options(), Environment.system())) {
            assertThat(store.get("k")).isInstanceOf(GetResult.Unavailable.class);
            assertThat(store.putIfAbsent("k", body("x")))
                    .isInstanceOf(CreateResult.NotApplied.class);
            assertThat(StoreProbe.probe(store, Environment.system()))
                    .isInstanceOf(StoreProbe.Result.Unreachable.class);
        }
    }

    @Test
    void wrongKeysAreSaidToBeRefused() {
        Map<String, String> options = new HashMap<>(server.options());
        options.put(S3Options.SECRET_ACCESS_KEY, "wrong");
        try (var store = ObjectStores.open(bucket(), options, Environment.system())) {
            assertThat(store.putIfAbsent("k", body("x")))
                    .isInstanceOfSatisfying(
                            CreateResult.NotApplied.class,
                            refused -> assertThat(refused.cause()).hasMessageContaining("403"));
        }
    }
}
