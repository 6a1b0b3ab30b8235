package io.oxbow.benchmarks.scenario;

/**
 * Lengths of the warm-up and of the measurement.
 *
 * @param preloadMib how much there is to catch up with
 */
public record Windows(int warmupSeconds, int seconds, int preloadMib) {

    private static final int SLACK_SECONDS = 12;
    private static final int QUICK_BELOW_SECONDS = 30;

    /** Returns true if fewer repetitions do, too. */
    public boolean isQuick() {
        return seconds < QUICK_BELOW_SECONDS;
    }

    /** Returns the seconds of a start, so many warm-ups and windows, and an end. */
    public int estimateSeconds(int count) {
        return SLACK_SECONDS + count * (warmupSeconds + seconds);
    }
}
