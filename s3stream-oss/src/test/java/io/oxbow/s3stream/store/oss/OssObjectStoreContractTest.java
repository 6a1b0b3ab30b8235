package io.oxbow.s3stream.store.oss;

import static org.assertj.core.api.Assertions.assertThat;

import io.oxbow.s3stream.env.Environment;
import io.oxbow.s3stream.store.Keys;
import io.oxbow.s3stream.store.ObjectStore;
import io.oxbow.s3stream.store.ObjectStore.ListResult;
import io.oxbow.s3stream.store.ObjectStoreContract;
import io.oxbow.s3stream.store.ObjectStores;
import io.oxbow.s3stream.testkit.oss.OssStandIn;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Tests the real SDK against a stand-in for OSS, with each kind of signature and address. */
@Tag("slow")
class OssObjectStoreContractTest {

    abstract static class OssContract extends ObjectStoreContract {

        private final OssStandIn server = OssStandIn.start().createBucket("the-bucket");

        abstract Map<String, String> more();

        @Override
        protected ObjectStore open() {
            Map<String, String> options = new HashMap<>(OssFixture.options(server));
            options.putAll(more());
            return ObjectStores.open("oss://the-bucket", options, Environment.system());
        }

        @Override
        protected int largeBodySize() {
            return (16 << 20) * 2 + 12_345;
        }

        @AfterEach
        void stop() {
            server.close();
        }

        @Test
        void aPrefixInTheUriIsPartOfEveryKey() {
            try (var whole = open();
                    var below =
                            ObjectStores.open(
                                    "oss://the-bucket/clusters/one/",
                                    OssFixture.options(server),
                                    Environment.system())) {
                below.put("k", body("x"));
                assertThat(whole.get("clusters/one/k")).isEqualTo(found("x"));
                assertThat(below.location()).hasToString("oss://the-bucket/clusters/one");
            }
        }

        @Test
        void keysOfAnyCharacterGoThereAndComeBack() {
            try (var store = open()) {
                List<String> keys =
                        List.of("a b", "a%20b", "a+b", "a&b=c", "a<b>\"c'", "ä/€/😀", "a*b~c!(d)");
                keys.forEach(key -> store.put(key, body(key)));
                keys.forEach(key -> assertThat(store.get(key)).isEqualTo(found(key)));
                assertThat(listed(store)).isEqualTo(keys.stream().sorted(Keys.ORDER).toList());
                assertThat(store.delete(keys)).isEqualTo(new ObjectStore.DeleteResult.Done());
                assertThat(listed(store)).isEmpty();
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
                assertThat(listed(store)).isEqualTo(keys);
                store.delete(keys);
                assertThat(listed(store)).isEmpty();
            }
        }

        private static List<String> listed(ObjectStore store) {
            return switch (store.list("", "", 5000)) {
                case ListResult.Listed(var objects) ->
                        objects.stream().map(ObjectStore.ObjectSummary::key).toList();
                case ListResult.Unavailable(var cause) -> throw cause;
            };
        }
    }

    @Nested
    class SignedByVersion4 extends OssContract {
        @Override
        Map<String, String> more() {
            return Map.of();
        }
    }

    @Nested
    class SignedByVersion1 extends OssContract {
        @Override
        Map<String, String> more() {
            return Map.of(OssOptions.SIGNATURE_VERSION, "V1");
        }
    }

    @Nested
    class WithTemporaryKeys extends OssContract {
        @Override
        Map<String, String> more() {
            return Map.of(
                    OssOptions.ACCESS_KEY_ID,
                    OssStandIn.TEMPORARY.id(),
                    OssOptions.ACCESS_KEY_SECRET,
                    OssStandIn.TEMPORARY.secret(),
                    OssOptions.SECURITY_TOKEN,
                    OssStandIn.TEMPORARY.token());
        }
    }
}
