package io.oxbow.s3stream.wal.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.oxbow.s3stream.S3StreamException;
import io.oxbow.s3stream.wal.Slab;
import io.oxbow.s3stream.wal.SlabPool;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class SlabPoolTest {

    private static final int SLAB = 16 * 1024;

    private final SlabPool pool = new SlabPool(SLAB, 4L * SLAB);

    @Test
    void releasedOnesGoOutAgain() throws Exception {
        Slab first = pool.acquire(SLAB);
        Slab second = pool.acquire(1);
        assertThat(second.memory().capacity()).isEqualTo(SLAB);
        second.retain();
        first.release();
        second.release();

        assertThat(pool.usedBytes()).isEqualTo(SLAB);
        assertThat(pool.acquire(SLAB)).isSameAs(first);
        second.release();
        assertThat(pool.acquire(SLAB)).isSameAs(second);
    }

    @Test
    void largeOnesAreKeptByTheirSize() throws Exception {
        Slab two = pool.acquire(SLAB + 1);
        assertThat(two.memory().capacity()).isEqualTo(2 * SLAB);
        two.release();

        assertThat(pool.acquire(SLAB)).isNotSameAs(two);
        assertThat(pool.acquire(2 * SLAB)).isSameAs(two);
        assertThat(pool.usedBytes()).isEqualTo(3L * SLAB);
    }

    /** Free slabs of another size are given up, so that all slabs together keep to the bound. */
    @Test
    void freeOnesOfAnotherSizeGiveWay() throws Exception {
        Slab two = pool.acquire(2 * SLAB);
        Slab other = pool.acquire(2 * SLAB);
        two.release();
        other.release();
        Slab four = pool.acquire(4 * SLAB);
        assertThat(pool.usedBytes()).isEqualTo(4L * SLAB);
        four.release();

        assertThat(pool.acquire(2 * SLAB)).isNotIn(two, other);
    }

    @Test
    void whoFindsNoneWaitsForOne() throws Exception {
        Slab all = pool.acquire(4 * SLAB);
        var waiting = new CompletableFuture<Slab>();
        Thread waiter =
                Thread.ofPlatform()
                        .start(() -> {
                            try {
                                waiting.complete(pool.acquire(SLAB));
                            } catch (Throwable e) {
                                waiting.completeExceptionally(e);
                            }
                        });
        while (waiter.getState() != Thread.State.WAITING) {
            assertThat(waiting).isNotDone();
            Thread.onSpinWait();
        }

        all.release();

        assertThat(waiting).succeedsWithin(Duration.ofSeconds(20));
    }

    @Test
    void closedPoolGivesNone() throws Exception {
        Slab out = pool.acquire(SLAB);
        pool.close();

        assertThatThrownBy(() -> pool.acquire(SLAB)).isInstanceOf(S3StreamException.class);
        out.release();
        assertThat(pool.usedBytes()).isZero();
    }
}
