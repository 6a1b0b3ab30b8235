package io.oxbow.s3stream.log;

import io.oxbow.s3stream.S3StreamException.Retry;
import io.oxbow.s3stream.env.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Queue of appends to write while this process leads: core records and application records. It also
 * assigns the application's offsets. Thread-safe; the log's own thread takes from it.
 */
final class AppendQueue {

    /** Bound on the bytes of application records that wait. */
    static final long PREPARED_BYTES_MAX = 64L << 20;

    /** Bound on the bytes of one indivisible append. */
    static final int UNIT_BYTES_MAX = 32 << 20;

    private static final int ANY_EPOCH = -1;

    /** Appends that go into one slot. */
    record Group(List<List<byte[]>> batches, List<AppendUnit> units) {}

    /** Next action of the leader. */
    sealed interface Next {}

    record Write(Group group) implements Next {}

    /** Nothing is due before {@code duration} is over. */
    record WaitFor(Duration duration) implements Next {}

    record WaitForSignal() implements Next {}

    record Resign() implements Next {}

    private record Prepared(List<byte[]> records, int sizeInBytes) {}

    private final ReentrantLock lock = new ReentrantLock();
    private final Clock clock;
    private final LogConfig config;
    private final Runnable signal;
    private final Deque<AppendUnit> units = new ArrayDeque<>();
    private final Deque<Prepared> scheduled = new ArrayDeque<>();
    private final Deque<Prepared> prepared = new ArrayDeque<>();
    private long preparedBytes;
    private List<AppendUnit> inFlight = List.of();
    private boolean putUnderWay;
    private long putSinceNanos;
    private boolean leading;
    private boolean resigning;
    private int leaderEpoch;
    private long committedEnd;
    private long preparedEnd;
    private @Nullable Throwable stopCause;

    AppendQueue(Clock clock, LogConfig config, Runnable signal) {
        this.clock = clock;
        this.config = config;
        this.signal = signal;
    }

    AppendUnit submit(AppendUnit unit) {
        return submit(ANY_EPOCH, unit);
    }

    /** Queues a unit for one leadership of this process: what is queued does not outlive it. */
    AppendUnit submit(int epoch, AppendUnit unit) {
        requireUnitSize(unit.sizeInBytes());
        lock.lock();
        try {
            if (!leading || resigning || (epoch != ANY_EPOCH && epoch != leaderEpoch)) {
                throw notLeading();
            }
            units.add(unit);
        } finally {
            lock.unlock();
        }
        signal.run();
        return unit;
    }

    long prepare(int epoch, List<byte[]> records) {
        if (records.isEmpty()) {
            throw new IllegalArgumentException("a batch holds at least one record");
        }
        int size = 5;
        for (byte[] each : records) {
            size = Math.addExact(size, each.length + 5);
        }
        requireUnitSize(size);
        lock.lock();
        try {
            if (!leading || resigning || epoch != leaderEpoch) {
                throw notLeading();
            }
            if (preparedBytes + size > PREPARED_BYTES_MAX) {
                throw new LogAppendException(
                        "%d bytes are waiting for the bucket".formatted(preparedBytes),
                        Retry.RETRYABLE,
                        null);
            }
            prepared.add(new Prepared(List.copyOf(records), size));
            preparedBytes += size;
            preparedEnd += records.size();
            return preparedEnd - 1;
        } finally {
            lock.unlock();
        }
    }

    void schedulePrepared() {
        lock.lock();
        try {
            scheduled.addAll(prepared);
            prepared.clear();
        } finally {
            lock.unlock();
        }
        signal.run();
    }

    void resign(int epoch) {
        lock.lock();
        try {
            if (leading && epoch == leaderEpoch) {
                resigning = true;
            }
        } finally {
            lock.unlock();
        }
        signal.run();
    }

    boolean leading() {
        lock.lock();
        try {
            return leading;
        } finally {
            lock.unlock();
        }
    }

    /** Returns whether a put is under way whose outcome is not known. */
    boolean unsettled() {
        lock.lock();
        try {
            return putUnderWay;
        } finally {
            lock.unlock();
        }
    }

    /** Returns the clock's reading in nanoseconds when the put under way began; 0 when none is. */
    long putSinceNanos() {
        lock.lock();
        try {
            return putUnderWay ? putSinceNanos : 0;
        } finally {
            lock.unlock();
        }
    }

    long committedEnd() {
        lock.lock();
        try {
            return committedEnd;
        } finally {
            lock.unlock();
        }
    }

    long preparedEnd() {
        lock.lock();
        try {
            return preparedEnd;
        } finally {
            lock.unlock();
        }
    }

    /** Starts leadership of this process. */
    void lead(int epoch) {
        lock.lock();
        try {
            leading = true;
            resigning = false;
            leaderEpoch = epoch;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Notes that everything below {@code applicationEnd} is committed, whichever leader wrote it.
     */
    void committed(long applicationEnd) {
        lock.lock();
        try {
            committedEnd = applicationEnd;
            preparedEnd = Math.max(preparedEnd, applicationEnd);
        } finally {
            lock.unlock();
        }
    }

    /** Notes that the group taken last is in the log. */
    void settled() {
        lock.lock();
        try {
            inFlight = List.of();
            putUnderWay = false;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Ends leadership of this process. Appends that were never sent fail as surely not made, sent
     * ones with an unknown outcome. Records that the application had prepared are dropped.
     */
    void depose() {
        var neverSent = new ArrayList<AppendUnit>();
        List<AppendUnit> sent;
        lock.lock();
        try {
            leading = false;
            resigning = false;
            neverSent.addAll(units);
            sent = inFlight;
            units.clear();
            inFlight = List.of();
            putUnderWay = false;
            prepared.clear();
            scheduled.clear();
            preparedBytes = 0;
            preparedEnd = committedEnd;
        } finally {
            lock.unlock();
        }
        for (AppendUnit unit : sent) {
            unit.fail(
                    new LogAppendException(
                            "leadership was lost while the append was under way",
                            Retry.UNKNOWN,
                            null));
        }
        LogAppendException cause = notLeading();
        neverSent.forEach(unit -> unit.fail(cause));
    }

    /** Ends leadership as {@link #depose()} does, for good. */
    void stop(@Nullable Throwable cause) {
        lock.lock();
        try {
            stopCause = cause;
        } finally {
            lock.unlock();
        }
        depose();
    }

    private LogAppendException notLeading() {
        return stopCause == null
                ? new LogAppendException(
                        "this process does not lead the metadata log", Retry.RETRYABLE, null)
                : new LogAppendException(
                        "the metadata log has failed here", Retry.FATAL, stopCause);
    }

    Next next() {
        lock.lock();
        try {
            if (resigning) {
                return new Resign();
            }
            if (scheduled.isEmpty() && units.isEmpty()) {
                return new WaitForSignal();
            }
            Duration patience = patience();
            return patience.isPositive() ? new WaitFor(patience) : new Write(take());
        } finally {
            lock.unlock();
        }
    }

    /** Returns whether there is nothing to do but to wait. */
    boolean isIdle() {
        lock.lock();
        try {
            return !resigning && scheduled.isEmpty() && units.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Returns the time for which everything that waits may go on waiting; only commits of objects
     * may wait at all.
     */
    private Duration patience() {
        if (!scheduled.isEmpty()) {
            return Duration.ZERO;
        }
        long size = 0;
        for (AppendUnit unit : units) {
            size += unit.sizeInBytes();
            if (!unit.patient() || size >= config.slotBytesMax()) {
                return Duration.ZERO;
            }
        }
        long waited = clock.nanoTime() - units.getFirst().sinceNanos();
        return config.commitLinger().minusNanos(waited);
    }

    private Group take() {
        var batches = new ArrayList<List<byte[]>>();
        var group = new ArrayList<AppendUnit>();
        AppendUnit first = units.peek();
        // At least one of each family that waits, so that neither starves the other.
        long size = first == null ? 0 : first.sizeInBytes();
        while (!scheduled.isEmpty()
                && fits(batches.isEmpty(), size, scheduled.getFirst().sizeInBytes())) {
            Prepared batch = scheduled.removeFirst();
            batches.add(batch.records());
            size += batch.sizeInBytes();
            preparedBytes -= batch.sizeInBytes();
        }
        size -= first == null ? 0 : first.sizeInBytes();
        while (!units.isEmpty() && fits(group.isEmpty(), size, units.getFirst().sizeInBytes())) {
            AppendUnit unit = units.removeFirst();
            group.add(unit);
            size += unit.sizeInBytes();
        }
        inFlight = List.copyOf(group);
        putUnderWay = true;
        putSinceNanos = clock.nanoTime();
        return new Group(List.copyOf(batches), inFlight);
    }

    private boolean fits(boolean first, long size, int more) {
        return first || size + more <= config.slotBytesMax();
    }

    private static void requireUnitSize(int size) {
        if (size > UNIT_BYTES_MAX) {
            throw new IllegalArgumentException(
                    "an append of %d bytes, at most %d are allowed"
                            .formatted(size, UNIT_BYTES_MAX));
        }
    }
}
