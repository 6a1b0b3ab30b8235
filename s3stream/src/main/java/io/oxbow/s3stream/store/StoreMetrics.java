package io.oxbow.s3stream.store;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Meters of the requests to a store. Every request counts, as a store bills it: a call that is
 * repeated, or uploads parts, counts as often as it sends one. Thread-safe.
 *
 * <ul>
 *   <li>{@code oxbow_store_requests_total{operation,outcome}}
 *   <li>{@code oxbow_store_bytes_total{operation}}: of bodies, of requests that succeeded
 *   <li>{@code oxbow_store_request_seconds{operation}}: from the first byte sent to the last read
 *   <li>{@code oxbow_store_retries_total{operation}}: requests that repeat another
 *   <li>{@code oxbow_store_retries_refused_total{operation}}: repetitions that the budget forbade
 * </ul>
 */
public final class StoreMetrics {

    /** Kind of a request. */
    public enum Operation {
        PUT,
        CREATE,
        GET,
        RANGE,
        HEAD,
        LIST,
        DELETE,
        UPLOAD_BEGIN,
        UPLOAD_PART,
        UPLOAD_COMPLETE,
        UPLOAD_ABORT,
        UPLOAD_LIST;

        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Outcome of a request. */
    public enum Outcome {
        OK,
        /** A create-only put met an object with its key. */
        EXISTS,
        NOT_FOUND,
        /** Other requests for the same key were under way. */
        CONFLICT,
        /** The store asked to slow down. */
        THROTTLED,
        SERVER_ERROR,
        /** No answer came in time. */
        TIMEOUT,
        /** The connection could not be made, or broke. */
        NO_ANSWER,
        REFUSED;

        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private static final Duration[] BUCKETS = {
        Duration.ofMillis(5),
        Duration.ofMillis(20),
        Duration.ofMillis(50),
        Duration.ofMillis(100),
        Duration.ofMillis(250),
        Duration.ofSeconds(1),
        Duration.ofSeconds(5),
        Duration.ofSeconds(30)
    };

    private final MeterRegistry registry;
    private final Map<Operation, Counter> bytes;
    private final Map<Operation, Counter> retries;
    private final Map<Operation, Counter> refused;
    private final Map<Operation, Timer> times;

    private StoreMetrics(MeterRegistry registry) {
        this.registry = registry;
        this.bytes = forEach(o -> counter("oxbow.store.bytes", "Bytes of object bodies moved.", o));
        this.retries = forEach(o -> counter("oxbow.store.retries", "Requests repeated.", o));
        this.refused =
                forEach(o ->
                        counter(
                                "oxbow.store.retries.refused",
                                "Repetitions that the retry budget forbade.",
                                o));
        this.times = forEach(this::timer);
    }

    /** Registers the meters in {@code registry}. */
    public static StoreMetrics in(MeterRegistry registry) {
        return new StoreMetrics(registry);
    }

    /** Returns meters that count nothing. */
    public static StoreMetrics none() {
        return new StoreMetrics(new CompositeMeterRegistry());
    }

    public void request(Operation operation, Outcome outcome, long nanos) {
        Counter.builder("oxbow.store.requests")
                .description("Requests to the object store.")
                .tag("operation", operation.label())
                .tag("outcome", outcome.label())
                .register(registry)
                .increment();
        of(times, operation).record(Duration.ofNanos(nanos));
    }

    public void bytes(Operation operation, long count) {
        of(bytes, operation).increment(count);
    }

    public void repeated(Operation operation) {
        of(retries, operation).increment();
    }

    public void budgetExhausted(Operation operation) {
        of(refused, operation).increment();
    }

    private Counter counter(String name, String description, Operation operation) {
        return Counter.builder(name)
                .description(description)
                .tag("operation", operation.label())
                .register(registry);
    }

    private Timer timer(Operation operation) {
        return Timer.builder("oxbow.store.request")
                .description("Time of one request to the object store.")
                .tag("operation", operation.label())
                .serviceLevelObjectives(BUCKETS)
                .register(registry);
    }

    private static <M> Map<Operation, M> forEach(Function<Operation, M> maker) {
        Map<Operation, M> meters = new TreeMap<>();
        for (Operation operation : Operation.values()) {
            meters.put(operation, maker.apply(operation));
        }
        return meters;
    }

    private static <M> M of(Map<Operation, M> meters, Operation operation) {
        M meter = meters.get(operation);
        if (meter == null) {
            throw new IllegalStateException("no meter of " + operation);
        }
        return meter;
    }
}
