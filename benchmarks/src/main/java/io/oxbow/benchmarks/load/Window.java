package io.oxbow.benchmarks.load;

import org.HdrHistogram.Histogram;

/**
 * The records whose sending was due within a stretch of time, and how long after that each was
 * acknowledged. One thread sends, one gets the answers, one opens and closes.
 */
final class Window {

    private static final int DIGITS = 3;

    private final long openedNanos;
    private final Histogram latencyMicros = new Histogram(DIGITS);
    private volatile long closedNanos = Long.MAX_VALUE;
    private volatile boolean sendingIsOver;
    private volatile long sent;
    private volatile long answered;

    Window(long openedNanos) {
        this.openedNanos = openedNanos;
    }

    void close(long nanos) {
        closedNanos = nanos;
    }

    /**
     * By the sender: whether a record due at {@code dueNanos} counts; asked once per record, in
     * order.
     */
    @SuppressWarnings("NonAtomicVolatileUpdate") // one writer
    boolean takes(long dueNanos) {
        if (dueNanos - openedNanos < 0) {
            return false;
        }
        if (dueNanos >= closedNanos) {
            sendingIsOver = true;
            return false;
        }
        sent++;
        return true;
    }

    /** By the sender when nothing more comes. */
    void endSending() {
        sendingIsOver = true;
    }

    /** By the one that gets the answers. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // one writer
    void answered(long dueNanos, long nanos) {
        latencyMicros.recordValue(Math.max(0, nanos - dueNanos) / 1000);
        answered++;
    }

    boolean isComplete() {
        return sendingIsOver && answered == sent;
    }

    /** Once complete. */
    Histogram latencyMicros() {
        return latencyMicros;
    }
}
