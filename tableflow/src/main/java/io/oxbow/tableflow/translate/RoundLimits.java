package io.oxbow.tableflow.translate;

/**
 * Bounds of one round.
 *
 * @param logBytesMax of log read, over all partitions; about, since appends are indivisible
 * @param writerBytesMax that open data files may hold in memory together
 * @param fileBytesMax of one data file
 */
public record RoundLimits(long logBytesMax, long writerBytesMax, long fileBytesMax) {

    public static RoundLimits defaults() {
        return new RoundLimits(256L << 20, 64L << 20, 128L << 20);
    }

    public RoundLimits {
        if (logBytesMax <= 0 || writerBytesMax <= 0 || fileBytesMax <= 0) {
            throw new IllegalArgumentException("limits must be above 0");
        }
    }
}
