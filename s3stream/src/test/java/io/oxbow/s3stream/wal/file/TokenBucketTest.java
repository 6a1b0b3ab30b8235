package io.oxbow.s3stream.wal.file;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TokenBucketTest {

    private record Taken(long atNanos, long cost) {}

    /** Takes costs as soon as the bucket allows, with pauses now and then. */
    private static List<Taken> run(TokenBucket bucket, Random random, long start, int burst) {
        List<Taken> taken = new ArrayList<>();
        long now = start;
        for (int i = 0; i < 400; i++) {
            if (random.nextInt(20) == 0) {
                now += random.nextLong(3_000_000_000L);
            }
            long cost = 1 + random.nextInt(burst);
            now += bucket.waitNanos(cost, now);
            assertThat(bucket.waitNanos(cost, now)).isZero();
            bucket.take(cost, now);
            taken.add(new Taken(now, cost));
        }
        return taken;
    }

    @Test
    void overAnyWindowNoMoreThanTheRateAndTheBurstIsTaken() {
        for (int seed = 0; seed < 20; seed++) {
            var random = new Random(seed);
            long rate = 1 + random.nextInt(5000);
            int burst = 1 + random.nextInt(300);
            long start = random.nextLong();
            List<Taken> taken = run(new TokenBucket(rate, burst, start), random, start, burst);
            for (int from = 0; from < taken.size(); from++) {
                long sum = 0;
                for (int to = from; to < taken.size(); to++) {
                    sum += taken.get(to).cost;
                    double seconds = (taken.get(to).atNanos - taken.get(from).atNanos) / 1e9;
                    assertThat((double) sum)
                            .as("seed %d, window %d to %d", seed, from, to)
                            .isLessThanOrEqualTo(rate * seconds + burst + 1e-3);
                }
            }
        }
    }

    @Test
    void whoNeverPausesGetsTheWholeRate() {
        var bucket = new TokenBucket(1000, 10, 0);
        long now = 0;
        for (int i = 0; i < 5010; i++) {
            now += bucket.waitNanos(1, now);
            bucket.take(1, now);
        }
        assertThat(now).isEqualTo(5_000_000_000L);
    }

    @Test
    void whatIsTakenUnaskedIsPaidForLater() {
        var bucket = new TokenBucket(10, 1, 0);
        bucket.take(1, 0);
        bucket.take(1, 0);
        assertThat(bucket.waitNanos(1, 0)).isEqualTo(200_000_000);
    }

    @Test
    void withoutABoundNobodyWaits() {
        var bucket = new TokenBucket(0, 1, 0);
        bucket.take(1L << 40, 0);
        assertThat(bucket.waitNanos(1L << 40, 0)).isZero();
    }
}
