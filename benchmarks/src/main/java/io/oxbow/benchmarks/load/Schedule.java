package io.oxbow.benchmarks.load;

/**
 * The due time of each record. Begins anew with a window, so that what a cold server held up before
 * is not made up for within it.
 */
final class Schedule {

    private static final double SECOND_NANOS = 1e9;

    private final double nanosPerRecord;
    private long firstIndex;
    private long firstNanos;

    /**
     * @param recordsPerSecond zero: each is due when it is asked for
     */
    Schedule(double recordsPerSecond, long nanos) {
        this.nanosPerRecord = recordsPerSecond == 0 ? 0 : SECOND_NANOS / recordsPerSecond;
        this.firstNanos = nanos;
    }

    /**
     * Sets the time at which the record {@code index} is due, and so that of the others after it.
     */
    void begin(long index, long nanos) {
        firstIndex = index;
        firstNanos = nanos;
    }

    long dueNanos(long index) {
        return nanosPerRecord == 0
                ? System.nanoTime()
                : firstNanos + (long) ((index - firstIndex) * nanosPerRecord);
    }
}
