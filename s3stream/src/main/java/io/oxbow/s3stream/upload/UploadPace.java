package io.oxbow.s3stream.upload;

/**
 * Rates of appends and of puts. Spreads uploads over time by a token bucket that fills at twice the
 * recent rate of appends, and tells how much may gather for one. Guarded by its caller.
 */
public final class UploadPace {

    /**
     * Lowest rate in bytes per second, so that even with few appends a small upload does not wait
     * for long.
     */
    public static final long BYTES_PER_SECOND_MIN = 4L << 20;

    private static final long SECOND_NANOS = 1_000_000_000L;
    private static final double WEIGHT_OF_LAST_SECOND = 0.3;

    private double ingestedPerSecond;
    private long ingestedBytes;
    private long measuredNanos;
    private double debtBytes;
    private long paidNanos;

    /** Rate at which rounds are put; unknown before the first. */
    private double putPerSecond = Double.POSITIVE_INFINITY;

    public UploadPace(long nowNanos) {
        this.measuredNanos = nowNanos;
        this.paidNanos = nowNanos;
    }

    /** Counts appended bytes. */
    public void ingested(long bytes) {
        ingestedBytes += bytes;
    }

    /** Notes that a round of {@code bytes} took {@code nanos} to be put. */
    public void put(long bytes, long nanos) {
        double measured = bytes / (Math.max(1, nanos) / (double) SECOND_NANOS);
        putPerSecond =
                Double.isInfinite(putPerSecond)
                        ? measured
                        : putPerSecond + WEIGHT_OF_LAST_SECOND * (measured - putPerSecond);
    }

    /**
     * Returns the bytes that may gather, so that what is appended while they are put still fits
     * into {@code memoryBytes} beside them.
     */
    public long gatherable(long memoryBytes) {
        return (long) (memoryBytes / (1 + ingestedPerSecond / putPerSecond));
    }

    /** Charges for an upload of {@code bytes} that begins now. */
    public void begin(long bytes, long nowNanos) {
        pay(nowNanos);
        debtBytes += bytes;
    }

    /** Returns the time in nanoseconds for which the next upload should wait. */
    public long delayNanos(long nowNanos) {
        pay(nowNanos);
        return debtBytes <= 0 ? 0 : (long) Math.ceil(debtBytes / bytesPerSecond() * SECOND_NANOS);
    }

    public double bytesPerSecond() {
        return Math.max(BYTES_PER_SECOND_MIN, 2 * ingestedPerSecond);
    }

    private void pay(long nowNanos) {
        measure(nowNanos);
        double seconds = Math.max(0, nowNanos - paidNanos) / (double) SECOND_NANOS;
        debtBytes = Math.max(0, debtBytes - seconds * bytesPerSecond());
        paidNanos = nowNanos;
    }

    private void measure(long nowNanos) {
        double seconds = (nowNanos - measuredNanos) / (double) SECOND_NANOS;
        if (seconds < 1) {
            return;
        }
        double keep = Math.pow(1 - WEIGHT_OF_LAST_SECOND, seconds);
        ingestedPerSecond = keep * ingestedPerSecond + (1 - keep) * (ingestedBytes / seconds);
        ingestedBytes = 0;
        measuredNanos = nowNanos;
    }
}
