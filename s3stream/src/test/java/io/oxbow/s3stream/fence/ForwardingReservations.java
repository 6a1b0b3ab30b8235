package io.oxbow.s3stream.fence;

/** Passes all requests on; tests override the methods that are to fail. */
class ForwardingReservations implements PersistentReservations {

    private final PersistentReservations to;

    ForwardingReservations(PersistentReservations to) {
        this.to = to;
    }

    @Override
    public Outcome register(ReservationKey own) {
        return to.register(own);
    }

    @Override
    public Outcome checkRegistered(ReservationKey own) {
        return to.checkRegistered(own);
    }

    @Override
    public Outcome unregister(ReservationKey own) {
        return to.unregister(own);
    }

    @Override
    public Outcome reserve(ReservationKey own) {
        return to.reserve(own);
    }

    @Override
    public Outcome release(ReservationKey own) {
        return to.release(own);
    }

    @Override
    public Outcome preemptAndAbort(ReservationKey own, ReservationKey dead) {
        return to.preemptAndAbort(own, dead);
    }

    @Override
    public Outcome clear(ReservationKey own) {
        return to.clear(own);
    }

    @Override
    public Reading read() {
        return to.read();
    }

    @Override
    public String device() {
        return to.device();
    }

    @Override
    public void close() {
        to.close();
    }
}
