package io.oxbow.s3stream.stream;

import io.oxbow.s3stream.FencedException;
import io.oxbow.s3stream.S3StreamException;
import io.oxbow.s3stream.env.Clock;
import io.oxbow.s3stream.image.CoreRecord;
import io.oxbow.s3stream.object.DataObject;
import io.oxbow.s3stream.wal.WriteAheadLog;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Empties the write-ahead log into data objects.
 *
 * <p>The log's completion threads hand over every durable append, in their volume's LSN order, to
 * the active object; when that is large enough or old enough it is sealed; one thread of this class's own
 * uploads what is sealed, commits it in the metadata log, lets the streams' tails go and trims the
 * write-ahead log. One object is under way at a time, so what is committed is always a prefix of
 * each volume of the write-ahead log.
 */
final class Uploader {

    private static final Logger LOG = LoggerFactory.getLogger(Uploader.class);

    private final WriteAheadLog wal;
    private final Publisher publisher;
    private final Publisher.Sequence sequence;
    private final AppendBudget budget;
    private final Health health;
    private final Clock clock;
    private final long sealBytes;
    private final long sealVolumeBytes;
    private final long sealChargedBytes;

    private final ReentrantLock lock = new ReentrantLock();
    private final TimedCondition work;
    private final TimedCondition progress;

    /** What is in data objects of each volume; the uploading thread's own. */
    private List<Long> covered;

    /* All below is guarded by the lock. */
    private final ArrayDeque<GatheredAppends> sealed = new ArrayDeque<>();
    private GatheredAppends active;
    private long intervalNanos;
    private int hurried;
    private boolean stopping;

    /** What the uploader works on and with. */
    record Parts(
            WriteAheadLog wal,
            Publisher publisher,
            Publisher.Sequence sequence,
            AppendBudget budget,
            Health health) {}

    Uploader(Parts parts, StreamStoreConfig.Upload config, Clock clock) {
        this.wal = parts.wal();
        this.publisher = parts.publisher();
        this.sequence = parts.sequence();
        this.budget = parts.budget();
        this.health = parts.health();
        this.clock = clock;
        this.covered = wal.appendedLsns();
        this.sealBytes = Math.max(1, Math.min(config.objectBytes(), wal.capacityBytes() / 4));
        this.sealVolumeBytes = Math.max(1, wal.capacityBytes() / covered.size() / 4);
        // Small appends cost more memory than log: a third, as one object fills, one is under way.
        this.sealChargedBytes = Math.max(1, config.maxPendingBytes() / 3);
        this.intervalNanos = config.interval().toNanos();
        this.work = new TimedCondition(clock, lock);
        this.progress = new TimedCondition(clock, lock);
        this.active = new GatheredAppends(clock.nanoTime());
        health.onFailure(cause -> wakeAll());
        budget.onPressure(work::wake);
    }

    /**
     * Takes an append that became durable; called by its volume's completion thread, in LSN order.
     */
    void durable(TailEntry entry) {
        lock.lock();
        try {
            if (active.isEmpty()) {
                active = new GatheredAppends(clock.nanoTime());
                work.signalAll();
            }
            active.add(entry);
            if (isFull()) {
                seal();
                work.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    private boolean isFull() {
        return active.spanBytes() >= sealBytes
                || active.largestSpanBytes() >= sealVolumeBytes
                || active.chargedBytes() >= sealChargedBytes;
    }

    /** An upload starts when the oldest durable append is that old. */
    void uploadEvery(Duration interval) {
        lock.lock();
        try {
            intervalNanos = interval.toNanos();
            work.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Uploads without waiting for size or age until {@code done}.
     *
     * @param patienceNanos how long at most
     * @return what {@code done} said at last
     */
    boolean hurryUntil(BooleanSupplier done, long patienceNanos) {
        long start = clock.nanoTime();
        lock.lock();
        hurried++;
        try {
            work.signalAll();
            while (!done.getAsBoolean()) {
                long left = patienceNanos - (clock.nanoTime() - start);
                if (left <= 0 || health.failed()) {
                    return false;
                }
                if (patienceNanos == Long.MAX_VALUE) {
                    progress.await();
                } else {
                    progress.awaitFor(left);
                }
            }
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new S3StreamException(
                    "interrupted while waiting for an upload", S3StreamException.Retry.UNKNOWN, e);
        } finally {
            hurried--;
            lock.unlock();
        }
    }

    void stop() {
        lock.lock();
        try {
            stopping = true;
            wakeAll();
        } finally {
            lock.unlock();
        }
    }

    /** The thread's body. */
    void run() {
        try {
            for (GatheredAppends next = next(); next != null; next = next()) {
                upload(next);
            }
        } catch (Patience.StoppedException e) {
            LOG.info("upload given up: {}", e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Throwable e) {
            LOG.error("the uploader failed", e);
            health.fail(
                    new S3StreamException("upload failed: " + e, S3StreamException.Retry.FATAL, e));
        }
    }

    /** Waits for something to upload; null when there is to be no more. */
    private @Nullable GatheredAppends next() throws InterruptedException {
        lock.lock();
        try {
            while (!stopping && !health.failed()) {
                if (sealed.isEmpty() && !active.isEmpty() && isDue()) {
                    seal();
                }
                GatheredAppends next = sealed.poll();
                if (next != null) {
                    return next;
                }
                if (active.isEmpty()) {
                    work.await();
                } else {
                    work.awaitFor(leftNanos());
                }
            }
            return null;
        } finally {
            lock.unlock();
        }
    }

    private boolean isDue() {
        return hurried > 0 || budget.isPressed() || leftNanos() <= 0;
    }

    private long leftNanos() {
        return intervalNanos - (clock.nanoTime() - active.sinceNanos());
    }

    private void seal() {
        sealed.add(active);
        active = new GatheredAppends(clock.nanoTime());
    }

    private void upload(GatheredAppends appends) throws InterruptedException {
        DataObject object = appends.toObject();
        covered = appends.endLsns(covered);
        Publisher.Outcome outcome =
                object == null
                        ? publisher.cover(sequence, covered)
                        : publisher.publish(sequence, object, covered);
        switch (outcome) {
            case Publisher.Outcome.Fenced(var why) -> {
                health.fail(new FencedException("node epoch was fenced: " + why));
                return;
            }
            case Publisher.Outcome.Done(var accepted) -> {
                if (object != null) {
                    settle(appends, object.ranges(), accepted);
                }
            }
        }
        budget.give(appends.release());
        wal.trim(covered);
        progress.wake();
    }

    private static void settle(
            GatheredAppends appends, List<CoreRecord.Range> ranges, List<Boolean> accepted) {
        for (int i = 0; i < ranges.size(); i++) {
            CoreRecord.Range range = ranges.get(i);
            OpenStream stream = appends.stream(range.streamId());
            if (accepted.get(i)) {
                stream.committed(range.startOffset() + range.count());
            } else {
                LOG.warn("{} moved on without {}", stream.name(), range);
                stream.lost("the metadata log refused its offsets as stale");
            }
        }
    }

    private void wakeAll() {
        lock.lock();
        try {
            work.signalAll();
            progress.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
