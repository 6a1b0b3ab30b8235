package io.oxbow.s3stream.wal.file;

import io.oxbow.s3stream.env.Clock;
import io.oxbow.s3stream.wal.LogState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Fails the log when a write takes too long. One timer for all writes, armed only while some are
 * under way, checks them several times in each time-out. A process that stood still, or its
 * machine, misses all but one of those checks, so that the time is not held against the disk.
 * Thread-safe.
 */
final class WriteWatchdog {

    private static final int CHECKS = 10;

    /** A write under way. */
    static final class Write {
        private final long startedNanos;
        private final long checksBefore;

        private Write(long startedNanos, long checksBefore) {
            this.startedNanos = startedNanos;
            this.checksBefore = checksBefore;
        }
    }

    private final Clock clock;
    private final Duration timeout;
    private final LogState gate;
    private final List<Write> underWay = new ArrayList<>();
    private Clock.@Nullable Cancellable timer;
    private long checks;

    WriteWatchdog(Clock clock, Duration timeout, LogState gate) {
        this.clock = clock;
        this.timeout = timeout;
        this.gate = gate;
    }

    synchronized Write started() {
        var write = new Write(clock.nanoTime(), checks);
        underWay.add(write);
        if (timer == null) {
            checkLater();
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

    private void checkLater() {
        timer = clock.after(timeout.dividedBy(CHECKS), this::check);
    }

    private void check() {
        synchronized (this) {
            timer = null;
            checks++;
            if (underWay.isEmpty()) {
                return;
            }
            if (!isOverdue(underWay.getFirst())) {
                checkLater();
                return;
            }
        }
        gate.fail("a write to the WAL took longer than " + timeout, null);
    }

    private boolean isOverdue(Write write) {
        return checks - write.checksBefore >= CHECKS
                && clock.nanoTime() - write.startedNanos >= timeout.toNanos();
    }
}
