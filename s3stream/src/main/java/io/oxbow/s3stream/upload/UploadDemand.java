package io.oxbow.s3stream.upload;

import io.oxbow.s3stream.tail.AppendBudget;
import io.oxbow.s3stream.wal.WriteAheadLog;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/** Urgency of uploads: who waits for one, and how full the write-ahead log is. Thread-safe. */
public final class UploadDemand {

    private final WriteAheadLog wal;
    private final AppendBudget budget;
    private final AtomicInteger waiting = new AtomicInteger();
    private final long intervalNanos;
    private volatile long wantedBelow;

    /**
     * @param interval greatest age of an append that is not committed, before uploads take time
     */
    public UploadDemand(WriteAheadLog wal, AppendBudget budget, Duration interval) {
        this.wal = wal;
        this.budget = budget;
        this.intervalNanos = interval.toNanos();
    }

    /** Begins a wait for all that is durable to be uploaded. */
    void beginWait() {
        waiting.incrementAndGet();
    }

    void endWait() {
        waiting.decrementAndGet();
    }

    /** Returns the age in nanoseconds that an append may reach before it is uploaded. */
    long intervalNanos() {
        return intervalNanos;
    }

    /** Has the rounds numbered below {@code number} uploaded and committed without delay. */
    void want(long number) {
        wantedBelow = number;
    }

    boolean isWanted(GatheredAppends round) {
        return round.number() < wantedBelow;
    }

    /** Returns true while someone waits for an upload, or an appender for room. */
    boolean isPressing() {
        return waiting.get() > 0 || budget.isPressed();
    }

    /** Returns true when half of a bound on what is not uploaded is used. */
    boolean isFillingUp() {
        return budget.isHalfUsed() || wal.usedBytes() >= wal.capacityBytes() / 2;
    }
}
