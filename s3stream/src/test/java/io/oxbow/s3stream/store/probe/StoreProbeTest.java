package io.oxbow.s3stream.store.probe;

import static org.assertj.core.api.Assertions.assertThat;

import io.oxbow.s3stream.S3StreamException.Retry;
import io.oxbow.s3stream.env.Environment;
import io.oxbow.s3stream.store.ObjectStore;
import io.oxbow.s3stream.store.StoreException;
import io.oxbow.s3stream.testkit.ForwardingStore;
import io.oxbow.s3stream.testkit.InMemoryObjectStore;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Tests the probe on stores that are broken as real ones are. */
class StoreProbeTest {

    private final InMemoryObjectStore bucket = new InMemoryObjectStore();

    private StoreProbe.Result probe(ObjectStore store) {
        return StoreProbe.probe(store, Environment.system());
    }

    private void assertUnfit(ObjectStore store, String did) {
        assertThat(probe(store))
                .isInstanceOfSatisfying(
                        StoreProbe.Result.Unfit.class,
                        unfit ->
                                assertThat(unfit.reason())
                                        .startsWith("memory://bucket ")
                                        .contains(did));
    }

    @Test
    void twoWinnersOfOneRaceAreUnfit() {
        Set<String> once = ConcurrentHashMap.newKeySet();
        assertUnfit(
                new ForwardingStore(bucket) {
                    @Override
                    public CreateResult putIfAbsent(String key, List<ByteBuffer> body) {
                        CreateResult result = target().putIfAbsent(key, body);
                        // the second in a race overwrites, as where the check and the write are two
                        // steps
                        if (result instanceof CreateResult.Exists && once.add(key)) {
                            target().put(key, body);
                            return new CreateResult.Created();
                        }
                        return result;
                    }
                },
                "\"created\" to 2 of 32 concurrent creates");
    }

    @Test
    void anIgnoredConditionIsUnfit() {
        assertUnfit(
                new ForwardingStore(bucket) {
                    @Override
                    public CreateResult putIfAbsent(String key, List<ByteBuffer> body) {
                        target().put(key, body);
                        return new CreateResult.Created();
                    }
                },
                "\"created\" to 32 of 32");
    }

    @Test
    void aConditionThatHoldsOnlyAmongConcurrentCreatesIsUnfit() {
        var calls = new AtomicInteger();
        assertUnfit(
                new ForwardingStore(bucket) {
                    @Override
                    public CreateResult putIfAbsent(String key, List<ByteBuffer> body) {
                        return calls.incrementAndGet() <= 32
                                ? target().putIfAbsent(key, body)
                                : new CreateResult.Created();
                    }
                },
                "ignores the condition");
    }

    @Test
    void aRefusalThatReplacesNeverthelessIsUnfit() {
        var calls = new AtomicInteger();
        assertUnfit(
                new ForwardingStore(bucket) {
                    @Override
                    public CreateResult putIfAbsent(String key, List<ByteBuffer> body) {
                        if (calls.incrementAndGet() <= 32) {
                            return target().putIfAbsent(key, body);
                        }
                        target().put(key, body);
                        return new CreateResult.Exists();
                    }
                },
                "replaced the object");
    }

    @Test
    void aListingThatLagsIsUnfit() {
        var listed = new HashSet<String>();
        assertUnfit(
                new ForwardingStore(bucket) {
                    @Override
                    public ListResult list(String prefix, String startAfter, int limit) {
                        var fresh = (ListResult.Listed) target().list(prefix, startAfter, limit);
                        var seenBefore =
                                fresh.objects().stream().filter(o -> listed.contains(o.key()));
                        var stale = new ListResult.Listed(seenBefore.toList());
                        fresh.objects().forEach(o -> listed.add(o.key()));
                        return stale;
                    }
                },
                "does not list at once");
    }

    @Test
    void aStoreWithoutConditionalPutsIsUnfit() {
        assertUnfit(
                new ForwardingStore(bucket) {
                    @Override
                    public CreateResult putIfAbsent(String key, List<ByteBuffer> body) {
                        return new CreateResult.NotApplied(
                                new StoreException("501 NotImplemented", Retry.FATAL, null));
                    }
                },
                "refuses a create-only one: 501 NotImplemented");
    }

    @Test
    void alteredBytesAreUnfit() {
        assertUnfit(
                new ForwardingStore(bucket) {
                    @Override
                    public PutResult put(String key, List<ByteBuffer> body) {
                        return target().put(key, List.of(ByteBuffer.wrap(new byte[] {'5', '4'})));
                    }
                },
                "other bytes than were put");
    }

    @Test
    void lostAnswersDoNotMakeAStoreUnfit() {
        var calls = new AtomicInteger();
        var store =
                new ForwardingStore(bucket) {
                    @Override
                    public CreateResult putIfAbsent(String key, List<ByteBuffer> body) {
                        CreateResult result = target().putIfAbsent(key, body);
                        return calls.incrementAndGet() % 3 == 1
                                ? new CreateResult.Unknown(
                                        new StoreException("lost", Retry.UNKNOWN, null))
                                : result;
                    }
                };
        assertThat(probe(store)).isEqualTo(new StoreProbe.Result.Fit());
    }

    @Test
    void aStoreThatDoesNotAnswerIsUnreachable() {
        var cause = new StoreException("no route", Retry.UNKNOWN, null);
        var store =
                new ForwardingStore(bucket) {
                    @Override
                    public PutResult put(String key, List<ByteBuffer> body) {
                        return new PutResult.Unknown(cause);
                    }
                };
        assertThat(probe(store)).isEqualTo(new StoreProbe.Result.Unreachable(cause));
    }

    @Test
    void probeKeysAreRemovedAlsoAfterAFailure() {
        anIgnoredConditionIsUnfit();
        assertThat(bucket.list("", "", 10)).isEqualTo(new ObjectStore.ListResult.Listed(List.of()));
    }
}
