package io.oxbow.s3stream.fence;

import io.oxbow.s3stream.S3StreamException;
import java.util.List;
import java.util.Optional;

/**
 * Persistent reservations of one device (SPC-4 §5.13, NVMe §8.19), as this machine's initiator asks
 * for them. The only type that is reserved is <em>write exclusive – registrants only</em>: who has
 * no key registered can read, but not write. Blocking; for one thread at a time.
 */
public interface PersistentReservations extends AutoCloseable {

    /** Registers {@code own} for this initiator, in place of whatever it had registered. */
    Outcome register(ReservationKey own);

    /** {@link Outcome.Done} if {@code own} is what this initiator has registered; else conflict. */
    Outcome checkRegistered(ReservationKey own);

    /** Takes this initiator's registration away, and its reservation if it held it. */
    Outcome unregister(ReservationKey own);

    /** Takes the reservation; done as well if this initiator holds it already. */
    Outcome reserve(ReservationKey own);

    /** Gives the reservation up; the registration stays. */
    Outcome release(ReservationKey own);

    /**
     * Takes {@code dead}'s registration away, whatever initiators have it, and aborts their
     * commands under way; the reservation, if it was theirs, becomes this initiator's. Conflict if
     * nobody has {@code dead} registered, or this initiator not {@code own}.
     */
    Outcome preemptAndAbort(ReservationKey own, ReservationKey dead);

    /** Takes all registrations and the reservation away. */
    Outcome clear(ReservationKey own);

    /** Who is registered, and who holds the reservation. */
    Reading read();

    /** What device this is, for people. */
    String device();

    @Override
    void close();

    /** What a request came to. */
    sealed interface Outcome {
        record Done() implements Outcome {}

        /** The device refused because of who is registered, or who holds the reservation. */
        record Conflict() implements Outcome {}

        /** The device, or the way to it, knows no such thing. */
        record Unsupported(String why) implements Outcome {}

        /** It may have happened. */
        record Unknown(S3StreamException cause) implements Outcome {}
    }

    /** What is known of a device. */
    sealed interface Reading {
        /**
         * Keys in the device's order; one that several initiators share may come more than once.
         */
        record State(List<ReservationKey> keys, Optional<Holder> holder) implements Reading {}

        /** It cannot be read, now or later. */
        record Unsupported(String why) implements Reading {}

        record Unknown(S3StreamException cause) implements Reading {}
    }

    /**
     * Who holds the reservation.
     *
     * @param key empty when every registrant holds it
     * @param type SPC's number, for people: any type keeps those from writing who have no key
     */
    record Holder(Optional<ReservationKey> key, int type) {}
}
