package io.oxbow.s3stream.upload;

/**
 * Spreads uploads over time: a token bucket that fills twice as fast as appends came in lately, so
 * that uploads keep up without bursting. Guarded by whoever uses it.
 */
public final class UploadPace {

    /** However slowly appends come in: an upload of a few megabytes need not wait for long. */
    public static final long MIN_BYTES_PER_SECOND = 4L << 20;

    private static final long SECOND_NANOS = 1_000_000_000L;
    private static final double WEIGHT_OF_LAST_SECOND = 0.3;

    private double ingestedPerSecond;
    private long ingestedBytes;
    private long measuredNanos;
    private double debtBytes;
    private long paidNanos;

    public UploadPace(long nowNanos) {
        this.measuredNanos = nowNanos;
        this.paidNanos = nowNanos;
    }

    /** Notes what was appended. */
    public void ingested(long bytes) {
        ingestedBytes += bytes;
    }

    /** Notes that an upload of that size begins. */
    public void begin(long bytes, long nowNanos) {
        pay(nowNanos);
        debtBytes += bytes;
    }

    /** How long the next upload should wait. */
    public long delayNanos(long nowNanos) {
        pay(nowNanos);
        return debtBytes <= 0 ? 0 : (long) Math.ceil(debtBytes / bytesPerSecond() * SECOND_NANOS);
    }

    public double bytesPerSecond() {
        return Math.max(MIN_BYTES_PER_SECOND, 2 * ingestedPerSecond);
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
