package io.oxbow.s3stream.upload;

import io.oxbow.s3stream.FencedException;
import io.oxbow.s3stream.commit.Health;
import io.oxbow.s3stream.commit.ObjectCommitter;
import io.oxbow.s3stream.env.Patience;
import io.oxbow.s3stream.image.CoreRecord;
import io.oxbow.s3stream.tail.AppendBudget;
import io.oxbow.s3stream.tail.LogReadBack;
import io.oxbow.s3stream.tail.Tail;
import io.oxbow.s3stream.wal.WriteAheadLog;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Commits rounds of uploads in the order in which they were begun, whichever is put first. After a
 * commit the tails drop their appends, and the write-ahead log is trimmed. One thread of its own.
 */
public final class UploadCommits {

    private static final Logger LOG = LoggerFactory.getLogger(UploadCommits.class);

    private final ObjectCommitter committer;
    private final ObjectCommitter.Sequence sequence;
    private final WriteAheadLog wal;
    private final LogReadBack readBack;
    private final AppendBudget budget;
    private final Health health;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition added = lock.newCondition();

    /* Guarded by the lock. */
    private final ArrayDeque<UploadRound> underWay = new ArrayDeque<>();
    private boolean noMore;

    /**
     * @param sequence of the commits; used by the committing thread alone
     */
    public UploadCommits(
            ObjectCommitter committer,
            ObjectCommitter.Sequence sequence,
            WriteAheadLog wal,
            LogReadBack readBack,
            AppendBudget budget,
            Health health) {
        this.committer = committer;
        this.sequence = sequence;
        this.wal = wal;
        this.readBack = readBack;
        this.budget = budget;
        this.health = health;
    }

    /** Adds a round whose puts are about to begin. */
    public void add(UploadRound round) {
        lock.lock();
        try {
            underWay.add(round);
            added.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Ends the sequence: no further round will come. */
    void noMore() {
        lock.lock();
        try {
            noMore = true;
            added.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Commits rounds until none is left, each after its puts; the thread's body.
     *
     * @param ended told when a round is over, with success or not
     */
    public void run(Consumer<UploadRound> ended) {
        boolean goesOn = true;
        try {
            for (UploadRound next = next(); next != null; next = next()) {
                try {
                    goesOn = finish(next, goesOn);
                } finally {
                    ended.accept(next);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private @Nullable UploadRound next() throws InterruptedException {
        lock.lock();
        try {
            while (underWay.isEmpty() && !noMore) {
                added.await();
            }
            return underWay.poll();
        } finally {
            lock.unlock();
        }
    }

    /** Commits a round after its puts; returns whether later rounds may be committed. */
    private boolean finish(UploadRound round, boolean earlierDone) throws InterruptedException {
        try {
            round.awaitPut();
            return earlierDone && !health.failed() && commit(round);
        } catch (Patience.StoppedException e) {
            LOG.info("upload given up: {}", e.getMessage());
        } catch (InterruptedException e) {
            throw e;
        } catch (Throwable e) {
            LOG.error("an upload failed", e);
            health.failUnexpectedly("an upload", e);
        }
        return false;
    }

    private boolean commit(UploadRound round) {
        ObjectCommitter.Outcome outcome =
                committer.commit(sequence, round.objects(), round.endLsns());
        switch (outcome) {
            case ObjectCommitter.Outcome.Fenced(var why) -> {
                health.fail(new FencedException("node epoch was fenced: " + why));
                return false;
            }
            case ObjectCommitter.Outcome.Refused(var why) ->
                    throw new IllegalStateException("broken invariant: own commit refused: " + why);
            case ObjectCommitter.Outcome.Done(var accepted) -> settle(round, accepted);
        }
        GatheredAppends appends = round.appends();
        appends.release();
        readBack.covered(round.endLsns());
        wal.trim(round.endLsns());
        budget.uploaded(appends.count(), appends.frameBytes());
        return true;
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
