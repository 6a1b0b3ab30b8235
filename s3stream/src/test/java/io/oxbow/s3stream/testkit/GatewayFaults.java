package io.oxbow.s3stream.testkit;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;

/**
 * Faults that a {@link FaultyGateway} injects into requests.
 *
 * @param rates how likely each fault is, from 0 to 1; at most one befalls a request
 * @param where which requests they can befall
 * @param delay before a request is passed on
 * @param bytesPerSecond how fast the bodies of a connection go, either way
 */
public record GatewayFaults(
        Map<Fault, Double> rates, Predicate<Request> where, Duration delay, long bytesPerSecond) {

    /** Kind of fault of a request. */
    public enum Fault {
        /** The answer is 503 SlowDown; the store never sees the request. */
        SLOW_DOWN,
        /** The answer is 500 InternalError, after the store did the request. */
        ERROR_AFTER_ALL,
        /** The store does the request; then the connection breaks without an answer. */
        LOSE_ANSWER,
        /** The connection breaks when half of the request's body is through. */
        CUT_REQUEST,
        /** The connection breaks when half of the answer's body is through. */
        CUT_ANSWER,
        /**
         * The request is swallowed: no answer, and the connection stays open until the faults
         * change.
         */
        BLACK_HOLE,
        /**
         * The request is swallowed, and passed on when the faults change, when nobody waits for it
         * any more.
         */
        LATE
    }

    /**
     * @param target path and query as sent
     */
    public record Request(String method, String target) {
        /** Returns whether the request puts an object or a part. */
        public boolean isPut() {
            return method.equals("PUT");
        }

        public boolean isGet() {
            return method.equals("GET");
        }
    }

    public GatewayFaults {
        rates = Map.copyOf(rates);
        if (bytesPerSecond < 1) {
            throw new IllegalArgumentException("bytesPerSecond is " + bytesPerSecond);
        }
    }

    public static GatewayFaults none() {
        return new GatewayFaults(Map.of(), _ -> true, Duration.ZERO, Long.MAX_VALUE);
    }

    /** Returns the faults of a store that swallows everything. */
    public static GatewayFaults vanished() {
        return none().with(Fault.BLACK_HOLE, 1);
    }

    public GatewayFaults with(Fault fault, double rate) {
        Map<Fault, Double> more = new EnumMap<>(Fault.class);
        more.putAll(rates);
        more.put(fault, rate);
        return new GatewayFaults(more, where, delay, bytesPerSecond);
    }

    public GatewayFaults only(Predicate<Request> those) {
        return new GatewayFaults(rates, those, delay, bytesPerSecond);
    }

    public GatewayFaults delayedBy(Duration duration) {
        return new GatewayFaults(rates, where, duration, bytesPerSecond);
    }

    public GatewayFaults throttledTo(long newBytesPerSecond) {
        return new GatewayFaults(rates, where, delay, newBytesPerSecond);
    }

    Optional<Fault> choose(Request request, RandomGenerator random) {
        double chance = random.nextDouble();
        if (!where.test(request)) {
            return Optional.empty();
        }
        for (Fault fault : Fault.values()) {
            double rate = rates.getOrDefault(fault, 0.0);
            if (chance < rate) {
                return Optional.of(fault);
            }
            chance -= rate;
        }
        return Optional.empty();
    }
}
