package io.oxbow.s3stream.upload;

import io.oxbow.s3stream.FencedException;
import io.oxbow.s3stream.commit.Health;
import io.oxbow.s3stream.commit.ObjectCommitter;
import io.oxbow.s3stream.env.Clock;
import io.oxbow.s3stream.env.Patience;
import io.oxbow.s3stream.env.TimedCondition;
import io.oxbow.s3stream.image.CoreRecord;
import io.oxbow.s3stream.tail.AppendBudget;
import io.oxbow.s3stream.tail.LogReadBack;
import io.oxbow.s3stream.tail.Tail;
import io.oxbow.s3stream.wal.WriteAheadLog;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Commits rounds of uploads in the order in which they were begun, whichever is put first. After a
 * commit the tails drop their appends, and the write-ahead log is trimmed. One thread of its own.
 *
 * <p>Rounds that were put wait for others, to share a slot of the metadata log: until the oldest
 * append has its age, enough bytes wait (three eighths of the log at most), the log is half full,
 * or an upload is waited for. Meanwhile the appends are durable, and read from the tails.
 */
public final class UploadCommits {

    private static final Logger LOG = LoggerFactory.getLogger(UploadCommits.class);

    private final ObjectCommitter committer;
    private final ObjectCommitter.Sequence sequence;
    private final WriteAheadLog wal;
    private final LogReadBack readBack;
    private final AppendBudget budget;
    private final UploadDemand demand;
    private final Health health;
    private final Clock clock;
    private final long holdBytesMax;
    private final ReentrantLock lock = new ReentrantLock();
    private final TimedCondition changed;

    /* Guarded by the lock. */
    private final ArrayDeque<UploadRound> underWay = new ArrayDeque<>();
    private final List<UploadRound> put = new ArrayList<>();
    private boolean noMore;

    /**
     * @param sequence of the commits; used by the committing thread alone
     * @param holdBytesMax of rounds that were put and wait for others
     */
    public UploadCommits(
            ObjectCommitter committer,
            ObjectCommitter.Sequence sequence,
            WriteAheadLog wal,
            LogReadBack readBack,
            AppendBudget budget,
            UploadDemand demand,
            Health health,
            Clock clock,
            long holdBytesMax) {
        this.committer = committer;
        this.sequence = sequence;
        this.wal = wal;
        this.readBack = readBack;
        this.budget = budget;
        this.demand = demand;
        this.health = health;
        this.clock = clock;
        this.holdBytesMax = Math.min(holdBytesMax, wal.capacityBytes() / 8 * 3);
        this.changed = new TimedCondition(clock, lock);
    }

    /** Adds a round whose puts are about to begin. */
    public void add(UploadRound round) {
        lock.lock();
        try {
            underWay.add(round);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Looks again at what is due: a round was put, or the demand has changed. */
    void wake() {
        changed.wake();
    }

    /** Ends the sequence: no further round will come. */
    void noMore() {
        lock.lock();
        try {
            noMore = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Commits rounds until none is left, each after its puts; the thread's body.
     *
     * @param progress told when rounds are over, with success or not
     */
    public void run(Runnable progress) {
        boolean goesOn = true;
        try {
            for (List<UploadRound> due = next(); !due.isEmpty(); due = next()) {
                try {
                    goesOn = goesOn && finish(due);
                } finally {
                    progress.run();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Throwable e) {
            LOG.error("the commits of uploads failed", e);
            health.failUnexpectedly("the commits of uploads", e);
        }
    }

    /** Waits for rounds that are due; none at the end. */
    private List<UploadRound> next() throws InterruptedException {
        lock.lock();
        try {
            while (true) {
                while (!underWay.isEmpty() && underWay.element().hasEnded()) {
                    put.add(underWay.remove());
                }
                long left = put.isEmpty() ? Long.MAX_VALUE : leftNanos();
                if (left <= 0) {
                    List<UploadRound> due = List.copyOf(put);
                    put.clear();
                    return due;
                }
                if (!put.isEmpty()) {
                    changed.awaitFor(left);
                } else if (underWay.isEmpty() && noMore) {
                    return List.of();
                } else {
                    changed.await();
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /** Returns the time for which the rounds that were put may wait for others. */
    private long leftNanos() {
        long bytes = 0;
        boolean urgent = noMore || health.failed();
        for (UploadRound round : put) {
            bytes += round.appends().spanBytes();
            urgent |= demand.isWanted(round.appends());
        }
        boolean due =
                urgent || bytes >= holdBytesMax || demand.isPressing() || demand.isFillingUp();
        long age = clock.nanoTime() - put.getFirst().appends().sinceNanos();
        return due ? 0 : demand.intervalNanos() - age;
    }

    /** Commits rounds that have ended; returns whether later rounds may be committed. */
    private boolean finish(List<UploadRound> rounds) {
        try {
            int whole = 0;
            while (whole < rounds.size() && rounds.get(whole).failure() == null) {
                whole++;
            }
            // A round that failed keeps none before it from being committed.
            if (whole > 0 && (health.failed() || !commit(rounds.subList(0, whole)))) {
                return false;
            }
            Throwable why = whole < rounds.size() ? rounds.get(whole).failure() : null;
            if (why != null) {
                throw why;
            }
            return true;
        } catch (Patience.StoppedException e) {
            LOG.info("upload given up: {}", e.getMessage());
        } catch (Throwable e) {
            LOG.error("an upload failed", e);
            health.failUnexpectedly("an upload", e);
        }
        return false;
    }

    private boolean commit(List<UploadRound> rounds) {
        List<ObjectCommitter.Group> groups =
                rounds.stream()
                        .map(round -> new ObjectCommitter.Group(round.objects(), round.endLsns()))
                        .toList();
        List<ObjectCommitter.Outcome> outcomes = committer.commit(sequence, groups);
        for (int i = 0; i < rounds.size(); i++) {
            switch (outcomes.get(i)) {
                case ObjectCommitter.Outcome.Fenced(var why) -> {
                    health.fail(new FencedException("node epoch was fenced: " + why));
                    return false;
                }
                case ObjectCommitter.Outcome.Refused(var why) ->
                        throw new IllegalStateException(
                                "broken invariant: own commit refused: " + why);
                case ObjectCommitter.Outcome.Done(var accepted) ->
                        committed(rounds.get(i), accepted);
            }
        }
        List<Long> endLsns = rounds.getLast().endLsns();
        readBack.covered(endLsns);
        wal.trim(endLsns);
        return true;
    }

    private void committed(UploadRound round, List<Boolean> accepted) {
        settle(round, accepted);
        GatheredAppends appends = round.appends();
        appends.release();
        budget.uploaded(appends.count(), appends.frameBytes());
    }

    private static void settle(UploadRound round, List<Boolean> accepted) {
        Iterator<Boolean> results = accepted.iterator();
        for (ObjectCommitter.Keyed object : round.objects()) {
            for (CoreRecord.Range range : object.object().ranges()) {
                Tail tail = round.tail(range.streamId());
                if (results.next()) {
                    tail.ownership().committed(range.startOffset() + range.count());
                } else {
                    LOG.warn("{} moved on without {}", tail.ownership().name(), range);
                    tail.lost("the metadata log refused its offsets as stale");
                }
            }
        }
    }
}
