package io.oxbow.s3stream.wal.bucket;

import io.oxbow.s3stream.S3StreamException;
import io.oxbow.s3stream.env.Environment;
import io.oxbow.s3stream.env.Patience;
import io.oxbow.s3stream.store.ObjectStore;
import io.oxbow.s3stream.wal.AppendCompletion;
import io.oxbow.s3stream.wal.LogAppender;
import io.oxbow.s3stream.wal.LogOutcome;
import io.oxbow.s3stream.wal.LogState;
import io.oxbow.s3stream.wal.SlabPool;
import io.oxbow.s3stream.wal.WalRecord;
import io.oxbow.s3stream.wal.WriteAheadLog;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Write-ahead log of one node epoch in the bucket, open for appends.
 *
 * <p>Threads: appenders give records their place under the {@link LogState} and copy outside of it;
 * a few seal and put objects ({@link ObjectPutters}); one completes appends; one deletes what is
 * covered ({@link CoveredObjects}); one, at the start, what {@link EarlierLogs} left.
 */
final class BucketWriteAheadLog implements WriteAheadLog {

    private static final Logger LOG = LoggerFactory.getLogger(BucketWriteAheadLog.class);

    /** Code of a thread. */
    @FunctionalInterface
    private interface Life {
        void run() throws InterruptedException;
    }

    private final BucketWalConfig config;
    private final WalKey first;
    private final LogState gate = new LogState();
    private final LogOutcome outcome = new LogOutcome();
    private final WalObjects bucket;
    private final SlabPool pool;
    private final LogSpace space;
    private final ObjectBuilder builder;
    private final PutPipeline pipeline;
    private final LogAppender<WalObject> intake;
    private final CoveredObjects covered;
    private final ObjectReadBack readBack;
    private final List<Thread> threads = new ArrayList<>();

    private BucketWriteAheadLog(
            BucketWalConfig config, Environment environment, ObjectStore store, WalKey first) {
        var pauses = new Patience(environment, gate::isEnded);
        gate.onEnd(pauses::wake);
        this.config = config;
        this.first = first;
        this.bucket = new WalObjects(store, environment.clock(), pauses, config.patience());
        this.pool = new SlabPool(config.slabBytes(), config.memoryBytes());
        this.space = new LogSpace(gate, config.capacityBytes());
        this.builder = new ObjectBuilder(gate, pool, space, config.sealBytes(), first);
        this.pipeline = new PutPipeline(gate, builder, environment.clock(), config.interval());
        this.intake = new LogAppender<>(gate, builder, pipeline, config.recordBytesMax());
        this.covered = new CoveredObjects(gate, bucket, first);
        this.readBack = new ObjectReadBack(gate, space, bucket, first);
        var putters = new ObjectPutters(bucket, pipeline, environment.random());
        for (int i = 0; i < config.putsInFlight(); i++) {
            threads.add(environment.threads().newThread(() -> live(putters::run)));
        }
        threads.add(environment.threads().newThread(() -> live(covered::run)));
        threads.add(environment.threads().newThread(new EarlierLogs(bucket, first)::run));
        threads.add(environment.threads().newThread(this::completeAppends));
    }

    /** Starts a log whose START object exists. */
    static BucketWriteAheadLog start(
            BucketWalConfig config, Environment environment, ObjectStore store, WalKey start) {
        var log = new BucketWriteAheadLog(config, environment, store, start.next());
        log.threads.forEach(Thread::start);
        return log;
    }

    private void live(Life life) {
        try {
            life.run();
        } catch (S3StreamException failure) { // fenced, closed, or out of patience: no surprise
            LOG.warn("the log {} in the bucket ends: {}", first, failure.getMessage());
            gate.fail("the log in the bucket failed: " + failure.getMessage(), failure);
        } catch (Throwable failure) {
            LOG.error("the log {} in the bucket fails", first, failure);
            gate.fail("the log in the bucket failed: " + failure.getMessage(), failure);
        }
    }

    @Override
    public void append(WalRecord record, AppendCompletion completion) {
        intake.append(record, completion);
    }

    @Override
    public boolean tryAppend(WalRecord record, AppendCompletion completion) {
        return intake.tryAppend(record, completion);
    }

    /** Completes commits in order until the log ends; the completion thread's body. */
    private void completeAppends() {
        live(this::completeDurable);
        List<WalObject> group = new ArrayList<>();
        S3StreamException failure = gate.failure();
        if (failure != null) {
            live(pool::close);
            live(() -> pipeline.abandon(group));
            group.forEach(object -> live(() -> object.complete(failure)));
            outcome.failed(failure);
        }
    }

    private void completeDurable() throws InterruptedException {
        List<WalObject> group = new ArrayList<>();
        while (pipeline.awaitDurable(group)) {
            group.forEach(object -> object.complete(null));
            group.clear();
        }
    }

    @Override
    public void onFailure(Consumer<S3StreamException> listener) {
        outcome.onFailure(listener);
    }

    @Override
    public List<Long> appendedLsns() {
        return List.of(builder.appendedLsn());
    }

    @Override
    public List<Long> durableLsns() {
        return List.of(pipeline.durableLsn());
    }

    @Override
    public void trim(List<Long> lsns) {
        long lsn = lsns.getFirst();
        if (lsns.size() != 1 || lsn > pipeline.durableLsn()) {
            throw new IllegalArgumentException(
                    "trim to %s beyond the durable position %d"
                            .formatted(lsns, pipeline.durableLsn()));
        }
        WalPosition position = WalPosition.ofLsn(lsn);
        gate.lock();
        try {
            space.trim(position);
            covered.trim(position);
        } finally {
            gate.unlock();
        }
    }

    @Override
    public void readBack(int volume, long lsn, ByteBuffer target) {
        readBack.read(lsn, target);
    }

    @Override
    public long bytesBetween(int volume, long lsn, long endLsn) {
        gate.lock();
        try {
            return space.bytesBetween(WalPosition.ofLsn(lsn), WalPosition.ofLsn(endLsn));
        } finally {
            gate.unlock();
        }
    }

    @Override
    public long usedBytes() {
        gate.lock();
        try {
            return space.usedBytes();
        } finally {
            gate.unlock();
        }
    }

    @Override
    public long capacityBytes() {
        return config.capacityBytes();
    }

    @Override
    public void close() {
        if (!gate.close()) {
            return;
        }
        pool.close();
        LogOutcome.joinAll(threads);
        gate.lock();
        builder.releaseSlab();
        gate.unlock();
    }
}
