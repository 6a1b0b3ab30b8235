package io.oxbow.s3stream.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.oxbow.s3stream.config.ArchiveConfig;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The image of a node does not grow with the history of its streams. */
class HistoryTest {

    @Test
    void imageStaysFlatAsHistoryGrows() {
        check(1000, 100_000, new ArchiveConfig(1000, 8, 256, 16_384));
    }

    @Test
    void streamAloneStaysShort() {
        check(1, 20_000, new ArchiveConfig(200_000, 8, 64, 16_384));
    }

    @Test
    @Tag("slow")
    void imageOfHundredThousandStreamsStaysFlatUpToTenMillionExtents() {
        check(100_000, 10_000_000, ArchiveConfig.defaults());
    }

    private static void check(int streams, long extents, ArchiveConfig config) {
        var history = new History(streams, Math.min(5000, streams), config);
        List<History.Sample> samples = history.samples(extents, System.out::println);
        for (History.Sample sample : samples) {
            assertThat(sample.entries()).isLessThanOrEqualTo(history.bound());
            assertThat(sample.longestStream())
                    .isLessThanOrEqualTo(config.longestStream() * 9 / 8 + 1);
        }
        // Whatever the history: what an entry and a stream take at most, and the ledger's few
        // bytes.
        long allowed = 40_000 + 12 * history.bound() + 60L * streams;
        assertThat(samples).allSatisfy(s -> assertThat(s.snapshotBytes()).isLessThan(allowed));
        History.Sample last = samples.getLast();
        assertThat(last.extents()).isGreaterThanOrEqualTo(extents);
        assertThat(last.puts()).isPositive();
        assertThat(last.putBytes()).as("written per extent").isLessThan(60 * extents);
        var random = new Random(7);
        for (int i = 0; i < 20; i++) {
            long streamId = 1 + random.nextInt(streams);
            assertThat(history.walk(streamId)).isEqualTo(extents / streams);
            assertThat(history.coldRequests(random)).isLessThanOrEqualTo(3L * last.level());
        }
    }
}
