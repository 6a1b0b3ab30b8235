package io.oxbow.s3stream.wal.file;

/**
 * Bounds on the rate of writes to a volume, as cloud disks have.
 *
 * @param writesPerSecond 0 for no bound
 * @param bytesPerSecond 0 for no bound
 */
public record WriteRate(long writesPerSecond, long bytesPerSecond) {

    /** Rate without bounds. */
    public static final WriteRate UNLIMITED = new WriteRate(0, 0);

    private static final long BURSTS_PER_SECOND = 10;

    public WriteRate {
        if (writesPerSecond < 0 || bytesPerSecond < 0) {
            throw new IllegalArgumentException(
                    "WAL: %d writes and %d bytes per second, must be 0 (no bound) or positive"
                            .formatted(writesPerSecond, bytesPerSecond));
        }
    }

    /** Returns the number of writes that may come at once: a tenth of a second's. */
    long burstWrites() {
        return Math.max(1, writesPerSecond / BURSTS_PER_SECOND);
    }

    /**
     * Returns the bytes that may come at once: a tenth of a second's, and the largest write in any
     * case.
     */
    long burstBytes(long largestWriteBytes) {
        return Math.max(largestWriteBytes, bytesPerSecond / BURSTS_PER_SECOND);
    }
}
