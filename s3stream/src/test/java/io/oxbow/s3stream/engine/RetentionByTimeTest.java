package io.oxbow.s3stream.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.oxbow.s3stream.Stream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Retention by time counts from the append, whatever timestamps the records have. */
class RetentionByTimeTest {

    private static final long[] ODD = {
        -1, 0, 1, -2, Long.MIN_VALUE, Long.MAX_VALUE, 999, 1_000, 1_001, 4_000_000_000_000L
    };

    @Test
    void nothingGoesBeforeItsTimeAndAllAfterIt() throws InterruptedException {
        long seed = new Random().nextLong();
        var random = new Random(seed);
        try (TestNode node = TestNode.start()) {
            Stream stream = node.stream();
            List<Long> ends = new ArrayList<>();
            for (long time = 1_000; time <= 5_000; time += 1_000) {
                node.world.cluster.timeMillis = time;
                int appends = 1 + random.nextInt(5);
                for (int i = 0; i < appends; i++) {
                    var payload = ByteBuffer.wrap("x".getBytes(StandardCharsets.US_ASCII));
                    long timestamp = ODD[random.nextInt(ODD.length)];
                    stream.append(payload, 1 + random.nextInt(3), timestamp).await();
                }
                node.streams.flush();
                ends.add(stream.nextOffset());
            }
            for (int i = 0; i < ends.size(); i++) {
                long time = 1_000L * (i + 1);
                assertThat(stream.retentionOffset(Long.MAX_VALUE, time))
                        .as("seed %d, before %d", seed, time)
                        .isEqualTo(i == 0 ? 0 : ends.get(i - 1));
                assertThat(stream.retentionOffset(Long.MAX_VALUE, time + 1))
                        .as("seed %d, after %d", seed, time)
                        .isEqualTo(ends.get(i));
            }
        }
    }
}
