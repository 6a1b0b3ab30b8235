package io.oxbow.s3stream.fence;

import io.oxbow.s3stream.S3StreamException;
import java.util.List;
import java.util.Optional;

/**
 * Persistent reservations of one device (SPC-4 §5.13, NVMe §8.19), as this machine's initiator
 * requests them. The only type that is reserved is <em>write exclusive – registrants only</em>: an
 * initiator without a registered key can read, but not write. Blocking; for one thread at a time.
 */
public interface PersistentReservations extends AutoCloseable {

    /** Registers {@code own} for this initiator, replacing any earlier registration. */
    Outcome register(ReservationKey own);

    /**
     * Returns {@link Outcome.Done} if {@code own} is this initiator's registered key, else a
     * conflict.
     */
    Outcome checkRegistered(ReservationKey own);

    /** Removes this initiator's registration, and its reservation if it held one. */
    Outcome unregister(ReservationKey own);

    /** Takes the reservation, or keeps it if this initiator holds it already. */
    Outcome reserve(ReservationKey own);

    /** Gives the reservation up and keeps the registration. */
    Outcome release(ReservationKey own);

    /**
     * Removes {@code dead}'s registration from all initiators and aborts their commands under way.
     * A reservation of theirs becomes this initiator's. Conflict if nobody has {@code dead}
     * registered, or this initiator not {@code own}.
     */
    Outcome preemptAndAbort(ReservationKey own, ReservationKey dead);

    /** Removes all registrations and the reservation. */
    Outcome clear(ReservationKey own);

    /** Returns the registered keys and the holder of the reservation. */
    Reading read();

    /** Returns a name of the device for people. */
    String device();

    @Override
    void close();

    /** Outcome of a request to the device. */
    sealed interface Outcome {
        record Done() implements Outcome {}

        /**
         * The device refused the request because of the registered keys or the reservation's
         * holder.
         */
        record Conflict() implements Outcome {}

        /** The device, or the path to it, does not support the request. */
        record Unsupported(String why) implements Outcome {}

        /** The request may have been carried out. */
        record Unknown(S3StreamException cause) implements Outcome {}
    }

    /** Result of reading a device's registrations. */
    sealed interface Reading {
        /**
         * Registered keys in the device's order; a key that several initiators share may come more
         * than once.
         */
        record State(List<ReservationKey> keys, Optional<Holder> holder) implements Reading {}

        /** The registrations cannot be read, now or later. */
        record Unsupported(String why) implements Reading {}

        record Unknown(S3StreamException cause) implements Reading {}
    }

    /**
     * Holder of the reservation.
     *
     * @param key empty when every registrant holds it
     * @param type SPC's number, for people: any type keeps those from writing who have no key
     */
    record Holder(Optional<ReservationKey> key, int type) {}
}
