package io.oxbow.s3stream.compact;

import io.oxbow.s3stream.env.Clock;

/**
 * Limits the rate of compaction with a token bucket: a request may overdraw it, and then waits
 * until the debt is paid. The rate follows what is uploaded, for a node that takes in more than the
 * setting must also compact more. For one thread.
 */
final class Pace {

    private static final long NANOS_PER_SECOND = 1_000_000_000L;
    private static final long LONGEST_PAUSE_NANOS = NANOS_PER_SECOND / 2;

    /**
     * Bytes that compaction may transfer per byte uploaded: one read, one written, and one more to
     * catch up.
     */
    private static final double PER_UPLOADED_BYTE = 3;

    private final CompactionHost host;
    private final Clock clock;
    private final double basePerSecond;
    private boolean pressing;
    private double tokens;
    private long lastNanos;
    private long rateSinceNanos;
    private long rateSinceBytes;
    private double uploadedPerSecond;

    /**
     * @param bytesPerSecond 0 for no bound
     */
    Pace(CompactionHost host, Clock clock, long bytesPerSecond) {
        this.host = host;
        this.clock = clock;
        this.basePerSecond = bytesPerSecond;
        this.lastNanos = clock.nanoTime();
        this.rateSinceNanos = lastNanos;
        this.rateSinceBytes = host.uploadedBytes();
    }

    /**
     * Sets whether too many objects wait: then compaction does not yield to clients, and may go
     * twice as fast.
     */
    void pressing(boolean now) {
        pressing = now;
    }

    /**
     * Takes tokens for bytes that are about to be read or written; waits until there are enough.
     */
    void take(long bytes) {
        if (basePerSecond == 0) {
            return;
        }
        refill();
        tokens -= bytes;
        while (tokens < 0) {
            double seconds = -tokens / rate();
            long nanos = (long) Math.min(LONGEST_PAUSE_NANOS, seconds * NANOS_PER_SECOND);
            host.pause(Math.max(1, nanos), "go on compacting");
            refill();
        }
    }

    /** Pauses for as long as the work since {@code sinceNanos} took; returns the time now. */
    long rest(long sinceNanos) {
        long worked = clock.nanoTime() - sinceNanos;
        if (worked > 0) {
            host.pause(Math.min(LONGEST_PAUSE_NANOS, worked), "go on planning");
        }
        return clock.nanoTime();
    }

    private void refill() {
        long now = clock.nanoTime();
        double rate = rate();
        double seconds = (double) (now - lastNanos) / NANOS_PER_SECOND;
        lastNanos = now;
        // At most a tenth of a second's worth is saved up.
        tokens = Math.min(rate / 10, tokens + seconds * rate);
        measureUploads(now);
    }

    private void measureUploads(long now) {
        double seconds = (double) (now - rateSinceNanos) / NANOS_PER_SECOND;
        if (seconds >= 10) {
            long uploaded = host.uploadedBytes();
            uploadedPerSecond = (uploaded - rateSinceBytes) / seconds;
            rateSinceNanos = now;
            rateSinceBytes = uploaded;
        }
    }

    private double rate() {
        double rate = Math.max(basePerSecond, PER_UPLOADED_BYTE * uploadedPerSecond);
        if (pressing) {
            return 2 * rate;
        }
        return host.isBusy() ? rate / 2 : rate;
    }
}
