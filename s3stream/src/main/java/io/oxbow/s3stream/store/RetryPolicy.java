package io.oxbow.s3stream.store;

import java.time.Duration;

/**
 * Number and times of the attempts of a call that may be repeated.
 *
 * @param attemptsMax how often at most, the first included
 * @param waitMin what the first wait is about
 * @param waitMax what the waits, which double, grow to
 * @param callTimeout no attempt begins later than this after the first one began
 */
public record RetryPolicy(
        int attemptsMax, Duration waitMin, Duration waitMax, Duration callTimeout) {

    public RetryPolicy {
        require(attemptsMax >= 1, "attemptsMax", attemptsMax);
        require(waitMin.isPositive(), "waitMin", waitMin);
        require(waitMax.compareTo(waitMin) >= 0, "waitMax", waitMax);
        require(callTimeout.isPositive(), "callTimeout", callTimeout);
    }

    /**
     * Returns eight attempts within a minute, which outlast a store that is busy for some seconds.
     */
    public static RetryPolicy defaults() {
        return new RetryPolicy(
                8, Duration.ofMillis(50), Duration.ofSeconds(5), Duration.ofSeconds(60));
    }

    /** Returns a policy of one attempt. */
    public static RetryPolicy once() {
        RetryPolicy defaults = defaults();
        return new RetryPolicy(1, defaults.waitMin, defaults.waitMax, defaults.callTimeout);
    }

    /** Returns the longest wait after the {@code attempt}th attempt, counted from one. */
    Duration ceiling(int attempt) {
        long doubled = waitMin.toNanos() << Math.min(attempt - 1, 20);
        return doubled > 0 && doubled < waitMax.toNanos() ? Duration.ofNanos(doubled) : waitMax;
    }

    private static void require(boolean holds, String name, Object value) {
        if (!holds) {
            throw new IllegalArgumentException("%s of retries is %s".formatted(name, value));
        }
    }
}
