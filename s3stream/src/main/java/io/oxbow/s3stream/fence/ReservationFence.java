package io.oxbow.s3stream.fence;

import io.oxbow.s3stream.S3StreamException;
import io.oxbow.s3stream.S3StreamException.Retry;
import io.oxbow.s3stream.fence.PersistentReservations.Outcome;
import io.oxbow.s3stream.fence.PersistentReservations.Reading;

/**
 * Fences a dead node from a block device: it registers its own key, preempts and aborts the dead
 * key, then verifies. The fence is certain when somebody holds a reservation and the dead key is
 * not registered: read back where the kernel lets that be read, else proven by what the device
 * refuses. Each step can be repeated, so a fencer that dies between steps is simply followed by
 * another.
 *
 * <p>A device knows machines, not processes: the dead node must have written from another one.
 *
 * <p>The reservation is kept afterwards: the next writer of the device takes it over (see {@link
 * WriterReservation}). Without any reservation the dead node could write again.
 */
public final class ReservationFence implements StorageFence {

    private final PersistentReservations device;
    private final ReservationKey own;

    /**
     * @param device the dead WAL's, attached to this machine; stays the caller's
     * @param own the fencing node's key
     */
    public ReservationFence(PersistentReservations device, ReservationKey own) {
        this.device = device;
        this.own = own;
    }

    @Override
    public synchronized Result fence(DeadWal wal) {
        ReservationKey dead = ReservationKey.of(wal);
        if (dead.equals(own)) {
            throw new IllegalArgumentException("a node does not fence itself: " + wal);
        }
        return switch (device.checkRegistered(dead)) {
            case Outcome.Conflict() -> register(wal, dead);
            case Outcome.Done() ->
                    new Result.NotFenced(
                            "key %s of %s is this machine's own at %s, which cannot tell the two nodes' writes apart: lock the volume instead"
                                    .formatted(dead, wal, device.device()));
            case Outcome.Unsupported(String why) -> unsupported(why);
            case Outcome.Unknown(S3StreamException cause) -> new Result.Unknown(cause);
        };
    }

    private Result register(DeadWal wal, ReservationKey dead) {
        return switch (device.register(own)) {
            case Outcome.Done() -> preempt(wal, dead);
            case Outcome.Conflict() ->
                    new Result.NotFenced(
                            "%s refuses key %s of this node: a reservation without registrants stands against it; clear it by hand (blkpr, sg_persist or nvme resv-register)"
                                    .formatted(device.device(), own));
            case Outcome.Unsupported(String why) -> unsupported(why);
            case Outcome.Unknown(S3StreamException cause) -> new Result.Unknown(cause);
        };
    }

    private Result preempt(DeadWal wal, ReservationKey dead) {
        return switch (device.preemptAndAbort(own, dead)) {
            // Conflict: the dead key is not there, or ours is not any more. Making sure tells.
            case Outcome.Done(), Outcome.Conflict() -> makeSure(wal, dead);
            case Outcome.Unsupported(String why) -> unsupported(why);
            case Outcome.Unknown(S3StreamException cause) -> new Result.Unknown(cause);
        };
    }

    private Result makeSure(DeadWal wal, ReservationKey dead) {
        // Done or not: what counts is what stands afterwards, and another may hold it already.
        Outcome reserved = device.reserve(own);
        return switch (device.read()) {
            case Reading.State state -> judge(wal, dead, state);
            case Reading.Unsupported(String why) -> prove(wal, dead, reserved, why);
            case Reading.Unknown(S3StreamException cause) -> new Result.Unknown(cause);
        };
    }

    private Result judge(DeadWal wal, ReservationKey dead, Reading.State state) {
        if (state.keys().contains(dead)) {
            return unknown("key %s of %s is still registered at %s", dead, wal, device.device());
        }
        if (state.holder().isEmpty()) {
            return unknown("nobody holds a reservation of %s: anybody can write", device.device());
        }
        return fenced(wal, dead);
    }

    /**
     * Proves without reading that the dead key is not registered, by requests that the device
     * refuses.
     */
    private Result prove(DeadWal wal, ReservationKey dead, Outcome reserved, String why) {
        if (!(reserved instanceof Outcome.Done)) {
            return new Result.NotFenced(
                    "%s is reserved by another key, and %s: check by hand that %s is not registered"
                            .formatted(device.device(), why, dead));
        }
        boolean deadIsRefused = device.preemptAndAbort(own, dead) instanceof Outcome.Conflict;
        boolean ownIsTaken = device.checkRegistered(own) instanceof Outcome.Done;
        boolean stillHeld = device.reserve(own) instanceof Outcome.Done;
        if (deadIsRefused && ownIsTaken && stillHeld) {
            return fenced(wal, dead);
        }
        return unknown(
                "%s did not prove that key %s is gone (dead key refused: %s, own key taken: %s, reservation held: %s)",
                device.device(), dead, deadIsRefused, ownIsTaken, stillHeld);
    }

    private Result fenced(DeadWal wal, ReservationKey dead) {
        return new Result.Fenced(
                "%s: key %s is not registered at %s, which is reserved for registrants"
                        .formatted(wal, dead, device.device()));
    }

    private Result unsupported(String why) {
        return new Result.NotFenced(
                "%s knows no reservations (%s): fence this WAL in another way"
                        .formatted(device.device(), why));
    }

    private static Result unknown(String message, Object... values) {
        return new Result.Unknown(
                new S3StreamException(message.formatted(values), Retry.RETRYABLE, null));
    }
}
