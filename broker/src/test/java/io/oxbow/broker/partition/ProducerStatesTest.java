package io.oxbow.broker.partition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.oxbow.broker.testing.Batches;
import java.util.Arrays;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.OutOfOrderSequenceException;
import org.apache.kafka.common.record.internal.MutableRecordBatch;
import org.apache.kafka.storage.internals.log.AppendOrigin;
import org.junit.jupiter.api.Test;

/** Tests the recognition of producers' retries and gaps. */
class ProducerStatesTest {

    private static final long PRODUCER = 7;
    private static final long EXPIRATION = 1000;

    private final ProducerStates states = new ProducerStates(EXPIRATION);
    private long nextOffset;
    private long nowMillis;

    @Test
    void anUnknownProducerMayBeginAnywhere() {
        append(0, 15, 1);
        append(0, 16, 1);
    }

    @Test
    void sequencesFollowOnEachOther() {
        append(0, 0, 3);
        append(0, 3, 2);
        append(0, 5, 1);
    }

    @Test
    void aGapIsRefused() {
        append(0, 0, 1);
        assertThatThrownBy(() -> append(0, 2, 1)).isInstanceOf(OutOfOrderSequenceException.class);
        append(0, 1, 1);
    }

    @Test
    void aRetryOfAnyOfTheLastFiveIsRecognised() {
        for (int i = 0; i < 8; i++) {
            append(0, i * 2, 2);
        }
        for (int i = 3; i < 8; i++) {
            ProducerBatch earlier =
                    states.check(batch(0, i * 2, 2), AppendOrigin.CLIENT).orElseThrow();
            assertThat(earlier.baseOffset()).isEqualTo(i * 2L);
            assertThat(earlier.lastOffset()).isEqualTo(i * 2L + 1);
        }
    }

    @Test
    void aRetryOlderThanTheLastFiveIsOutOfOrder() {
        for (int i = 0; i < 6; i++) {
            append(0, i, 1);
        }
        assertThatThrownBy(() -> append(0, 0, 1)).isInstanceOf(OutOfOrderSequenceException.class);
    }

    @Test
    void aBatchThatOnlyOverlapsIsNoRetry() {
        append(0, 0, 4);
        assertThatThrownBy(() -> append(0, 0, 2)).isInstanceOf(OutOfOrderSequenceException.class);
        assertThatThrownBy(() -> append(0, 2, 4)).isInstanceOf(OutOfOrderSequenceException.class);
    }

    @Test
    void aNewEpochBeginsAtSequenceZero() {
        append(0, 0, 5);
        assertThatThrownBy(() -> append(1, 5, 1)).isInstanceOf(OutOfOrderSequenceException.class);
        append(1, 0, 1);
        append(1, 1, 1);
    }

    @Test
    void anOldEpochIsRefused() {
        append(1, 0, 1);
        assertThatThrownBy(() -> append(0, 1, 1)).isInstanceOf(InvalidProducerEpochException.class);
    }

    @Test
    void aRetryOfAnOldEpochIsRefusedAndNotRecognised() {
        append(0, 0, 1);
        append(1, 0, 1);
        assertThatThrownBy(() -> append(0, 0, 1)).isInstanceOf(InvalidProducerEpochException.class);
    }

    @Test
    void sequencesWrapAround() {
        append(0, Integer.MAX_VALUE - 9, 10);
        append(0, 0, 10);
        assertThat(states.check(batch(0, Integer.MAX_VALUE - 9, 10), AppendOrigin.CLIENT))
                .isPresent();
    }

    @Test
    void aBatchMayWrapInside() {
        append(0, Integer.MAX_VALUE - 4, 10);
        append(0, 5, 1);
        assertThat(states.check(batch(0, Integer.MAX_VALUE - 4, 10), AppendOrigin.CLIENT))
                .isPresent();
        assertThatThrownBy(() -> append(0, 7, 1)).isInstanceOf(OutOfOrderSequenceException.class);
    }

    @Test
    void aSequenceMayNotSkipZeroWhenItWraps() {
        append(0, Integer.MAX_VALUE, 1);
        assertThatThrownBy(() -> append(0, 1, 1)).isInstanceOf(OutOfOrderSequenceException.class);
    }

    @Test
    void aCoordinatorsSequencesAreNotChecked() {
        append(0, 0, 1);
        assertThat(states.check(batch(0, 9, 1), AppendOrigin.COORDINATOR)).isEmpty();
        append(3, 0, 1);
        assertThatThrownBy(() -> states.check(batch(2, 0, 1), AppendOrigin.COORDINATOR))
                .isInstanceOf(InvalidProducerEpochException.class);
    }

    @Test
    void silentProducersAreForgotten() {
        append(0, 0, 1);
        nowMillis = EXPIRATION - 1;
        states.expire(nowMillis);
        assertThatThrownBy(() -> append(0, 2, 1)).isInstanceOf(OutOfOrderSequenceException.class);
        nowMillis = EXPIRATION;
        states.expire(nowMillis);
        append(0, 2, 1);
    }

    @Test
    void anAppendKeepsAProducerKnown() {
        append(0, 0, 1);
        nowMillis = EXPIRATION - 1;
        append(0, 1, 1);
        states.expire(EXPIRATION);
        assertThat(states.snapshot()).hasSize(1);
    }

    @Test
    void restoredStatesEqualTheCapturedOnes() {
        for (int i = 0; i < 7; i++) {
            append(2, i * 3, 3);
        }
        var other = new ProducerStates(EXPIRATION);
        other.restore(states.snapshot());
        assertThat(other.snapshot()).isEqualTo(states.snapshot());
        assertThat(other.check(batch(2, 18, 3), AppendOrigin.CLIENT)).isPresent();
        assertThat(other.check(batch(2, 21, 3), AppendOrigin.CLIENT)).isEmpty();
    }

    @Test
    void theNumberOfProducersIsBounded() {
        for (int i = 0; i <= ProducerStates.PRODUCERS_MAX; i++) {
            states.appended(
                    Batches.idempotent(i, 0, 0, "v").batches().iterator().next(), nowMillis);
        }
        assertThat(states.snapshot()).hasSize(ProducerStates.PRODUCERS_MAX);
        assertThat(states.snapshot().getFirst().producerId()).isEqualTo(1);
    }

    private void append(int epoch, int sequence, int count) {
        MutableRecordBatch batch = batch(epoch, sequence, count);
        assertThat(states.check(batch, AppendOrigin.CLIENT)).isEmpty();
        batch.setLastOffset(nextOffset + count - 1);
        states.appended(batch, nowMillis);
        nextOffset += count;
    }

    private static MutableRecordBatch batch(int epoch, int sequence, int count) {
        var values = new String[count];
        Arrays.fill(values, "v");
        return Batches.idempotent(PRODUCER, epoch, sequence, values).batches().iterator().next();
    }
}
