package io.oxbow.s3stream.log;

import io.oxbow.s3stream.S3StreamException.Retry;
import io.oxbow.s3stream.env.Environment;
import io.oxbow.s3stream.image.ApplyResult;
import io.oxbow.s3stream.image.CoreImage;
import io.oxbow.s3stream.image.CoreRecord;
import io.oxbow.s3stream.store.ObjectStore;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.function.IntConsumer;

/**
 * Metadata log made of create-only objects in the bucket; the package's documentation has the
 * protocol.
 *
 * <p>One thread of the log's own ({@link LogThread}) reads, writes and applies. Callers hand over
 * and wait.
 */
public final class BucketMetadataLog implements FollowedLog {

    private final LogThread log;
    private final Environment environment;
    private final Thread thread;

    private BucketMetadataLog(LogThread log, Environment environment) {
        this.log = log;
        this.environment = environment;
        this.thread = environment.threads().newThread(log);
    }

    /**
     * Opens the log: reads it to the end and follows it from then on. An empty bucket is a log that
     * the first {@link #takeOver} creates.
     *
     * @param store the lineage's part of the bucket; not closed by this log
     * @throws io.oxbow.s3stream.CorruptException when what is there cannot be read
     */
    public static BucketMetadataLog open(
            ObjectStore store, LogConfig config, Environment environment) {
        var log = new BucketMetadataLog(new LogThread(store, config, environment), environment);
        log.log.recover();
        log.thread.start();
        return log;
    }

    /** Returns the id of the cluster. */
    @Override
    public UUID clusterId() {
        UUID id = log.replica().clusterId();
        if (id == null) {
            throw new IllegalStateException("the log is empty: nobody has taken over yet");
        }
        return id;
    }

    @Override
    public CoreImage image() {
        return log.replica().image();
    }

    @Override
    public List<ApplyResult> append(List<CoreRecord> records) {
        if (records.isEmpty()) {
            return List.of();
        }
        return log.queue().submit(unit(records)).await();
    }

    @Override
    public List<ApplyResult> appendAt(int leaderEpoch, List<CoreRecord> records) {
        return log.queue().submit(leaderEpoch, unit(records)).await();
    }

    private AppendUnit unit(List<CoreRecord> records) {
        return new AppendUnit(records, environment.clock().nanoTime());
    }

    @Override
    public void look() {
        log.look();
    }

    @Override
    public ApplicationLog application() {
        return log.application();
    }

    @Override
    public Leadership leadership() {
        return log.leadership();
    }

    @Override
    public Leadership takeOver(LeaderCheck check) {
        return log.submit(new TakeoverRequest(check)).await();
    }

    @Override
    public boolean awaitApplied(long slot, Duration limit) throws InterruptedException {
        return log.awaitApplied(slot, limit);
    }

    @Override
    public boolean awaitEnd(Duration limit) throws InterruptedException {
        return log.awaitEnd(limit);
    }

    @Override
    public void onLeader(IntConsumer watcher) {
        log.onLeader(watcher);
    }

    @Override
    public void leaderIsAt(int leaderEpoch, long slot) {
        log.leaderIsAt(leaderEpoch, slot);
    }

    @Override
    public void onApplied(Runnable watcher) {
        log.onApplied(watcher);
    }

    @Override
    public List<byte[]> recent(long slot, int bytesMax) {
        return log.recent(slot, bytesMax);
    }

    @Override
    public long push(List<byte[]> slots, Duration limit) throws InterruptedException {
        return log.push(slots, limit);
    }

    @Override
    public Duration bucketSilence() {
        return log.bucketSilence();
    }

    @Override
    public void expectQuestions(boolean expected) {
        log.expectQuestions(expected);
    }

    @Override
    public void join() {
        log.join();
    }

    @Override
    public void snapshot() {
        if (!log.queue().leading()) {
            throw new LogAppendException(
                    "only the leader of the metadata log writes snapshots", Retry.RETRYABLE, null);
        }
        log.publishSnapshot();
    }

    @Override
    public void close() {
        log.stop();
        LogThread.joined(thread);
    }
}
