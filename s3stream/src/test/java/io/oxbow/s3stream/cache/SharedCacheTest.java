package io.oxbow.s3stream.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.oxbow.s3stream.S3StreamException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class SharedCacheTest {

    private final AtomicInteger loads = new AtomicInteger();

    private SharedCache<String, String> cache(long bytesMax) {
        return new SharedCache<>(bytesMax, String::length);
    }

    private String get(SharedCache<String, String> cache, String key) {
        return cache.get(
                key,
                () -> {
                    loads.incrementAndGet();
                    return key;
                });
    }

    @Test
    void whoWantsTheSameAtTheSameTimeSharesOneLoad() throws Exception {
        var cache = cache(100);
        var started = new CountDownLatch(1);
        var go = new CountDownLatch(1);
        var first =
                CompletableFuture.supplyAsync(() ->
                        cache.get(
                                "k",
                                () -> {
                                    loads.incrementAndGet();
                                    started.countDown();
                                    await(go);
                                    return "v";
                                }));
        started.await();
        var second = CompletableFuture.supplyAsync(() -> get(cache, "k"));
        assertThat(cache.hasOrLoads("k")).isTrue();
        go.countDown();
        assertThat(first.join()).isEqualTo("v");
        assertThat(second.join()).isEqualTo("v");
        assertThat(loads).hasValue(1);
    }

    @Test
    void aFailedLoadIsTriedAgainByTheNext() {
        var cache = cache(100);
        assertThatThrownBy(() ->
                        cache.get(
                                "k",
                                () -> {
                                    throw new IllegalStateException("no");
                                }))
                .hasMessage("no");
        assertThat(get(cache, "k")).isEqualTo("k");
    }

    @Test
    void aScanDoesNotEvictWhatIsUsedAgain() {
        var cache = cache(100);
        get(cache, "hot");
        get(cache, "hot");
        for (int i = 0; i < 1000; i++) {
            get(cache, "scan" + i);
        }
        loads.set(0);
        get(cache, "hot");
        assertThat(loads).hasValue(0);
        assertThat(cache.bytes()).isLessThanOrEqualTo(100);
    }

    @Test
    void theBoundHoldsWhateverIsUsedAgain() {
        var cache = cache(50);
        for (int round = 0; round < 3; round++) {
            for (int i = 0; i < 100; i++) {
                get(cache, "key" + i);
                get(cache, "key" + i);
                assertThat(cache.bytes()).isLessThanOrEqualTo(50);
            }
        }
    }

    @Test
    void whatIsLargerThanTheCacheIsNotKept() {
        var cache = cache(3);
        assertThat(get(cache, "large")).isEqualTo("large");
        assertThat(cache.hasOrLoads("large")).isFalse();
        assertThat(cache.bytes()).isZero();
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Value that counts its references. */
    private static final class Counted {
        private final AtomicInteger references = new AtomicInteger(1);
        private boolean usedUp;
    }

    private static SharedCache<String, Counted> counting(long bytesMax) {
        return new SharedCache<>(
                bytesMax,
                new SharedCache.Ownership<>() {
                    @Override
                    public long sizeInBytes(Counted value) {
                        return 1;
                    }

                    @Override
                    public void retain(Counted value) {
                        assertThat(value.references.getAndIncrement()).isPositive();
                    }

                    @Override
                    public void release(Counted value) {
                        assertThat(value.references.getAndDecrement()).isPositive();
                    }

                    @Override
                    public boolean wasUsedUp(Counted value) {
                        return value.usedUp;
                    }

                    @Override
                    public boolean isInUse(Counted value) {
                        return value.references.get() > 1;
                    }
                });
    }

    private static Counted use(SharedCache<String, Counted> cache, String key) {
        Counted value = cache.get(key, Counted::new);
        value.references.decrementAndGet();
        return value;
    }

    /** A reader that comes back for the rest of a value does not count as a second use. */
    @Test
    void whoComesForTheRestDoesNotAskAgain() {
        var cache = counting(4);
        Counted pieces = use(cache, "in pieces");
        assertThat(use(cache, "in pieces")).isSameAs(pieces);
        use(cache, "whole").usedUp = true;
        use(cache, "whole");
        for (int i = 0; i < 10; i++) {
            use(cache, "scan" + i).usedUp = true;
        }
        assertThat(cache.hasOrLoads("whole")).isTrue();
        assertThat(cache.hasOrLoads("in pieces")).isFalse();
    }

    @Test
    void whatIsInUseIsNotLetGoOfForRoom() {
        var cache = counting(4);
        Counted held = cache.get("held", Counted::new);
        use(cache, "free");
        assertThat(cache.evictOldest()).isEqualTo(1);
        assertThat(cache.hasOrLoads("free")).isFalse();
        assertThat(cache.evictOldest()).isZero();
        held.references.decrementAndGet();
        assertThat(cache.evictOldest()).isEqualTo(1);
        assertThat(cache.bytes()).isZero();
    }

    @Test
    void theCacheAndWhoeverGotAValueReferToItUntilTheyLetGo() {
        var cache = counting(2);
        var value = new Counted();
        assertThat(cache.fetchAhead("a", () -> value)).isTrue();
        assertThat(value.references).hasValue(1);
        assertThat(cache.fetchAhead("a", Counted::new)).isFalse();
        assertThat(cache.get("a", Counted::new)).isSameAs(value);
        assertThat(cache.get("a", Counted::new)).isSameAs(value);
        assertThat(value.references).hasValue(3);
        cache.get("b", Counted::new);
        cache.get("c", Counted::new);
        cache.get("d", Counted::new);
        assertThat(cache.hasOrLoads("a")).isFalse();
        assertThat(value.references).hasValue(2);
    }

    @Test
    void whatIsNotKeptIsItsLoadersAlone() {
        var value = new Counted();
        assertThat(counting(0).get("a", () -> value)).isSameAs(value);
        assertThat(value.references).hasValue(1);
    }

    @Test
    void whoeverWaitsForALoadGetsAReferenceUnlessHeIsInterrupted() throws Exception {
        var cache = counting(10);
        var value = new Counted();
        var started = new CountDownLatch(1);
        var go = new CountDownLatch(1);
        Thread loader =
                Thread.startVirtualThread(() ->
                        cache.get(
                                "k",
                                () -> {
                                    started.countDown();
                                    await(go);
                                    return value;
                                }));
        started.await();
        var failed = new CompletableFuture<Throwable>();
        Thread interrupted =
                Thread.startVirtualThread(() -> {
                    try {
                        cache.get("k", Counted::new);
                    } catch (S3StreamException e) {
                        failed.complete(e);
                    }
                });
        Thread waits = Thread.startVirtualThread(() -> cache.get("k", Counted::new));
        while (cache.hits() < 2) {
            Thread.onSpinWait();
        }
        interrupted.interrupt();
        assertThat(failed.get()).hasMessageContaining("interrupted");
        go.countDown();
        loader.join();
        waits.join();
        assertThat(value.references).as("cache, loader and who waited").hasValue(3);
    }
}
