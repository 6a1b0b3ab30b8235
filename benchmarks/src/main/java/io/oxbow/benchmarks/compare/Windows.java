package io.oxbow.benchmarks.compare;

/**
 * Lengths of the warm-up and of the measurement.
 *
 * @param preloadMib how much there is to catch up with
 */
record Windows(int warmupSeconds, int seconds, int preloadMib) {

    private static final int SLACK_SECONDS = 12;
    private static final int QUICK_BELOW_SECONDS = 30;

    /** Returns true if fewer repetitions do, too. */
    boolean isQuick() {
        return seconds < QUICK_BELOW_SECONDS;
    }

    /** Returns the seconds of a start, so many warm-ups and windows, and an end. */
    int estimateSeconds(int count) {
        return SLACK_SECONDS + count * (warmupSeconds + seconds);
    }
}
