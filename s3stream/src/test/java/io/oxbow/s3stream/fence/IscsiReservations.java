package io.oxbow.s3stream.fence;

import io.oxbow.s3stream.S3StreamException;
import io.oxbow.s3stream.S3StreamException.Retry;
import io.oxbow.s3stream.fence.IscsiInitiator.Answer;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reservations by SCSI commands (SPC-4 §6.15, §6.16).
 *
 * <p>A target may know PREEMPT but not PREEMPT AND ABORT (tgt is one). Then the two are done one
 * after the other: the key is preempted, which lets no new write in, and a reset of the logical
 * unit aborts those under way; reservations outlive a reset.
 */
final class IscsiReservations implements PersistentReservations {

    private static final int RESERVE_IN = 0x5e;
    private static final int RESERVE_OUT = 0x5f;
    private static final int PARAMETERS = 24;
    private static final int READ_KEYS = 0;
    private static final int READ_RESERVATION = 1;
    private static final int WRITE_EXCLUSIVE_REGISTRANTS_ONLY = 5;
    private static final int ROOM = 2048;

    private final IscsiInitiator initiator;

    IscsiReservations(IscsiInitiator initiator) {
        this.initiator = initiator;
    }

    private enum Action {
        REGISTER,
        RESERVE,
        RELEASE,
        CLEAR,
        PREEMPT,
        PREEMPT_AND_ABORT,
        REGISTER_AND_IGNORE_EXISTING_KEY
    }

    private Answer out(Action action, long key, long other) {
        byte[] cdb =
                ByteBuffer.allocate(10)
                        .put((byte) RESERVE_OUT)
                        .put((byte) action.ordinal())
                        .put((byte) WRITE_EXCLUSIVE_REGISTRANTS_ONLY)
                        .putShort((short) 0)
                        .putInt(PARAMETERS)
                        .array();
        byte[] parameters = ByteBuffer.allocate(PARAMETERS).putLong(key).putLong(other).array();
        return initiator.write(cdb, parameters);
    }

    private Outcome outcome(Action action, long key, long other) {
        return outcome(action.toString(), out(action, key, other));
    }

    private Outcome outcome(String what, Answer answer) {
        return switch (answer) {
            case Answer(int status, _) when status == IscsiInitiator.GOOD -> new Outcome.Done();
            case Answer(int status, _) when status == IscsiInitiator.RESERVATION_CONFLICT ->
                    new Outcome.Conflict();
            case Answer(_, int senseKey) when senseKey == IscsiInitiator.ILLEGAL_REQUEST ->
                    new Outcome.Unsupported("the target has no " + what);
            default -> new Outcome.Unknown(failed(what, answer));
        };
    }

    private S3StreamException failed(String what, Answer answer) {
        return new S3StreamException(
                "%s by %s: %s".formatted(what, device(), answer), Retry.UNKNOWN, null);
    }

    @Override
    public Outcome register(ReservationKey own) {
        return outcome(Action.REGISTER_AND_IGNORE_EXISTING_KEY, 0, own.value());
    }

    @Override
    public Outcome checkRegistered(ReservationKey own) {
        return outcome(Action.REGISTER, own.value(), own.value());
    }

    @Override
    public Outcome unregister(ReservationKey own) {
        return outcome(Action.REGISTER, own.value(), 0);
    }

    @Override
    public Outcome reserve(ReservationKey own) {
        return outcome(Action.RESERVE, own.value(), 0);
    }

    @Override
    public Outcome release(ReservationKey own) {
        return outcome(Action.RELEASE, own.value(), 0);
    }

    @Override
    public Outcome preemptAndAbort(ReservationKey own, ReservationKey dead) {
        Outcome both = outcome(Action.PREEMPT_AND_ABORT, own.value(), dead.value());
        if (!(both instanceof Outcome.Unsupported)) {
            return both;
        }
        Outcome preempted = outcome(Action.PREEMPT, own.value(), dead.value());
        if (preempted instanceof Outcome.Unsupported) {
            return preempted;
        }
        // Also after a conflict: an earlier fencer may have died between the two.
        return initiator.resetUnit()
                ? preempted
                : new Outcome.Unknown(
                        new S3StreamException(
                                "the reset by " + device() + " failed", Retry.UNKNOWN, null));
    }

    @Override
    public Outcome clear(ReservationKey own) {
        return outcome(Action.CLEAR, own.value(), 0);
    }

    private Answer in(int action, byte[] into) {
        byte[] cdb =
                ByteBuffer.allocate(10)
                        .put((byte) RESERVE_IN)
                        .put((byte) action)
                        .putInt(0)
                        .put((byte) 0)
                        .putShort((short) into.length)
                        .array();
        return initiator.read(cdb, into);
    }

    @Override
    public Reading read() {
        byte[] keys = new byte[ROOM];
        byte[] reservation = new byte[24];
        Answer first = in(READ_KEYS, keys);
        Answer second = in(READ_RESERVATION, reservation);
        if (!first.isGood() || !second.isGood()) {
            return new Reading.Unknown(failed("read", first.isGood() ? second : first));
        }
        return new Reading.State(keys(ByteBuffer.wrap(keys)), holder(ByteBuffer.wrap(reservation)));
    }

    private static List<ReservationKey> keys(ByteBuffer answer) {
        int bytes = answer.getInt(4);
        List<ReservationKey> keys = new ArrayList<>();
        for (int position = 8; position < 8 + bytes; position += Long.BYTES) {
            keys.add(new ReservationKey(answer.getLong(position)));
        }
        return keys;
    }

    private static Optional<Holder> holder(ByteBuffer answer) {
        if (answer.getInt(4) == 0) {
            return Optional.empty();
        }
        return Optional.of(
                new Holder(
                        Optional.of(new ReservationKey(answer.getLong(8))), answer.get(21) & 0x0f));
    }

    @Override
    public String device() {
        return "iSCSI unit of " + initiator.name();
    }

    @Override
    public void close() {
        initiator.close();
    }
}
