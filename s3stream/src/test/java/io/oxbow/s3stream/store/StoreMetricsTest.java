package io.oxbow.s3stream.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.oxbow.s3stream.S3StreamException.Retry;
import io.oxbow.s3stream.env.Environment;
import io.oxbow.s3stream.testkit.ForwardingStore;
import io.oxbow.s3stream.testkit.InMemoryObjectStore;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests the counts of a store in which each call is one request. */
class StoreMetricsTest extends ObjectStoreContract {

    private final MeterRegistry meters = new SimpleMeterRegistry();

    @Override
    protected ObjectStore open() {
        return metered(new InMemoryObjectStore());
    }

    private ObjectStore metered(ObjectStore store) {
        return new MeteredObjectStore(store, StoreMetrics.in(meters), Environment.system());
    }

    private static List<ByteBuffer> bytes(int size) {
        return List.of(ByteBuffer.allocate(size));
    }

    private Map<String, Double> requests() {
        Map<String, Double> requests = new TreeMap<>();
        for (Counter counter : meters.find("oxbow.store.requests").counters()) {
            requests.put(
                    counter.getId().getTag("operation") + " " + counter.getId().getTag("outcome"),
                    counter.count());
        }
        return requests;
    }

    private double bytesOf(String operation) {
        return meters.get("oxbow.store.bytes").tag("operation", operation).counter().count();
    }

    @Test
    void everyCallIsCountedByOperationAndOutcome() {
        try (var store = open()) {
            store.put("k", bytes(10));
            store.putIfAbsent("k", bytes(20));
            store.putIfAbsent("l", bytes(30));
            store.get("k");
            store.get("none");
            store.get("l", 5, 7);
            store.head("none");
            store.list("", "", 10);
            store.delete(List.of("k", "l"));
        }
        assertThat(requests())
                .isEqualTo(
                        Map.of(
                                "put ok", 1.0,
                                "create exists", 1.0,
                                "create ok", 1.0,
                                "get ok", 1.0,
                                "get not_found", 1.0,
                                "range ok", 1.0,
                                "head not_found", 1.0,
                                "list ok", 1.0,
                                "delete ok", 1.0));
        assertThat(bytesOf("put")).isEqualTo(10);
        assertThat(bytesOf("create")).isEqualTo(30);
        assertThat(bytesOf("get")).isEqualTo(10);
        assertThat(bytesOf("range")).isEqualTo(7);
        assertThat(meters.get("oxbow.store.request").tag("operation", "get").timer().count())
                .isEqualTo(2);
    }

    @Test
    void failuresAreCountedAndTheirBytesAreNot() {
        var cause = new StoreException("no", Retry.UNKNOWN, null);
        var failing =
                new ForwardingStore(new InMemoryObjectStore()) {
                    @Override
                    public PutResult put(String key, List<ByteBuffer> body) {
                        return new PutResult.NotApplied(cause);
                    }

                    @Override
                    public CreateResult putIfAbsent(String key, List<ByteBuffer> body) {
                        return new CreateResult.Unknown(cause);
                    }

                    @Override
                    public GetResult get(String key) {
                        return new GetResult.Unavailable(cause);
                    }
                };
        try (var store = metered(failing)) {
            store.put("k", bytes(1));
            store.putIfAbsent("k", bytes(1));
            store.get("k");
        }
        assertThat(requests())
                .isEqualTo(
                        Map.of("put refused", 1.0, "create no_answer", 1.0, "get no_answer", 1.0));
        assertThat(bytesOf("put") + bytesOf("create") + bytesOf("get")).isZero();
    }

    @Test
    void aStoreOpenedWithARegistryIsCounted(@TempDir Path directory) {
        try (var store =
                ObjectStores.open(
                        directory.toUri().toString(),
                        StoreOptions.none(),
                        Environment.system(),
                        meters)) {
            store.under("line").put("k", bytes(1));
        }
        assertThat(requests()).isEqualTo(Map.of("put ok", 1.0));
    }
}
