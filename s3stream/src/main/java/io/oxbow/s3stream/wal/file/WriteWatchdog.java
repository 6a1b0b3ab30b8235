package io.oxbow.s3stream.wal.file;

import io.oxbow.s3stream.env.Clock;
import io.oxbow.s3stream.wal.LogState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Fails the log when a write takes too long. One timer for all writes, armed only while some are
 * under way. Thread-safe.
 */
final class WriteWatchdog {

    /** A write under way. */
    static final class Write {
        private final long startedNanos;

        private Write(long startedNanos) {
            this.startedNanos = startedNanos;
        }
    }

    private final Clock clock;
    private final Duration timeout;
    private final LogState gate;
    private final List<Write> underWay = new ArrayList<>();
    private Clock.@Nullable Cancellable timer;

    WriteWatchdog(Clock clock, Duration timeout, LogState gate) {
        this.clock = clock;
        this.timeout = timeout;
        this.gate = gate;
    }

    synchronized Write started() {
        var write = new Write(clock.nanoTime());
        underWay.add(write);
        if (timer == null) {
            timer = clock.after(timeout, this::check);
        }
        return write;
    }

    synchronized void ended(Write write) {
        underWay.remove(write);
    }

    synchronized void close() {
        if (timer != null) {
            timer.cancel();
        }
    }

    private void check() {
        long left;
        synchronized (this) {
            timer = null;
            if (underWay.isEmpty()) {
                return;
            }
            long age = clock.nanoTime() - underWay.getFirst().startedNanos;
            left = timeout.toNanos() - age;
            if (left > 0) {
                timer = clock.after(Duration.ofNanos(left), this::check);
            }
        }
        if (left <= 0) {
            gate.fail("a write to the WAL took longer than " + timeout, null);
        }
    }
}
