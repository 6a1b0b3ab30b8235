package io.oxbow.tableflow.service;

import java.time.Duration;

/**
 * Periods of a table's freshness, in each of which one commit is due. They begin at the wall
 * clock's multiples of the freshness, so that tables and nodes meet at the same ticks. Used by one
 * thread.
 */
final class CommitPeriods {

    private static final long WAIT_MAX_MILLIS = 3_600_000;

    private long freshnessMillis;
    private long period;
    private boolean due = true;

    /**
     * Moves on to the period of a time.
     *
     * @return true if a period has begun since the last call
     */
    boolean begin(long nowMillis, long newFreshnessMillis) {
        long now = Math.floorDiv(nowMillis, newFreshnessMillis);
        boolean isFirst = freshnessMillis == 0;
        if (now == period && newFreshnessMillis == freshnessMillis) {
            return false;
        }
        freshnessMillis = newFreshnessMillis;
        period = now;
        due = true;
        return !isFirst;
    }

    /** Returns true until the period's commit was made. */
    boolean isDue() {
        return due;
    }

    /** Ends the period's need for a commit. */
    void committed() {
        due = false;
    }

    /** Returns the time at which the present period began, in milliseconds of the wall clock. */
    long tickMillis() {
        return period * freshnessMillis;
    }

    /** Returns the time until the next period, an hour at most. */
    Duration untilNext(long nowMillis) {
        return Duration.ofMillis(
                Math.clamp(
                        freshnessMillis - Math.floorMod(nowMillis, freshnessMillis),
                        1,
                        WAIT_MAX_MILLIS));
    }
}
