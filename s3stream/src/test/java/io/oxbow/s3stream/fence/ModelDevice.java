package io.oxbow.s3stream.fence;

import io.oxbow.s3stream.S3StreamException;
import io.oxbow.s3stream.S3StreamException.Retry;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Model of a device with the rules of SPC-4 §5.13 for the one type of reservation: registrations by
 * initiator, one holder, conflicts.
 */
final class ModelDevice {

    private final Map<String, ReservationKey> registered = new LinkedHashMap<>();
    private String holder = "";
    private boolean readable = true;

    /** Makes registrations unreadable, as with kernels before Linux 7.0. */
    ModelDevice unreadable() {
        readable = false;
        return this;
    }

    boolean mayWrite(String initiator) {
        return holder.isEmpty() || registered.containsKey(initiator);
    }

    List<ReservationKey> keys() {
        return new ArrayList<>(registered.values());
    }

    String holder() {
        return holder;
    }

    Initiator initiator(String name) {
        return new Initiator(name);
    }

    /** Access of one machine to the device. */
    final class Initiator implements PersistentReservations {

        private final String name;
        private int callsLeft = Integer.MAX_VALUE;
        private boolean appliesLast;

        private Initiator(String name) {
            this.name = name;
        }

        /**
         * Lets the initiator die: after {@code calls} it gets no answers; the last request may have
         * been carried out.
         */
        Initiator dieAfter(int calls, boolean lastIsApplied) {
            callsLeft = calls;
            appliesLast = lastIsApplied;
            return this;
        }

        private interface Request {
            boolean isGranted();
        }

        private Outcome ask(Request request) {
            if (callsLeft-- > 0) {
                return request.isGranted() ? new Outcome.Done() : new Outcome.Conflict();
            }
            if (appliesLast && callsLeft == -1) {
                request.isGranted();
            }
            return new Outcome.Unknown(lost());
        }

        private static S3StreamException lost() {
            return new S3StreamException("no answer", Retry.UNKNOWN, null);
        }

        private boolean has(ReservationKey own) {
            return own.equals(registered.get(name));
        }

        @Override
        public Outcome register(ReservationKey own) {
            return ask(() -> {
                registered.put(name, own);
                return true;
            });
        }

        @Override
        public Outcome checkRegistered(ReservationKey own) {
            return ask(() -> has(own));
        }

        @Override
        public Outcome unregister(ReservationKey own) {
            return ask(() -> {
                if (!has(own)) {
                    return false;
                }
                remove(name);
                return true;
            });
        }

        private void remove(String initiator) {
            registered.remove(initiator);
            if (holder.equals(initiator)) {
                holder = "";
            }
        }

        @Override
        public Outcome reserve(ReservationKey own) {
            return ask(() -> {
                if (!has(own) || !holder.isEmpty() && !holder.equals(name)) {
                    return false;
                }
                holder = name;
                return true;
            });
        }

        @Override
        public Outcome release(ReservationKey own) {
            return ask(() -> {
                if (has(own) && holder.equals(name)) {
                    holder = "";
                }
                return has(own);
            });
        }

        @Override
        public Outcome preemptAndAbort(ReservationKey own, ReservationKey dead) {
            return ask(() -> {
                if (!has(own) || !registered.containsValue(dead)) {
                    return false;
                }
                boolean held = dead.equals(registered.get(holder));
                registered
                        .entrySet()
                        .removeIf(e -> e.getValue().equals(dead) && !e.getKey().equals(name));
                holder = held ? name : holder;
                return true;
            });
        }

        @Override
        public Outcome clear(ReservationKey own) {
            return ask(() -> {
                if (!has(own)) {
                    return false;
                }
                registered.clear();
                holder = "";
                return true;
            });
        }

        @Override
        public Reading read() {
            if (!readable) {
                return new Reading.Unsupported("this kernel cannot read reservations");
            }
            if (callsLeft-- <= 0) {
                return new Reading.Unknown(lost());
            }
            return new Reading.State(
                    keys(),
                    holder.isEmpty()
                            ? Optional.empty()
                            : Optional.of(new Holder(Optional.of(registered.get(holder)), 5)));
        }

        @Override
        public String device() {
            return "model";
        }

        @Override
        public void close() {}
    }
}
