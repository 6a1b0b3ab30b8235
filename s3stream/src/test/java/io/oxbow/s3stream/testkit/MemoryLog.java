package io.oxbow.s3stream.testkit;

import io.oxbow.s3stream.S3StreamException.Retry;
import io.oxbow.s3stream.image.ApplyResult;
import io.oxbow.s3stream.image.CoreImage;
import io.oxbow.s3stream.image.CoreRecord;
import io.oxbow.s3stream.image.MetadataImage;
import io.oxbow.s3stream.log.ApplicationLog;
import io.oxbow.s3stream.log.LogAppendException;
import io.oxbow.s3stream.log.MetadataLog;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Metadata log in memory as one process uses it: the real image, applied at once, with faults on
 * request. Thread-safe.
 */
public final class MemoryLog implements MetadataLog {

    /** State that all processes share. */
    public static final class Cluster {
        public final MetadataImage image = new MetadataImage();
        private final UUID id = new UUID(1, 2);
        private long slot;

        /** Epoch of the leader that all processes know. */
        public volatile int leaderEpoch = 1;

        /** Time in milliseconds that is written into each slot. */
        public volatile long timeMillis = 1_000;

        public synchronized List<ApplyResult> apply(List<CoreRecord> records) {
            return image.apply(++slot, timeMillis, records);
        }
    }

    private final Cluster cluster;
    private volatile boolean leaderless;
    private volatile boolean leading = true;
    private final AtomicInteger unanswered = new AtomicInteger();
    private final AtomicInteger unansweredCommits = new AtomicInteger();
    private final AtomicInteger lost = new AtomicInteger();
    private final List<CoreRecord.CommitObjects> commits =
            Collections.synchronizedList(new ArrayList<>());
    private volatile Consumer<List<CoreRecord>> onAppend = records -> {};

    public MemoryLog(Cluster cluster) {
        this.cluster = cluster;
    }

    /** While true, refuses appends for want of a leader. */
    public void leaderless(boolean now) {
        leaderless = now;
    }

    public void leading(boolean now) {
        leading = now;
    }

    /** Lets the next appends be made, with unknown outcomes. */
    public void leaveUnanswered(int count) {
        unanswered.set(count);
    }

    /** Lets the next commits of objects be made, with unknown outcomes. */
    public void leaveUnansweredCommits(int count) {
        unansweredCommits.set(count);
    }

    /** Lets the next appends not be made, with unknown outcomes. */
    public void lose(int count) {
        lost.set(count);
    }

    /** Sets an observer of each unit of records, before it is applied. */
    public void onAppend(Consumer<List<CoreRecord>> observer) {
        onAppend = observer;
    }

    /** Returns the commits of objects that were applied, in order. */
    public List<CoreRecord.CommitObjects> commits() {
        return List.copyOf(commits);
    }

    @Override
    public UUID clusterId() {
        return cluster.id;
    }

    @Override
    public CoreImage image() {
        return cluster.image;
    }

    @Override
    public List<ApplyResult> append(List<CoreRecord> records) {
        if (leaderless) {
            throw new LogAppendException("no leader", Retry.RETRYABLE, null);
        }
        if (take(lost)) {
            throw new LogAppendException("deposed", Retry.UNKNOWN, null);
        }
        onAppend.accept(records);
        List<ApplyResult> results = cluster.apply(records);
        for (int i = 0; i < records.size(); i++) {
            if (results.get(i) instanceof ApplyResult.Committed
                    && records.get(i) instanceof CoreRecord.CommitObjects commit) {
                commits.add(commit);
            }
        }
        boolean commit = records.getFirst() instanceof CoreRecord.CommitObjects;
        if (take(unanswered) || (commit && take(unansweredCommits))) {
            throw new LogAppendException("answer lost", Retry.UNKNOWN, null);
        }
        return results;
    }

    private static boolean take(AtomicInteger left) {
        return left.getAndUpdate(n -> Math.max(0, n - 1)) > 0;
    }

    @Override
    public ApplicationLog application() {
        throw new UnsupportedOperationException();
    }

    @Override
    public Leadership leadership() {
        return new Leadership(
                cluster.leaderEpoch, leading ? 0 : 99, cluster.id, leading, cluster.image.slot());
    }

    @Override
    public Leadership takeOver(LeaderCheck check) {
        return leadership();
    }

    @Override
    public void snapshot() {}

    @Override
    public void close() {}
}
