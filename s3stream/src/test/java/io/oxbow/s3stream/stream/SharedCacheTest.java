package io.oxbow.s3stream.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class SharedCacheTest {

    private final AtomicInteger loads = new AtomicInteger();

    private SharedCache<String, String> cache(long maxBytes) {
        return new SharedCache<>(maxBytes, String::length);
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
}
