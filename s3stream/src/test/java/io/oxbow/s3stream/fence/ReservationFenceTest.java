package io.oxbow.s3stream.fence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.oxbow.s3stream.fence.StorageFence.Result;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReservationFenceTest {

    private static final ReservationKey DEAD = ReservationKey.of(1, 7);
    private static final ReservationKey FENCER = ReservationKey.of(2, 8);
    private static final ReservationKey OTHER = ReservationKey.of(3, 9);
    private static final DeadWal WAL = new DeadWal(1, 7, new UUID(1, 1));

    private final ModelDevice device = new ModelDevice();

    private void writing(String initiator, ReservationKey key) {
        assertThat(WriterReservation.take(device.initiator(initiator), key, Set.of()))
                .isEqualTo(new WriterReservation.Result.Held());
    }

    private Result fence(String initiator, ReservationKey key) {
        return new ReservationFence(device.initiator(initiator), key).fence(WAL);
    }

    private void readable(boolean readable) {
        if (!readable) {
            device.unreadable();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aFencedWriterCanWriteNoMore(boolean readable) {
        readable(readable);
        writing("dead", DEAD);
        assertThat(device.mayWrite("dead")).isTrue();
        assertThat(fence("fencer", FENCER)).isInstanceOf(Result.Fenced.class);
        assertThat(device.mayWrite("dead")).isFalse();
        assertThat(device.keys()).containsExactly(FENCER);
        assertThat(device.holder()).isEqualTo("fencer");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void fencingAgainChangesNothing(boolean readable) {
        readable(readable);
        writing("dead", DEAD);
        Result first = fence("fencer", FENCER);
        assertThat(fence("fencer", FENCER)).isEqualTo(first);
        assertThat(device.keys()).containsExactly(FENCER);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aWriterThatNeverGotSoFarIsKeptOutAllTheSame(boolean readable) {
        readable(readable);
        assertThat(fence("fencer", FENCER)).isInstanceOf(Result.Fenced.class);
        assertThat(device.mayWrite("dead")).isFalse();
        assertThat(WriterReservation.take(device.initiator("dead"), DEAD, Set.of()))
                .isInstanceOf(WriterReservation.Result.Refused.class);
        assertThat(device.mayWrite("dead")).isFalse();
    }

    @Test
    void aSecondFencerIsSureTooWhereKeysCanBeRead() {
        writing("dead", DEAD);
        fence("fencer", FENCER);
        assertThat(fence("other", OTHER)).isInstanceOf(Result.Fenced.class);
        assertThat(device.holder()).isEqualTo("fencer");
    }

    @Test
    void aSecondFencerIsNotSureWhereKeysCannotBeRead() {
        device.unreadable();
        writing("dead", DEAD);
        fence("fencer", FENCER);
        assertThat(fence("other", OTHER))
                .isInstanceOfSatisfying(
                        Result.NotFenced.class,
                        no -> assertThat(no.why()).contains("reserved by another key"));
    }

    /** A fencer may die at any request, applied or not; the next one completes the fence. */
    @ParameterizedTest
    @CsvSource({
        "0,false", "1,false", "1,true", "2,false", "2,true", "3,false", "3,true", "4,false"
    })
    void aFencerThatDiesBetweenStepsIsFollowedByAnother(int calls, boolean applied) {
        writing("dead", DEAD);
        var dying = device.initiator("fencer").dieAfter(calls, applied);
        assertThat(new ReservationFence(dying, FENCER).fence(WAL))
                .isInstanceOf(Result.Unknown.class);
        assertThat(fence("other", OTHER)).isInstanceOf(Result.Fenced.class);
        assertThat(device.mayWrite("dead")).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "0,false", "1,false", "1,true", "2,false", "2,true", "3,false", "3,true", "4,false",
        "5,false", "6,false"
    })
    void aFencerThatDiesBetweenStepsMayComeBack(int calls, boolean applied) {
        device.unreadable();
        writing("dead", DEAD);
        var dying = device.initiator("fencer").dieAfter(calls, applied);
        assertThat(new ReservationFence(dying, FENCER).fence(WAL))
                .isNotInstanceOf(Result.Fenced.class);
        assertThat(fence("fencer", FENCER)).isInstanceOf(Result.Fenced.class);
        assertThat(device.mayWrite("dead")).isFalse();
    }

    @Test
    void aDeviceWithoutAReservationIsNotFenced() {
        var fencer = device.initiator("fencer");
        var never =
                new ForwardingReservations(fencer) {
                    @Override
                    public Outcome reserve(ReservationKey own) {
                        return new Outcome.Conflict();
                    }
                };
        assertThat(new ReservationFence(never, FENCER).fence(WAL))
                .isInstanceOfSatisfying(
                        Result.Unknown.class,
                        unknown ->
                                assertThat(unknown.cause())
                                        .hasMessageContaining("anybody can write"));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aDeviceThatSaysDoneButKeepsTheKeyIsNotFenced(boolean readable) {
        readable(readable);
        writing("dead", DEAD);
        var liar =
                new ForwardingReservations(device.initiator("fencer")) {
                    @Override
                    public Outcome preemptAndAbort(ReservationKey own, ReservationKey dead) {
                        return new Outcome.Done();
                    }
                };
        assertThat(new ReservationFence(liar, FENCER).fence(WAL))
                .isNotInstanceOf(Result.Fenced.class);
        assertThat(device.mayWrite("dead")).isTrue();
    }

    @Test
    void aDeviceThatKnowsNoReservationsIsSaidToBeSo() {
        var none =
                new ForwardingReservations(device.initiator("fencer")) {
                    @Override
                    public Outcome register(ReservationKey own) {
                        return new Outcome.Unsupported("errno 95");
                    }
                };
        assertThat(new ReservationFence(none, FENCER).fence(WAL))
                .isInstanceOfSatisfying(
                        Result.NotFenced.class,
                        no ->
                                assertThat(no.why())
                                        .contains("model knows no reservations (errno 95)"));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anotherWriterTakesOverFromTheFencer(boolean readable) {
        readable(readable);
        writing("dead", DEAD);
        fence("fencer", FENCER);
        assertThat(WriterReservation.take(device.initiator("next"), OTHER, Set.of(DEAD, FENCER)))
                .isEqualTo(new WriterReservation.Result.Held());
        assertThat(device.keys()).containsExactly(OTHER);
        assertThat(device.mayWrite("dead")).isFalse();
        assertThat(device.mayWrite("fencer")).isFalse();
    }

    @Test
    void aNodeThatStartsAgainReplacesItsOwnKey() {
        writing("node", DEAD);
        writing("node", OTHER);
        assertThat(device.keys()).containsExactly(OTHER);
    }

    @Test
    void aDeviceOfALiveWriterIsRefusedAndLeftAsItWas() {
        writing("live", DEAD);
        assertThat(WriterReservation.take(device.initiator("second"), OTHER, Set.of()))
                .isInstanceOfSatisfying(
                        WriterReservation.Result.Refused.class,
                        refused -> assertThat(refused.why()).contains(DEAD.toString()));
        assertThat(device.keys()).containsExactly(DEAD);
        assertThat(device.mayWrite("second")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aNodeOfTheSameMachineIsNotFencedByTheDevice(boolean readable) {
        readable(readable);
        writing("machine", DEAD);
        assertThat(fence("machine", FENCER))
                .isInstanceOfSatisfying(
                        Result.NotFenced.class,
                        no -> assertThat(no.why()).contains("lock the volume"));
        assertThat(device.keys()).containsExactly(DEAD);
    }

    @Test
    void aNodeDoesNotFenceItself() {
        assertThatThrownBy(() -> fence("fencer", DEAD))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void keysShowTheNodeAndItsEpoch() {
        assertThat(ReservationKey.of(0x12, 0x345)).hasToString("0x4f00120000000345");
        assertThatThrownBy(() -> ReservationKey.of(1, 1L << 40))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("1099511627776");
    }
}
