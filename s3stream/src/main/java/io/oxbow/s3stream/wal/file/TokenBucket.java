package io.oxbow.s3stream.wal.file;

/**
 * Token bucket: a rate with a burst. Over any stretch of time, takers that wait as long as they are
 * told take at most the rate times the time, plus the burst. Its state is the one moment at which
 * all that was taken is paid for. Not thread-safe.
 */
final class TokenBucket {

    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    private final long perSecond;
    private final long burstNanos;
    private long paidAtNanos;

    /**
     * @param perSecond 0 for no bound
     * @param burst no single cost is greater
     */
    TokenBucket(long perSecond, long burst, long nowNanos) {
        this.perSecond = perSecond;
        this.burstNanos = nanos(burst);
        this.paidAtNanos = nowNanos;
    }

    /** Returns the time in nanoseconds until {@code cost} may be taken; 0 when it may be now. */
    long waitNanos(long cost, long nowNanos) {
        return Math.max(0, debtNanos(nowNanos) + nanos(cost) - burstNanos);
    }

    /** Takes {@code cost}, even if it is not there yet: later takers wait for the difference. */
    void take(long cost, long nowNanos) {
        paidAtNanos = nowNanos + debtNanos(nowNanos) + nanos(cost);
    }

    private long debtNanos(long nowNanos) {
        return Math.max(0, paidAtNanos - nowNanos);
    }

    private long nanos(long tokens) {
        return perSecond == 0 ? 0 : Math.ceilDiv(tokens * NANOS_PER_SECOND, perSecond);
    }
}
