package io.oxbow.s3stream.wal.file;

import io.oxbow.s3stream.S3StreamException;
import io.oxbow.s3stream.env.Environment;
import io.oxbow.s3stream.wal.AppendCompletion;
import io.oxbow.s3stream.wal.LogAppender;
import io.oxbow.s3stream.wal.LogOutcome;
import io.oxbow.s3stream.wal.LogState;
import io.oxbow.s3stream.wal.SlabPool;
import io.oxbow.s3stream.wal.WalRecord;
import io.oxbow.s3stream.wal.WriteAheadLog;
import io.oxbow.s3stream.wal.disk.WalDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Write-ahead log in the ring of a {@link FileWalVolume}, open for appends.
 *
 * <p>Threads: appenders give records their place under the {@link LogState} and copy outside of it;
 * a few disk threads seal and write batches and complete their appends ({@link BatchWriters}); one
 * thread tells of a failure; one disk thread writes headers ({@link RingSpace}); one pre-writes the
 * file ({@link RingZeroer}).
 */
final class FileWriteAheadLog implements WriteAheadLog {

    private static final Logger LOG = LoggerFactory.getLogger(FileWriteAheadLog.class);

    /** Code of a thread. */
    @FunctionalInterface
    private interface Life {
        void run() throws IOException, InterruptedException;
    }

    private final WalConfig config;
    private final WalDisk disk;
    private final Environment environment;
    private final int volume;
    private final long ringBytes;
    private final LogState gate = new LogState();
    private final LogOutcome outcome = new LogOutcome();
    private final WriteWatchdog watchdog;
    private final SlabPool pool;
    private final RingSpace space;
    private final BatchBuilder builder;
    private final WritePipeline pipeline;
    private final LogAppender<WriteBatch> intake;
    private final RingZeroer zeroer;
    private final BatchWriters writers;
    private final RingReadBack readBack;
    private final List<Thread> threads = new ArrayList<>();
    private final Thread teller;

    /**
     * Starts the log; returns when the header is durable that gives up everything below the first
     * LSN.
     */
    FileWriteAheadLog(
            WalConfig config,
            Environment environment,
            WalDisk disk,
            VolumeHeaders headers,
            LogStart beginning)
            throws IOException {
        this.config = config;
        this.environment = environment;
        this.disk = disk;
        this.ringBytes = headers.ringBytes();
        this.volume = beginning.volume();
        this.watchdog = new WriteWatchdog(environment.clock(), config.writes().timeout(), gate);
        this.pool = beginning.pool();
        var pace =
                new WritePace(
                        gate,
                        environment.clock(),
                        config.writes().rate(),
                        config.largestWriteBytes());
        this.space = new RingSpace(gate, headers, watchdog, pace, beginning);
        this.builder = new BatchBuilder(gate, space, config, beginning);
        this.pipeline = new WritePipeline(gate, builder, pace, config.writes().sealBytes());
        this.intake = new LogAppender<>(gate, builder, pipeline, config.recordBytesMax());
        this.zeroer = new RingZeroer(disk, gate, watchdog, pace, config.capacityBytes());
        var ring = new BatchWriters.Ring(headers.walId(), beginning.nodeEpoch(), ringBytes);
        this.writers = new BatchWriters(disk, pipeline, zeroer, watchdog, ring);
        this.readBack = new RingReadBack(disk, ringBytes);
        this.teller = environment.threads().newThread(this::tellFailure);
        startThreads();
    }

    private void startThreads() {
        for (int i = 0; i < config.writes().inFlight(); i++) {
            threads.add(environment.diskThreads().newThread(() -> live(writers::run)));
        }
        threads.add(environment.diskThreads().newThread(() -> live(space::run)));
        threads.add(environment.diskThreads().newThread(() -> live(zeroer::run)));
        threads.forEach(Thread::start);
        teller.start();
    }

    /** Returns false if {@code life} was ended by an exception, by which the log fails. */
    private boolean live(Life life) {
        try {
            life.run();
            return true;
        } catch (Throwable failure) {
            LOG.error("WAL {} fails", disk.description(), failure);
            gate.fail("WAL " + disk.description() + " failed: " + failure, failure);
            return false;
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

    /**
     * Fails all outstanding commits and tells the listener after the log has failed, since a disk
     * thread may hang for good.
     */
    private void tellFailure() {
        List<WriteBatch> outstanding = new ArrayList<>();
        if (!live(() -> pipeline.awaitEnd(outstanding))) {
            // The log has failed by it, so nothing is left to wait for.
            live(() -> pipeline.awaitEnd(outstanding));
        }
        S3StreamException failure = gate.failure();
        if (failure != null) {
            live(pool::close);
            outstanding.forEach(batch -> live(() -> batch.complete(failure)));
            outcome.failed(failure);
        }
    }

    @Override
    public void onFailure(Consumer<S3StreamException> listener) {
        outcome.onFailure(listener);
    }

    /** Fails the log: everything outstanding has an unknown outcome. */
    void fail(String why, Throwable cause) {
        gate.fail(why, cause);
    }

    @Override
    public List<Long> appendedLsns() {
        return List.of(appendedLsn());
    }

    @Override
    public List<Long> durableLsns() {
        return List.of(durableLsn());
    }

    long appendedLsn() {
        return builder.appendedLsn();
    }

    long durableLsn() {
        return pipeline.durableLsn();
    }

    @Override
    public void trim(List<Long> lsns) {
        if (lsns.size() != 1) {
            throw new IllegalArgumentException("trim to %s of one volume".formatted(lsns));
        }
        trim(lsns.getFirst());
    }

    void trim(long lsn) {
        if (lsn > pipeline.durableLsn()) {
            throw new IllegalArgumentException(
                    "trim to %d beyond the durable position %d"
                            .formatted(lsn, pipeline.durableLsn()));
        }
        gate.lock();
        try {
            space.trim(lsn, pipeline.durableLsn(), builder.buildingLsn());
        } finally {
            gate.unlock();
        }
    }

    @Override
    public void readBack(int volumeAsked, long lsn, ByteBuffer target) {
        if (volumeAsked != volume || lsn < 0 || lsn + target.remaining() > pipeline.durableLsn()) {
            throw new IllegalArgumentException(
                    "read of %d bytes at %d of volume %d, durable is %d of volume %d"
                            .formatted(target.remaining(), lsn, volumeAsked, durableLsn(), volume));
        }
        int start = target.position();
        try {
            try {
                readBack.read(lsn, target);
            } catch (IOException first) {
                LOG.warn("WAL {} could not be read at {}", disk.description(), lsn, first);
                readBack.read(lsn, target.position(start));
            }
        } catch (IOException failure) {
            throw unreadable(lsn, failure);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new S3StreamException(
                    "interrupted while reading back from the WAL",
                    S3StreamException.Retry.RETRYABLE,
                    interrupted);
        }
    }

    /**
     * Makes the exception for bytes that cannot be read, at the second attempt either. If they are
     * still wanted the log fails, because they are lost once their memory is gone, and such a disk
     * must not ack any more.
     */
    private S3StreamException unreadable(long lsn, IOException failure) {
        gate.lock();
        boolean wanted = lsn >= space.trimLsn();
        gate.unlock();
        String what =
                "WAL %s cannot be read at position %d: %s"
                        .formatted(disk.description(), lsn, failure);
        if (!wanted) {
            return new S3StreamException(what, S3StreamException.Retry.RETRYABLE, failure);
        }
        gate.fail(what, failure);
        return new S3StreamException(what, S3StreamException.Retry.FATAL, failure);
    }

    @Override
    public long usedBytes() {
        gate.lock();
        try {
            return builder.nextLsn() - space.trimLsn();
        } finally {
            gate.unlock();
        }
    }

    @Override
    public long capacityBytes() {
        return ringBytes;
    }

    @Override
    public void close() {
        if (!gate.close()) {
            return;
        }
        pool.close();
        if (gate.failure() != null && pipeline.isWriting()) {
            // The disk hangs; closing its file would hang with it.
            environment.diskThreads().newThread(this::closeDisk).start();
            return;
        }
        closeDisk();
    }

    private void closeDisk() {
        LogOutcome.joinAll(threads.subList(0, config.writes().inFlight()));
        zeroer.stop();
        LogOutcome.joinAll(threads);
        if (!threads.contains(Thread.currentThread())) { // else it waits for what closes this
            LogOutcome.joinAll(List.of(teller));
        }
        watchdog.close();
        if (gate.failure() == null) {
            live(() -> space.close(builder.nextLsn()));
        }
        gate.lock();
        builder.releaseSlab();
        gate.unlock();
        disk.close();
    }
}
