package io.oxbow.s3stream.upload;

import io.oxbow.s3stream.FencedException;
import io.oxbow.s3stream.S3StreamException;
import io.oxbow.s3stream.commit.Health;
import io.oxbow.s3stream.commit.ObjectCommitter;
import io.oxbow.s3stream.config.StreamStoreConfig;
import io.oxbow.s3stream.env.Environment;
import io.oxbow.s3stream.env.Patience;
import io.oxbow.s3stream.env.TimedCondition;
import io.oxbow.s3stream.tail.AppendBudget;
import io.oxbow.s3stream.tail.LogReadBack;
import io.oxbow.s3stream.tail.TailEntry;
import io.oxbow.s3stream.tail.TailMemory;
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
 * Uploads the write-ahead log's appends into data objects.
 *
 * <p>The log's threads hand over every durable append, in the LSN order of its volume, to the
 * active round; when that is large enough or old enough it is sealed. One thread of this class's
 * own makes objects of what is sealed, in order, and starts their puts, each on a thread of its
 * own; {@link UploadCommits} commits the rounds in the same order. So several puts are under way,
 * while what is committed is always a prefix of each volume of the log.
 *
 * <p>What waits here while the bucket is away is entries, not bytes: those are in the log.
 */
public final class Uploader {

    private static final Logger LOG = LoggerFactory.getLogger(Uploader.class);

    private final WriteAheadLog wal;
    private final TailMemory memory;
    private final ObjectCommitter committer;
    private final AppendBudget budget;
    private final Health health;
    private final StreamStoreConfig.Upload config;
    private final LogReadBack readBack;
    private final UploadCommits commits;
    private final Environment environment;
    private final long sealBytes;
    private final long sealVolumeBytes;
    private final int sealCount;

    private final ReentrantLock lock = new ReentrantLock();
    private final TimedCondition work;
    private final TimedCondition progress;
    private final UploadPace pace;

    /** LSNs, for each volume, up to which rounds were begun; used by the first thread alone. */
    private List<Long> begunLsns;

    /* All below is guarded by the lock. */
    private final ArrayDeque<GatheredAppends> sealed = new ArrayDeque<>();
    private GatheredAppends active;
    private long underWayBytes;
    private long intervalNanos;
    private int hurried;
    private boolean stopping;

    public Uploader(
            WriteAheadLog wal,
            LogReadBack readBack,
            TailMemory memory,
            ObjectCommitter committer,
            UploadCommits commits,
            AppendBudget budget,
            Health health,
            StreamStoreConfig config,
            Environment environment) {
        this.wal = wal;
        this.readBack = readBack;
        this.memory = memory;
        this.committer = committer;
        this.commits = commits;
        this.budget = budget;
        this.health = health;
        this.config = config.upload();
        this.environment = environment;
        this.begunLsns = wal.appendedLsns();
        this.sealBytes = config.upload().objectBytes();
        this.sealVolumeBytes = wal.capacityBytes() / 4;
        long sealHeapBytes = config.memory().appendHeapBytes() / 4;
        this.sealCount = (int) Math.max(1, sealHeapBytes / TailEntry.SETTLED_BYTES);
        this.intervalNanos = config.upload().interval().toNanos();
        this.work = new TimedCondition(environment.clock(), lock);
        this.progress = new TimedCondition(environment.clock(), lock);
        this.pace = new UploadPace(nanoTime());
        this.active = new GatheredAppends(wal, nanoTime());
        health.onFailure(cause -> wakeAll());
        budget.onPressure(work::wake);
    }

    private long nanoTime() {
        return environment.clock().nanoTime();
    }

    /** Returns the uploader's threads, not started yet; they end after {@link #stop}. */
    public List<Thread> threads() {
        var threads = environment.threads();
        return List.of(
                threads.newThread(this::run), threads.newThread(() -> commits.run(this::ended)));
    }

    /** Takes an append that became durable; called in its volume's LSN order. */
    public void durable(TailEntry entry) {
        lock.lock();
        try {
            if (active.isEmpty()) {
                active = new GatheredAppends(wal, nanoTime());
                work.signalAll();
            }
            active.add(entry);
            pace.ingested(entry.frameBytes());
            if (active.spanBytes() >= sealBytes
                    || active.largestSpanBytes() >= sealVolumeBytes
                    || active.count() >= sealCount) {
                seal();
                work.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Sets the age of the oldest durable append at which an upload starts. */
    public void uploadEvery(Duration interval) {
        lock.lock();
        try {
            intervalNanos = interval.toNanos();
            work.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Starts an upload of what is durable now, whatever its size and age. */
    public void uploadSoon() {
        lock.lock();
        try {
            if (!active.isEmpty()) {
                seal();
                work.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * Uploads without regard to size, age or pace until {@code done}, and waits for that.
     *
     * @param patienceNanos how long at most
     * @return what {@code done} said at last
     */
    public boolean hurryUntil(BooleanSupplier done, long patienceNanos) {
        long start = nanoTime();
        lock.lock();
        hurried++;
        try {
            work.signalAll();
            while (!done.getAsBoolean()) {
                long left = patienceNanos - (nanoTime() - start);
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

    public void stop() {
        lock.lock();
        try {
            stopping = true;
            wakeAll();
        } finally {
            lock.unlock();
        }
    }

    private void run() {
        try {
            for (GatheredAppends next = next(); next != null; next = next()) {
                begin(next);
            }
        } catch (Patience.StoppedException e) {
            LOG.info("upload given up: {}", e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (FencedException e) {
            health.fail(e);
        } catch (Throwable e) {
            LOG.error("the uploader failed", e);
            health.failUnexpectedly("an upload", e);
        } finally {
            commits.noMore();
        }
    }

    /** Waits for something to upload and for its time; null when there is to be no more. */
    private @Nullable GatheredAppends next() throws InterruptedException {
        lock.lock();
        try {
            while (!stopping && !health.failed()) {
                if (sealed.isEmpty() && !active.isEmpty() && isDue()) {
                    seal();
                }
                GatheredAppends next = sealed.peek();
                if (next == null) {
                    awaitSealed();
                } else if (!hasRoomFor(next)) {
                    work.await();
                } else {
                    long delay = isPaced() ? pace.delayNanos(nanoTime()) : 0;
                    if (delay <= 0) {
                        pace.begin(next.frameBytes(), nanoTime());
                        underWayBytes += next.reserve();
                        return sealed.remove();
                    }
                    work.awaitFor(delay);
                }
            }
            return null;
        } finally {
            lock.unlock();
        }
    }

    private void awaitSealed() throws InterruptedException {
        if (active.isEmpty()) {
            work.await();
        } else {
            work.awaitFor(leftNanos());
        }
    }

    private boolean hasRoomFor(GatheredAppends next) {
        return underWayBytes == 0 || underWayBytes + next.spanBytes() <= config.inFlightBytes();
    }

    private boolean isDue() {
        return hurried > 0 || budget.isPressed() || leftNanos() <= 0;
    }

    /** Returns whether the next upload may be paced: nothing fills up, and nobody waits. */
    private boolean isPaced() {
        return hurried == 0
                && !budget.isPressed()
                && !budget.isHalfUsed()
                && sealed.size() == 1
                && wal.usedBytes() < wal.capacityBytes() / 2;
    }

    private long leftNanos() {
        return intervalNanos - (nanoTime() - active.sinceNanos());
    }

    private void seal() {
        sealed.add(active);
        active = new GatheredAppends(wal, nanoTime());
    }

    /** Makes objects of the appends and starts their puts. */
    private void begin(GatheredAppends appends) {
        begunLsns = appends.endLsns(begunLsns);
        var round = new UploadRound(appends, begunLsns, memory);
        try {
            round.fill(readBack.walk(begunLsns), committer, config.soloBytes());
        } catch (RuntimeException e) {
            round.abandon(e);
            throw e;
        }
        commits.add(round);
        for (ObjectCommitter.Keyed object : round.objects()) {
            environment.threads().newThread(() -> round.put(committer, object)).start();
        }
    }

    /** Ends a round that is committed or has failed. */
    private void ended(UploadRound round) {
        lock.lock();
        try {
            underWayBytes -= round.appends().reservedBytes();
            wakeAll();
        } finally {
            lock.unlock();
        }
    }

    /** Returns the bytes of the log that are being uploaded. */
    public long underWayBytes() {
        lock.lock();
        try {
            return underWayBytes;
        } finally {
            lock.unlock();
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
