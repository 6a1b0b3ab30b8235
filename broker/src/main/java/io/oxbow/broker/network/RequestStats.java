package io.oxbow.broker.network;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.LongStream;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.message.ProduceResponseData;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.AbstractResponse;
import org.apache.kafka.common.requests.FetchResponse;
import org.apache.kafka.common.requests.ProduceResponse;

/**
 * Counts one API's requests: how long each took to its reply, and the errors in the replies.
 * Thread-safe.
 */
public final class RequestStats {

    /** The error of a call that ended by closing its connection. */
    static final String HUNG_UP = "HUNG_UP";

    private static final long[] BOUNDS_MICROS = {
        250,
        500,
        1_000,
        2_500,
        5_000,
        10_000,
        25_000,
        50_000,
        100_000,
        250_000,
        500_000,
        1_000_000,
        2_500_000,
        5_000_000,
        10_000_000,
        30_000_000
    };

    private final LongAdder[] counts = new LongAdder[BOUNDS_MICROS.length + 1];
    private final LongAdder nanos = new LongAdder();
    private final Map<String, LongAdder> errors = new ConcurrentHashMap<>();

    RequestStats() {
        for (int i = 0; i < counts.length; i++) {
            counts[i] = new LongAdder();
        }
    }

    void took(long callNanos) {
        long micros = TimeUnit.NANOSECONDS.toMicros(callNanos);
        int bucket = 0;
        while (bucket < BOUNDS_MICROS.length && micros > BOUNDS_MICROS[bucket]) {
            bucket++;
        }
        counts[bucket].increment();
        nanos.add(callNanos);
    }

    void hungUp() {
        count(HUNG_UP, 1);
    }

    /**
     * Counts the errors in a reply; for Produce and Fetch, the most frequent ones, without a map.
     *
     * @return true if one of them stands for an exception that nobody expected
     */
    boolean replied(AbstractResponse response) {
        return switch (response) {
            case ProduceResponse produce -> countErrors(produce.data());
            case FetchResponse fetch -> countErrors(fetch.data());
            default -> countErrors(response.errorCounts());
        };
    }

    private boolean countErrors(Map<Errors, Integer> counted) {
        counted.forEach((error, times) -> {
            if (error != Errors.NONE) {
                count(error.name(), times);
            }
        });
        return counted.getOrDefault(Errors.UNKNOWN_SERVER_ERROR, 0) > 0;
    }

    private boolean countErrors(ProduceResponseData data) {
        boolean unexpected = false;
        for (var topic : data.responses()) {
            var partitions = topic.partitionResponses();
            for (int i = 0; i < partitions.size(); i++) {
                unexpected |= countError(partitions.get(i).errorCode());
            }
        }
        return unexpected;
    }

    private boolean countErrors(FetchResponseData data) {
        boolean unexpected = countError(data.errorCode());
        for (var topic : data.responses()) {
            var partitions = topic.partitions();
            for (int i = 0; i < partitions.size(); i++) {
                unexpected |= countError(partitions.get(i).errorCode());
            }
        }
        return unexpected;
    }

    private boolean countError(short code) {
        if (code != Errors.NONE.code()) {
            count(Errors.forCode(code).name(), 1);
        }
        return code == Errors.UNKNOWN_SERVER_ERROR.code();
    }

    private void count(String error, long times) {
        errors.computeIfAbsent(error, ignored -> new LongAdder()).add(times);
    }

    /** Returns the upper bounds of the {@link #counts}; the last count has none. */
    public static double[] boundsSeconds() {
        return LongStream.of(BOUNDS_MICROS).mapToDouble(micros -> micros / 1e6).toArray();
    }

    /**
     * Returns the number of calls per bound: those that took at most so long, and longer than the
     * bound before.
     */
    public long[] counts() {
        var read = new long[counts.length];
        for (int i = 0; i < counts.length; i++) {
            read[i] = counts[i].sum();
        }
        return read;
    }

    /** The time that all calls took together. */
    public double seconds() {
        return nanos.sum() / 1e9;
    }

    /** Counts of replies by the name of their Kafka error. */
    public Map<String, Long> errors() {
        var read = new TreeMap<String, Long>();
        errors.forEach((error, times) -> read.put(error, times.sum()));
        return read;
    }
}
