package io.oxbow.broker.partition;

import static org.assertj.core.api.Assertions.assertThat;

import io.oxbow.broker.partition.LeaderEpochs.EpochStart;
import io.oxbow.broker.partition.PartitionHistory.EpochEnd;
import org.junit.jupiter.api.Test;

/** Tests the start and end offsets of leader epochs. */
class LeaderEpochsTest {

    private static final long END = 100;

    private final LeaderEpochs epochs = new LeaderEpochs();

    @Test
    void anEpochEndsWhereTheNextBegins() {
        epochs.begin(1, 0);
        epochs.begin(4, 10);
        epochs.begin(5, 20);
        assertThat(epochs.endOffsetFor(1, END)).isEqualTo(new EpochEnd(1, 10));
        assertThat(epochs.endOffsetFor(4, END)).isEqualTo(new EpochEnd(4, 20));
    }

    @Test
    void theLastEpochEndsAtTheLogsEnd() {
        epochs.begin(1, 0);
        assertThat(epochs.endOffsetFor(1, END)).isEqualTo(new EpochEnd(1, END));
    }

    @Test
    void aGapIsAnsweredWithTheEpochBelow() {
        epochs.begin(1, 0);
        epochs.begin(4, 10);
        assertThat(epochs.endOffsetFor(3, END)).isEqualTo(new EpochEnd(1, 10));
    }

    @Test
    void anEpochBeforeTheFirstEndsWhereTheFirstBegins() {
        epochs.begin(4, 10);
        assertThat(epochs.endOffsetFor(2, END)).isEqualTo(new EpochEnd(2, 10));
    }

    @Test
    void aFutureEpochIsUndefined() {
        epochs.begin(4, 10);
        assertThat(epochs.endOffsetFor(5, END)).isEqualTo(EpochEnd.UNDEFINED);
        assertThat(new LeaderEpochs().endOffsetFor(0, END)).isEqualTo(EpochEnd.UNDEFINED);
    }

    @Test
    void anEpochThatWroteNothingIsReplaced() {
        epochs.begin(1, 0);
        epochs.begin(2, 10);
        epochs.begin(3, 10);
        assertThat(epochs.snapshot()).containsExactly(new EpochStart(1, 0), new EpochStart(3, 10));
    }

    @Test
    void anEpochBeginsOnce() {
        epochs.begin(3, 0);
        epochs.begin(3, 10);
        epochs.begin(2, 20);
        assertThat(epochs.snapshot()).containsExactly(new EpochStart(3, 0));
    }

    @Test
    void anOffsetIsOfTheEpochThatBeganLastBeforeIt() {
        epochs.begin(1, 5);
        epochs.begin(4, 10);
        assertThat(epochs.at(4)).isEmpty();
        assertThat(epochs.at(5)).hasValue(1);
        assertThat(epochs.at(9)).hasValue(1);
        assertThat(epochs.at(10)).hasValue(4);
        assertThat(epochs.at(99)).hasValue(4);
    }

    @Test
    void trimmingForgetsWhatEndedBefore() {
        epochs.begin(1, 0);
        epochs.begin(2, 10);
        epochs.begin(3, 20);
        epochs.trim(5);
        assertThat(epochs.snapshot().getFirst()).isEqualTo(new EpochStart(1, 5));
        epochs.trim(10);
        assertThat(epochs.snapshot().getFirst()).isEqualTo(new EpochStart(2, 10));
        epochs.trim(15);
        assertThat(epochs.snapshot().getFirst()).isEqualTo(new EpochStart(2, 15));
        epochs.trim(50);
        assertThat(epochs.snapshot()).containsExactly(new EpochStart(3, 50));
    }
}
