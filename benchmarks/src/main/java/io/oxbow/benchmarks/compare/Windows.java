package io.oxbow.benchmarks.compare;

/**
 * How long is measured, and after how long a warm-up.
 *
 * @param preloadMib how much there is to catch up with
 */
record Windows(int warmupSeconds, int seconds, int preloadMib) {

    private static final int SLACK_SECONDS = 12;

    /** A start, so many warm-ups and windows, and an end. */
    int estimateSeconds(int count) {
        return SLACK_SECONDS + count * (warmupSeconds + seconds);
    }
}
