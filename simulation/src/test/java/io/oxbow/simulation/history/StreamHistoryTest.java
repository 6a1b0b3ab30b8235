package io.oxbow.simulation.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.oxbow.simulation.history.StreamHistory.Shown;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Tests which histories of a stream's clients are accepted and which are violations. */
class StreamHistoryTest {

    private final StreamHistory history = new StreamHistory("s");
    private final Opening a = history.opened("a", 1, 0, 0);

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static Shown shown(long offset, int count, String text) {
        return new Shown(offset, count, ByteBuffer.wrap(bytes(text)));
    }

    private Attempt append(Opening opening, int count, String text) {
        return history.appending(opening, opening.nextOffset(), count, bytes(text));
    }

    private Attempt acked(Opening opening, int count, String text) {
        Attempt attempt = append(opening, count, text);
        history.acked(attempt);
        return attempt;
    }

    private static void assertViolated(Runnable event, String why) {
        assertThatThrownBy(event::run)
                .isInstanceOf(HistoryViolation.class)
                .hasMessageContaining(why);
    }

    // ---- good ones

    @Test
    void anOrdinaryLife() {
        acked(a, 2, "x");
        acked(a, 1, "y");
        history.durableEnd(a, 3);
        history.read(1, List.of(shown(0, 2, "x"), shown(2, 1, "y")), 3);
        Opening b = history.opened("b", 2, 0, 3);
        acked(b, 1, "z");
        history.read(2, List.of(shown(2, 1, "y"), shown(3, 1, "z")), 4);
    }

    @Test
    void anUnknownAppendMayBeFoundLater() {
        append(a, 1, "x");
        history.opened("b", 2, 0, 1);
        history.read(0, List.of(shown(0, 1, "x")), 1);
    }

    @Test
    void anUnknownAppendMayNeverBeFound() {
        append(a, 1, "x");
        Opening b = history.opened("b", 2, 0, 0);
        acked(b, 1, "y");
        history.read(0, List.of(shown(0, 1, "y")), 1);
    }

    @Test
    void theDeposedMayGoOnAppendingUnacked() {
        history.opened("b", 2, 0, 0);
        append(a, 1, "x");
        append(a, 1, "y");
    }

    @Test
    void openingsMayBeHeardOfInAnyOrder() {
        history.opened("c", 3, 0, 0);
        history.opened("b", 2, 0, 0);
    }

    @Test
    void cancelledOffsetsAreUsedAgain() {
        history.cancelled(append(a, 3, "x"));
        Attempt second = acked(a, 1, "y");
        assertThat(second.baseOffset()).isZero();
    }

    @Test
    void trimmedStarts() {
        acked(a, 9, "x");
        history.trimming(a, 5);
        history.opened("b", 2, 5, 9);
        history.trimmed(a, 5);
        history.opened("c", 3, 5, 9);
    }

    @Test
    void anOpeningThatIsHeardOfLateKnowsNothingOfLaterTrims() {
        acked(a, 9, "x");
        Opening c = history.opened("c", 3, 0, 9);
        history.trimming(c, 5);
        history.trimmed(c, 5);
        history.opened("b", 2, 0, 9);
    }

    @Test
    void damageMayTakeWhatWasAcked() {
        acked(a, 1, "x");
        acked(a, 1, "y");
        history.damageDone();
        Opening b = history.opened("b", 2, 0, 1);
        acked(b, 1, "z");
        history.read(0, List.of(shown(0, 1, "x"), shown(1, 1, "z")), 2);
        assertViolated(
                () -> history.read(1, List.of(shown(1, 1, "y")), 2), "was never appended there");
    }

    // ---- bad ones

    @Test
    void anAckedAppendThatIsGone() {
        acked(a, 1, "x");
        assertViolated(() -> history.opened("b", 2, 0, 0), "invariant 11");
    }

    @Test
    void aRecordThatWasReadMustNotBeGone() {
        append(a, 1, "x");
        history.durableEnd(a, 1);
        history.read(0, List.of(shown(0, 1, "x")), 1);
        assertViolated(() -> history.opened("b", 2, 0, 0), "invariant 11");
    }

    @Test
    void anAckOfTheDeposed() {
        Attempt late = append(a, 1, "x");
        history.opened("b", 2, 0, 0);
        assertViolated(() -> history.acked(late), "invariant 11");
    }

    @Test
    void anAckOutOfOrder() {
        append(a, 1, "x");
        Attempt second = append(a, 1, "y");
        assertViolated(() -> history.acked(second), "is acked before");
    }

    @Test
    void twoValuesAtOneOffset() {
        append(a, 1, "x");
        Opening b = history.opened("b", 2, 0, 0);
        acked(b, 1, "y");
        assertViolated(() -> history.read(0, List.of(shown(0, 1, "x")), 1), "two values");
    }

    @Test
    void overlappingAppends() {
        append(a, 3, "x");
        Opening b = history.opened("b", 2, 0, 0);
        acked(b, 1, "y");
        acked(b, 1, "z");
        assertViolated(() -> history.read(0, List.of(shown(0, 3, "x")), 3), "two values");
    }

    @Test
    void bytesThatNobodyAppended() {
        acked(a, 1, "x");
        assertViolated(() -> history.read(0, List.of(shown(0, 1, "?")), 1), "never appended");
    }

    @Test
    void anAppendThatIsReadAtAnotherOffset() {
        acked(a, 1, "x");
        acked(a, 1, "y");
        assertViolated(() -> history.read(1, List.of(shown(1, 1, "x")), 2), "never appended");
    }

    @Test
    void aCancelledAppendThatIsRead() {
        history.cancelled(append(a, 1, "x"));
        assertViolated(() -> history.read(0, List.of(shown(0, 1, "x")), 1), "never appended");
    }

    @Test
    void aGapInARead() {
        acked(a, 1, "x");
        acked(a, 1, "y");
        acked(a, 1, "z");
        assertViolated(
                () -> history.read(0, List.of(shown(0, 1, "x"), shown(2, 1, "z")), 3), "shows");
    }

    @Test
    void aReadBesideTheOffsetAskedFor() {
        acked(a, 1, "x");
        acked(a, 1, "y");
        assertViolated(() -> history.read(0, List.of(shown(1, 1, "y")), 2), "a read from 0");
    }

    @Test
    void aReadBeyondTheDurableEnd() {
        append(a, 1, "x");
        assertViolated(() -> history.read(0, List.of(shown(0, 1, "x")), 0), "durable is 0");
    }

    @Test
    void anEpochWithTwoOwners() {
        assertViolated(() -> history.opened("b", 1, 0, 0), "epoch 1 is opened");
    }

    @Test
    void aGapBetweenAppends() {
        assertViolated(() -> history.appending(a, 5, 1, bytes("x")), "appends at 5 after 0");
    }

    @Test
    void aDurableEndThatFalls() {
        append(a, 2, "x");
        history.durableEnd(a, 2);
        assertViolated(() -> history.durableEnd(a, 1), "durable end");
    }

    @Test
    void aDurableEndBelowAnAck() {
        acked(a, 2, "x");
        assertViolated(() -> history.durableEnd(a, 0), "durable end");
    }

    @Test
    void aTrimThatNobodyAskedFor() {
        acked(a, 9, "x");
        assertViolated(() -> history.opened("b", 2, 5, 9), "it starts at 5");
    }

    @Test
    void aTrimThatIsUndone() {
        acked(a, 9, "x");
        history.trimming(a, 5);
        history.trimmed(a, 5);
        assertViolated(() -> history.opened("b", 2, 0, 9), "it starts at 0");
    }
}
