package io.oxbow.benchmarks.load;

import org.HdrHistogram.Histogram;

/**
 * Latencies of the records whose sending was due within a stretch of time. One thread sends, one
 * gets the answers, one opens and closes.
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
     * Returns true if a record due at {@code dueNanos} counts; the sender asks once per record, in
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

    /** Ends the sending; called by the sender when nothing more comes. */
    void endSending() {
        sendingIsOver = true;
    }

    /** Counts an ack; called by the thread that gets the acks. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // one writer
    void answered(long dueNanos, long nanos) {
        latencyMicros.recordValue(Math.max(0, nanos - dueNanos) / 1000);
        answered++;
    }

    boolean isComplete() {
        return sendingIsOver && answered == sent;
    }

    /** Returns the latencies once the window is complete. */
    Histogram latencyMicros() {
        return latencyMicros;
    }
}
