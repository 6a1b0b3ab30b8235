package io.oxbow.s3stream.fence;

import io.oxbow.s3stream.S3StreamException;
import io.oxbow.s3stream.S3StreamException.Retry;
import io.oxbow.s3stream.fence.PersistentReservations.Outcome;
import io.oxbow.s3stream.fence.PersistentReservations.Reading;
import java.util.Set;

/**
 * Writer's side of fencing by reservation: a node registers its key and takes the reservation
 * before it writes the first byte. Only the node that <em>holds</em> the reservation writes. So a
 * node that was fenced before it got that far, and wakes up later, can register again but is
 * refused the reservation, and writes nothing; and one that is fenced later gets an I/O error from
 * its next write, which fails its WAL.
 */
public final class WriterReservation {

    private WriterReservation() {}

    /** Result of taking a device: held, refused or unknown. */
    public sealed interface Result {
        record Held() implements Result {}

        /** Another node holds the device; this node's key is not registered any more. */
        record Refused(String why) implements Result {}

        record Unknown(S3StreamException cause) implements Result {}
    }

    /**
     * Takes {@code device} for {@code own}: registers the key and takes the reservation.
     *
     * @param superseded keys that have lost their right to the device: of node epochs that are
     *     fenced in the metadata log, and of nodes that fenced the device to recover a WAL and are
     *     done. Registrations of theirs are taken away.
     */
    public static Result take(
            PersistentReservations device, ReservationKey own, Set<ReservationKey> superseded) {
        return switch (device.register(own)) {
            case Outcome.Done() -> reserve(device, own, superseded);
            case Outcome.Conflict() ->
                    new Result.Refused(device.device() + " refuses to register key " + own);
            case Outcome.Unsupported(String why) ->
                    new Result.Refused(
                            "%s knows no reservations (%s)".formatted(device.device(), why));
            case Outcome.Unknown(S3StreamException cause) -> new Result.Unknown(cause);
        };
    }

    private static Result reserve(
            PersistentReservations device, ReservationKey own, Set<ReservationKey> superseded) {
        Outcome first = device.reserve(own);
        if (first instanceof Outcome.Unknown(S3StreamException cause)) {
            return new Result.Unknown(cause);
        }
        return switch (device.read()) {
            case Reading.State state -> {
                for (ReservationKey other : state.keys()) {
                    if (other.equals(own)) {
                        continue;
                    }
                    if (!superseded.contains(other)) {
                        yield refuse(device, own, "key " + other + " is registered there");
                    }
                    device.preemptAndAbort(own, other);
                }
                yield check(device, own);
            }
            case Reading.Unsupported(String why) -> takeUnread(device, own, superseded, why);
            case Reading.Unknown(S3StreamException cause) -> new Result.Unknown(cause);
        };
    }

    /** Takes a device whose keys cannot be read: holding the reservation is then the proof. */
    private static Result takeUnread(
            PersistentReservations device,
            ReservationKey own,
            Set<ReservationKey> superseded,
            String why) {
        superseded.stream()
                .filter(other -> !other.equals(own))
                .forEach(other -> device.preemptAndAbort(own, other));
        return device.reserve(own) instanceof Outcome.Done
                ? new Result.Held()
                : refuse(device, own, "another holds it, and " + why);
    }

    private static Result check(PersistentReservations device, ReservationKey own) {
        if (!(device.reserve(own) instanceof Outcome.Done)) {
            return refuse(device, own, "another holds the reservation");
        }
        return switch (device.read()) {
            case Reading.State state
                    when state.keys().stream().allMatch(own::equals)
                            && state.keys().contains(own)
                            && state.holder().isPresent() ->
                    new Result.Held();
            case Reading.State state ->
                    refuse(device, own, "after taking it over there are keys " + state.keys());
            case Reading.Unsupported(String why) ->
                    new Result.Unknown(
                            new S3StreamException(
                                    device.device() + ": " + why, Retry.RETRYABLE, null));
            case Reading.Unknown(S3StreamException cause) -> new Result.Unknown(cause);
        };
    }

    private static Result refuse(PersistentReservations device, ReservationKey own, String why) {
        device.unregister(own);
        return new Result.Refused("%s is not free: %s".formatted(device.device(), why));
    }
}
