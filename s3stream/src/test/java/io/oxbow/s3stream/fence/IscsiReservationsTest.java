package io.oxbow.s3stream.fence;

import static org.assertj.core.api.Assertions.assertThat;

import io.oxbow.s3stream.fence.PersistentReservations.Outcome;
import io.oxbow.s3stream.fence.PersistentReservations.Reading;
import io.oxbow.s3stream.fence.StorageFence.Result;
import io.oxbow.s3stream.testkit.RequiresPrograms;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Fencing on a real SCSI target, between real initiators. */
@RequiresPrograms(
        value = {"tgtd", "tgtadm", "iscsi-ls"},
        hint = "apt-get install --no-install-recommends tgt libiscsi-bin")
class IscsiReservationsTest {

    private static final ReservationKey DEAD = ReservationKey.of(1, 7);
    private static final ReservationKey FENCER = ReservationKey.of(2, 8);
    private static final ReservationKey OTHER = ReservationKey.of(3, 9);
    private static final DeadWal WAL = new DeadWal(1, 7, new UUID(1, 1));

    private final List<AutoCloseable> open = new ArrayList<>();
    private TgtTarget target;
    private IscsiInitiator dead;
    private IscsiInitiator fencer;

    @BeforeEach
    void start() throws Exception {
        target = TgtTarget.start();
        open.add(target);
        dead = initiator("dead");
        fencer = initiator("fencer");
    }

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable one : open.reversed()) {
            one.close();
        }
    }

    private IscsiInitiator initiator(String name) {
        var initiator = IscsiInitiator.connect("iqn.2026-01.io.oxbow.test:" + name, target);
        open.add(initiator);
        return initiator;
    }

    private static int writes(IscsiInitiator initiator) {
        byte[] cdb =
                ByteBuffer.allocate(10)
                        .put((byte) 0x2a)
                        .put((byte) 0)
                        .putInt(3)
                        .put((byte) 0)
                        .putShort((short) 1)
                        .array();
        return initiator.write(cdb, new byte[TgtTarget.BLOCK_BYTES]).status();
    }

    private static int reads(IscsiInitiator initiator) {
        byte[] cdb =
                ByteBuffer.allocate(10)
                        .put((byte) 0x28)
                        .put((byte) 0)
                        .putInt(3)
                        .put((byte) 0)
                        .putShort((short) 1)
                        .array();
        return initiator.read(cdb, new byte[TgtTarget.BLOCK_BYTES]).status();
    }

    private static void take(IscsiInitiator initiator, ReservationKey key) {
        assertThat(WriterReservation.take(new IscsiReservations(initiator), key, Set.of()))
                .isEqualTo(new WriterReservation.Result.Held());
    }

    private static Result fence(IscsiInitiator initiator, ReservationKey key) {
        return new ReservationFence(new IscsiReservations(initiator), key).fence(WAL);
    }

    private static Reading.State state(IscsiInitiator initiator) {
        return (Reading.State) new IscsiReservations(initiator).read();
    }

    @Test
    void aReservationLetsItsRegistrantsWriteAndEverybodyRead() {
        assertThat(writes(dead)).isEqualTo(IscsiInitiator.GOOD);
        assertThat(writes(fencer)).isEqualTo(IscsiInitiator.GOOD);
        take(dead, DEAD);
        assertThat(writes(dead)).isEqualTo(IscsiInitiator.GOOD);
        assertThat(writes(fencer)).isEqualTo(IscsiInitiator.RESERVATION_CONFLICT);
        assertThat(reads(fencer)).isEqualTo(IscsiInitiator.GOOD);
        Reading.State state = state(fencer);
        assertThat(state.keys()).containsExactly(DEAD);
        assertThat(state.holder().orElseThrow().key()).contains(DEAD);
        assertThat(state.holder().orElseThrow().type()).isEqualTo(5);
    }

    @Test
    void aFencedWritersWriteIsAReservationConflict() {
        take(dead, DEAD);
        assertThat(writes(dead)).isEqualTo(IscsiInitiator.GOOD);
        assertThat(fence(fencer, FENCER)).isInstanceOf(Result.Fenced.class);
        assertThat(writes(dead)).isEqualTo(IscsiInitiator.RESERVATION_CONFLICT);
        assertThat(reads(fencer)).isEqualTo(IscsiInitiator.GOOD);
        assertThat(state(fencer).keys()).containsExactly(FENCER);
    }

    @Test
    void fencingAgainAndByAnotherChangesNothing() {
        take(dead, DEAD);
        Result first = fence(fencer, FENCER);
        assertThat(fence(fencer, FENCER)).isEqualTo(first);
        assertThat(fence(initiator("other"), OTHER)).isInstanceOf(Result.Fenced.class);
        assertThat(state(dead).holder().orElseThrow().key()).contains(FENCER);
        assertThat(writes(dead)).isEqualTo(IscsiInitiator.RESERVATION_CONFLICT);
    }

    @Test
    void aWriterThatWakesUpLateIsNotGivenTheReservation() {
        assertThat(fence(fencer, FENCER)).isInstanceOf(Result.Fenced.class);
        assertThat(WriterReservation.take(new IscsiReservations(dead), DEAD, Set.of()))
                .isInstanceOf(WriterReservation.Result.Refused.class);
        assertThat(writes(dead)).isEqualTo(IscsiInitiator.RESERVATION_CONFLICT);
    }

    @Test
    void theNextWriterTakesOverFromTheFencer() {
        take(dead, DEAD);
        fence(fencer, FENCER);
        IscsiInitiator next = initiator("next");
        assertThat(WriterReservation.take(new IscsiReservations(next), OTHER, Set.of(DEAD, FENCER)))
                .isEqualTo(new WriterReservation.Result.Held());
        assertThat(writes(next)).isEqualTo(IscsiInitiator.GOOD);
        assertThat(writes(fencer)).isEqualTo(IscsiInitiator.RESERVATION_CONFLICT);
        assertThat(writes(dead)).isEqualTo(IscsiInitiator.RESERVATION_CONFLICT);
    }

    /**
     * The fencer's connection is lost after each of its steps: register, preempt, reserve, read.
     */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void aFencerThatDiesBetweenStepsIsFollowedByAnother(int steps) {
        take(dead, DEAD);
        var dying = new DyingReservations(new IscsiReservations(fencer), steps);
        assertThat(new ReservationFence(dying, FENCER).fence(WAL))
                .isInstanceOf(Result.Unknown.class);
        fencer.close();
        open.remove(fencer);
        assertThat(fence(initiator("other"), OTHER)).isInstanceOf(Result.Fenced.class);
        assertThat(writes(dead)).isEqualTo(IscsiInitiator.RESERVATION_CONFLICT);
    }

    @Test
    void whatCannotBeReadIsProvenByWhatTheTargetRefuses() {
        take(dead, DEAD);
        var unreadable =
                new ForwardingReservations(new IscsiReservations(fencer)) {
                    @Override
                    public Reading read() {
                        return new Reading.Unsupported("as an older kernel says");
                    }
                };
        assertThat(new ReservationFence(unreadable, FENCER).fence(WAL))
                .isInstanceOf(Result.Fenced.class);
        assertThat(writes(dead)).isEqualTo(IscsiInitiator.RESERVATION_CONFLICT);
    }

    @Test
    void theRestOfTheCommandsDoWhatTheySay() {
        var reservations = new IscsiReservations(dead);
        take(dead, DEAD);
        assertThat(reservations.checkRegistered(DEAD)).isEqualTo(new Outcome.Done());
        assertThat(reservations.checkRegistered(OTHER)).isEqualTo(new Outcome.Conflict());
        assertThat(reservations.release(DEAD)).isEqualTo(new Outcome.Done());
        assertThat(state(dead).holder()).isEmpty();
        assertThat(writes(fencer)).isEqualTo(IscsiInitiator.GOOD);
        assertThat(reservations.unregister(DEAD)).isEqualTo(new Outcome.Done());
        assertThat(state(dead).keys()).isEmpty();
        take(dead, DEAD);
        assertThat(reservations.clear(DEAD)).isEqualTo(new Outcome.Done());
        assertThat(state(dead).keys()).isEmpty();
    }

    @Test
    void registrationsOutliveASession() {
        take(dead, DEAD);
        dead.close();
        open.remove(dead);
        assertThat(state(fencer).keys()).containsExactly(DEAD);
        assertThat(writes(fencer)).isEqualTo(IscsiInitiator.RESERVATION_CONFLICT);
    }
}
