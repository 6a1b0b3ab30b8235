package io.oxbow.broker.producer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.oxbow.broker.testing.Batches;
import java.util.Arrays;
import java.util.Objects;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.InvalidTxnStateException;
import org.apache.kafka.common.errors.OutOfOrderSequenceException;
import org.apache.kafka.common.errors.TransactionCoordinatorFencedException;
import org.apache.kafka.common.record.internal.MutableRecordBatch;
import org.apache.kafka.storage.internals.log.AppendOrigin;
import org.apache.kafka.storage.internals.log.VerificationGuard;
import org.jspecify.annotations.Nullable;
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
                    states.check(
                                    batch(0, i * 2, 2),
                                    AppendOrigin.CLIENT,
                                    VerificationGuard.SENTINEL)
                            .orElseThrow();
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
        assertThat(
                        states.check(
                                batch(0, Integer.MAX_VALUE - 9, 10),
                                AppendOrigin.CLIENT,
                                VerificationGuard.SENTINEL))
                .isPresent();
    }

    @Test
    void aBatchMayWrapInside() {
        append(0, Integer.MAX_VALUE - 4, 10);
        append(0, 5, 1);
        assertThat(
                        states.check(
                                batch(0, Integer.MAX_VALUE - 4, 10),
                                AppendOrigin.CLIENT,
                                VerificationGuard.SENTINEL))
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
        assertThat(
                        states.check(
                                batch(0, 9, 1),
                                AppendOrigin.COORDINATOR,
                                VerificationGuard.SENTINEL))
                .isEmpty();
        append(3, 0, 1);
        assertThatThrownBy(() ->
                        states.check(
                                batch(2, 0, 1),
                                AppendOrigin.COORDINATOR,
                                VerificationGuard.SENTINEL))
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
        assertThat(other.check(batch(2, 18, 3), AppendOrigin.CLIENT, VerificationGuard.SENTINEL))
                .isPresent();
        assertThat(other.check(batch(2, 21, 3), AppendOrigin.CLIENT, VerificationGuard.SENTINEL))
                .isEmpty();
    }

    @Test
    void theNumberOfProducersIsBounded() {
        for (int i = 0; i <= ProducerStates.PRODUCERS_MAX; i++) {
            states.appended(i, (short) 0, new ProducerBatch(0, 0, i, i, nowMillis), false);
        }
        assertThat(states.snapshot()).hasSize(ProducerStates.PRODUCERS_MAX);
        assertThat(states.snapshot().getFirst().producerId()).isEqualTo(1);
    }

    @Test
    void aTransactionBeginsWithItsCoordinatorsWordAndGoesOnWithout() {
        assertThatThrownBy(() -> check(transactional(0, 0), VerificationGuard.SENTINEL))
                .isInstanceOf(InvalidTxnStateException.class);
        VerificationGuard guard = states.startVerification(PRODUCER, (short) 0, 0);
        appendTransactional(0, 0, guard);
        assertThat(states.startVerification(PRODUCER, (short) 0, 1)).isNull();
        appendTransactional(0, 1, VerificationGuard.SENTINEL);
    }

    @Test
    void aMarkerTakesTheCoordinatorsEarlierWordBack() {
        var marker = new EndMarker(false, 1);
        VerificationGuard before = states.startVerification(PRODUCER, (short) 0, 0);
        states.checkMarker(transactional(0, 0), marker, (short) 0);
        assertThatThrownBy(() -> check(transactional(0, 0), before))
                .isInstanceOf(InvalidTxnStateException.class);

        VerificationGuard again = states.startVerification(PRODUCER, (short) 0, 0);
        states.checkMarker(transactional(1, 0), marker, (short) 2);
        assertThatThrownBy(() -> check(transactional(0, 0), again))
                .isInstanceOf(InvalidTxnStateException.class);
    }

    @Test
    void aProducerMayAskAboutItsNextTransactionBeforeTheMarkerOfTheLast() {
        appendTransactional(0, 0, states.startVerification(PRODUCER, (short) 0, 0));
        VerificationGuard next = states.startVerification(PRODUCER, (short) 1, 0);
        var marker = new EndMarker(true, 1);
        states.checkMarker(transactional(1, 0), marker, (short) 2);
        states.ended(PRODUCER, (short) 1, marker, nowMillis);
        appendTransactional(1, 0, next);
    }

    @Test
    void aFirstBatchThatOvertakesAnotherIsOutOfOrder() {
        states.startVerification(PRODUCER, (short) 0, 0);
        VerificationGuard guard = states.startVerification(PRODUCER, (short) 0, 7);
        assertThatThrownBy(() -> check(transactional(0, 7), guard))
                .isInstanceOf(OutOfOrderSequenceException.class);
        appendTransactional(0, 0, guard);
    }

    @Test
    void anOpenTransactionTakesNoOtherBatches() {
        appendTransactional(0, 0, states.startVerification(PRODUCER, (short) 0, 0));
        assertThatThrownBy(() -> append(0, 1, 1)).isInstanceOf(InvalidTxnStateException.class);
    }

    @Test
    void aProducerWithAnOpenTransactionIsNotForgotten() {
        appendTransactional(0, 0, states.startVerification(PRODUCER, (short) 0, 0));
        states.expire(EXPIRATION * 10);
        assertThat(states.snapshot()).hasSize(1);
        states.ended(PRODUCER, (short) 1, new EndMarker(true, 1), nowMillis);
        states.expire(EXPIRATION * 10);
        assertThat(states.snapshot()).isEmpty();
    }

    @Test
    void aMarkerThatComesLateEndsNoLaterTransaction() {
        appendTransactional(0, 0, states.startVerification(PRODUCER, (short) 0, 0));
        var marker = new EndMarker(true, 3);
        states.checkMarker(transactional(1, 0), marker, (short) 2);
        states.ended(PRODUCER, (short) 1, marker, nowMillis);
        appendTransactional(1, 0, states.startVerification(PRODUCER, (short) 1, 0));

        assertThatThrownBy(() -> states.checkMarker(transactional(1, 0), marker, (short) 2))
                .isInstanceOf(InvalidProducerEpochException.class);
        assertThatThrownBy(() -> states.checkMarker(transactional(0, 0), marker, (short) 0))
                .isInstanceOf(InvalidProducerEpochException.class);
        assertThatThrownBy(() ->
                        states.checkMarker(transactional(2, 0), new EndMarker(true, 2), (short) 2))
                .isInstanceOf(TransactionCoordinatorFencedException.class);
        states.checkMarker(transactional(2, 0), marker, (short) 2);
    }

    private void check(MutableRecordBatch batch, VerificationGuard guard) {
        assertThat(states.check(batch, AppendOrigin.CLIENT, guard)).isEmpty();
    }

    private void appendTransactional(int epoch, int sequence, @Nullable VerificationGuard guard) {
        MutableRecordBatch batch = transactional(epoch, sequence);
        check(batch, Objects.requireNonNull(guard));
        batch.setLastOffset(nextOffset);
        states.appended(PRODUCER, (short) epoch, ProducerBatch.of(batch, nowMillis), true);
        nextOffset++;
    }

    private static MutableRecordBatch transactional(int epoch, int sequence) {
        return Batches.transactional(PRODUCER, epoch, sequence, "v").batches().iterator().next();
    }

    private void append(int epoch, int sequence, int count) {
        MutableRecordBatch batch = batch(epoch, sequence, count);
        assertThat(states.check(batch, AppendOrigin.CLIENT, VerificationGuard.SENTINEL)).isEmpty();
        batch.setLastOffset(nextOffset + count - 1);
        states.appended(PRODUCER, (short) epoch, ProducerBatch.of(batch, nowMillis), false);
        nextOffset += count;
    }

    private static MutableRecordBatch batch(int epoch, int sequence, int count) {
        var values = new String[count];
        Arrays.fill(values, "v");
        return Batches.idempotent(PRODUCER, epoch, sequence, values).batches().iterator().next();
    }
}
