package io.oxbow.s3stream.fence;

import io.oxbow.s3stream.S3StreamException;
import io.oxbow.s3stream.S3StreamException.Retry;

/** Passes a fencer's first requests on; later requests get no answers. */
final class DyingReservations extends ForwardingReservations {

    private int left;

    DyingReservations(PersistentReservations to, int left) {
        super(to);
        this.left = left;
    }

    private static S3StreamException dead() {
        return new S3StreamException("no answer", Retry.UNKNOWN, null);
    }

    @Override
    public Outcome register(ReservationKey own) {
        return left-- > 0 ? super.register(own) : new Outcome.Unknown(dead());
    }

    @Override
    public Outcome preemptAndAbort(ReservationKey own, ReservationKey gone) {
        return left-- > 0 ? super.preemptAndAbort(own, gone) : new Outcome.Unknown(dead());
    }

    @Override
    public Outcome reserve(ReservationKey own) {
        return left-- > 0 ? super.reserve(own) : new Outcome.Unknown(dead());
    }

    @Override
    public Reading read() {
        return left-- > 0 ? super.read() : new Reading.Unknown(dead());
    }
}
