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
    private final Health health;
    private final StreamStoreConfig.Upload config;
    private final LogReadBack readBack;
    private final UploadCommits commits;
    private final UploadDemand demand;
    private final Environment environment;

    private final ReentrantLock lock = new ReentrantLock();
    private final TimedCondition work;
    private final TimedCondition progress;
    private final UploadPace pace;

    /** LSNs, for each volume, up to which rounds were begun; used by the first thread alone. */
    private List<Long> begunLsns;

    /* All below is guarded by the lock. */
    private final ArrayDeque<GatheredAppends> sealed = new ArrayDeque<>();
    private final UploadRoom room;
    private final RoundLimits limits;
    private GatheredAppends active;
    private boolean stopping;

    public Uploader(
            WriteAheadLog wal,
            LogReadBack readBack,
            TailMemory memory,
            ObjectCommitter committer,
            UploadCommits commits,
            UploadDemand demand,
            AppendBudget budget,
            Health health,
            StreamStoreConfig config,
            Environment environment) {
        this.wal = wal;
        this.readBack = readBack;
        this.memory = memory;
        this.committer = committer;
        this.commits = commits;
        this.demand = demand;
        this.health = health;
        this.config = config.upload();
        this.environment = environment;
        this.begunLsns = wal.appendedLsns();
        this.room = new UploadRoom(config.upload());
        this.limits = new RoundLimits(wal, config);
        this.work = new TimedCondition(environment.clock(), lock);
        this.progress = new TimedCondition(environment.clock(), lock);
        this.pace = new UploadPace(nanoTime());
        this.active = new GatheredAppends(wal, 0, nanoTime());
        health.onFailure(cause -> wakeAll());
        budget.onPressure(this::press);
    }

    private void press() {
        work.wake();
        commits.wake();
    }

    private long nanoTime() {
        return environment.clock().nanoTime();
    }

    /** Returns the uploader's threads, not started yet; they end after {@link #stop}. */
    public List<Thread> threads() {
        var threads = environment.threads();
        return List.of(
                threads.newThread(this::run), threads.newThread(() -> commits.run(progress::wake)));
    }

    /** Takes an append that became durable; called in its volume's LSN order. */
    public void durable(TailEntry entry) {
        lock.lock();
        try {
            if (active.isEmpty()) {
                active = new GatheredAppends(wal, active.number(), nanoTime());
                work.signalAll();
            }
            active.add(entry);
            pace.ingested(entry.frameBytes());
            if (limits.isFull(active)) {
                seal();
                work.signalAll();
            }
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
            }
            demand.want(active.number());
            commits.wake();
            work.signalAll();
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
        demand.beginWait();
        try {
            work.signalAll();
            commits.wake();
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
            demand.endWait();
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
                } else if (!room.fits(next)) {
                    work.await();
                } else {
                    long delay = isPaced() ? pace.delayNanos(nanoTime()) : 0;
                    if (delay <= 0) {
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

    private boolean isDue() {
        return demand.isPressing() || leftNanos() <= 0;
    }

    /** Returns whether the next upload may be paced: nothing fills up, and nobody waits. */
    private boolean isPaced() {
        return !demand.isPressing() && !demand.isFillingUp() && sealed.size() == 1;
    }

    private long leftNanos() {
        return demand.intervalNanos() - (nanoTime() - active.sinceNanos());
    }

    private void seal() {
        sealed.add(active);
        active = new GatheredAppends(wal, active.number() + 1, nanoTime());
        // The log is fuller than it was: what was put may have to be committed for its room.
        commits.wake();
    }

    /** Makes objects of the appends, as many as memory allows, and starts their puts. */
    private void begin(GatheredAppends appends) {
        long began = nanoTime();
        var round = new UploadRound(appends, memory, ended -> put(ended, nanoTime() - began));
        try {
            LogReadBack.Walk walk = readBack.walk(appends.endLsns(begunLsns));
            take(round, round.gather(walk, begunLsns, copyBytesLeft()));
            round.fill(committer, config.soloBytes(), config.rangeBytesMax());
        } catch (Throwable e) {
            round.abandon();
            throw e;
        }
        commits.add(round);
        for (ObjectCommitter.Keyed object : List.copyOf(round.objects())) {
            environment.threads().newThread(() -> round.put(committer, object)).start();
        }
    }

    private long copyBytesLeft() {
        lock.lock();
        try {
            return room.copyBytesLeft();
        } finally {
            lock.unlock();
        }
    }

    /** Counts a round as under way; what it left comes next. */
    private void take(UploadRound round, @Nullable GatheredAppends rest) {
        begunLsns = round.endLsns();
        lock.lock();
        try {
            pace.begin(round.appends().frameBytes(), nanoTime());
            room.begin(round);
            if (rest != null) {
                sealed.addFirst(rest);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Ends a round's puts, with or without success: its memory is free. */
    private void put(UploadRound round, long nanos) {
        lock.lock();
        try {
            room.end(round);
            limits.put(round.appends(), nanos, pace);
            wakeAll();
        } finally {
            lock.unlock();
        }
        commits.wake();
    }

    /** Returns the bytes of the log that are being uploaded. */
    public long underWayBytes() {
        lock.lock();
        try {
            return room.underWayBytes();
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
