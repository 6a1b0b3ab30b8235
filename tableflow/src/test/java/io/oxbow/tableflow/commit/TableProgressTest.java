package io.oxbow.tableflow.commit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Tests the progress of a table and its form in snapshots. */
class TableProgressTest {

    private static final UUID TOPIC = new UUID(1, 2);
    private static final UUID COMMIT = new UUID(3, 4);

    private static TranslatedRange range(int partition, long from, long end) {
        return new TranslatedRange(partition, from, from, end, end - from, 0);
    }

    private final TableProgress progress =
            TableProgress.none(TOPIC)
                    .apply(List.of(range(0, 5, 10), range(3, 0, 7)), 2, 99, COMMIT);

    @Test
    void aRangeGoesOnWhereItsPartitionLeftOff() {
        assertThat(progress.canApply(range(0, 10, 12))).isTrue();
        assertThat(progress.canApply(range(0, 9, 12))).isFalse();
        assertThat(progress.canApply(range(0, 11, 12))).isFalse();
        assertThat(progress.canApply(range(1, 40, 50))).isTrue();
        assertThat(progress.apply(List.of(range(0, 10, 12)), 3, 100, TOPIC).nextOffsets())
                .isEqualTo(Map.of(0, 12L, 3, 7L));
        assertThatThrownBy(() -> progress.apply(List.of(range(0, 9, 12)), 3, 100, TOPIC))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void twoRangesOfOnePartitionFollowOneAnother() {
        assertThat(
                        progress.apply(List.of(range(0, 10, 12), range(0, 12, 15)), 2, 99, COMMIT)
                                .nextOffset(0))
                .hasValue(15);
        assertThatThrownBy(() ->
                        progress.apply(List.of(range(0, 10, 12), range(0, 10, 15)), 2, 99, COMMIT))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void theSummaryIsFixed() {
        assertThat(progress.summary())
                .isEqualTo(
                        Map.of(
                                "oxbow.next-offsets", "0:10,3:7",
                                "oxbow.committer-epoch", "2",
                                "oxbow.watermark", "99",
                                "oxbow.topic-id", "00000000-0000-0001-0000-000000000002",
                                "oxbow.commit-id", "00000000-0000-0003-0000-000000000004"));
        assertThat(TableProgress.of(progress.summary())).contains(progress);
        assertThat(TableProgress.of(Map.of("added-records", "1"))).isEmpty();
    }

    @Test
    void aRangeThatEndsBeforeItBeginsIsRefused() {
        assertThatThrownBy(() -> new TranslatedRange(0, 5, 4, 6, 1, 0))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new TranslatedRange(0, 5, 5, 4, 1, 0))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
