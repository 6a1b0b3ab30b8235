package io.oxbow.tableflow.commit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.oxbow.tableflow.TableFlowException;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
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

    @Test
    void offsetsOfManyPartitionsArePackedAndTheOldFormIsRead() {
        SortedMap<Integer, Long> offsets = new TreeMap<>();
        for (int partition = 0; partition < 20; partition++) {
            offsets.put(3 * partition, 1_000_000_000L + 7 * (partition % 5));
        }
        String packed = NextOffsets.spell(offsets);
        assertThat(packed)
                .isEqualTo(
                        "packed1.AYCo1rkHAw4DDgMOAw4DNwMOAw4DDgMOAzcDDgMOAw4DDgM3Aw4DDgMOAw4GG7iA");
        assertThat(NextOffsets.parse(packed)).isEqualTo(offsets);
        StringBuilder pairs = new StringBuilder();
        offsets.forEach((partition, offset) ->
                pairs.append(pairs.isEmpty() ? "" : ",").append(partition + ":" + offset));
        assertThat(NextOffsets.parse(pairs.toString())).isEqualTo(offsets);
        offsets.put(70, Long.MAX_VALUE);
        offsets.put(71, 0L);
        assertThat(NextOffsets.parse(NextOffsets.spell(offsets))).isEqualTo(offsets);
    }

    @Test
    void damagedOffsetsAreRefused() {
        SortedMap<Integer, Long> offsets = new TreeMap<>();
        for (int partition = 0; partition < 20; partition++) {
            offsets.put(partition, 5L);
        }
        String packed = NextOffsets.spell(offsets);
        for (String damaged :
                List.of(
                        packed.substring(0, 12) + "_" + packed.substring(13),
                        packed.substring(0, packed.length() - 3),
                        "packed1.",
                        "packed1.A",
                        "packed1.?")) {
            assertThatThrownBy(() -> NextOffsets.parse(damaged))
                    .isInstanceOf(TableFlowException.class);
        }
    }
}
