package io.oxbow.s3stream.wal.file;

import io.oxbow.s3stream.S3StreamException;
import io.oxbow.s3stream.wal.AppendCompletion;
import io.oxbow.s3stream.wal.LogOutcome;
import io.oxbow.s3stream.wal.WalRecord;
import io.oxbow.s3stream.wal.WriteAheadLog;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Write-ahead log over several volumes, open for appends. A stream's records all go to one volume,
 * by a hash of its id, so that they become durable in order; volumes share memory and fate: when
 * one fails, all do.
 */
final class StripedWriteAheadLog implements WriteAheadLog {

    private final List<FileWriteAheadLog> logs;
    private final LogOutcome outcome = new LogOutcome();
    private final AtomicInteger untold;

    /**
     * @param logs in the order of their numbers, drawing on one pool
     */
    StripedWriteAheadLog(List<FileWriteAheadLog> logs) {
        this.logs = List.copyOf(logs);
        this.untold = new AtomicInteger(logs.size());
        this.logs.forEach(log -> log.onFailure(this::failed));
    }

    /** Called by each log once its outstanding appends are completed. */
    private void failed(S3StreamException failure) {
        logs.forEach(log -> log.fail("another volume of the WAL has failed", failure));
        if (untold.decrementAndGet() == 0) {
            outcome.failed(firstCause(failure));
        }
    }

    /** Returns the failure that one volume met, which the other volumes were failed with. */
    private static S3StreamException firstCause(S3StreamException failure) {
        return failure.getCause() instanceof S3StreamException first ? first : failure;
    }

    /**
     * Returns the volume for a stream's records.
     *
     * @param volumes how many there are
     */
    static int volumeOf(long streamId, int volumes) {
        long mixed = (streamId ^ (streamId >>> 33)) * 0xff51afd7ed558ccdL;
        mixed = (mixed ^ (mixed >>> 33)) * 0xc4ceb9fe1a85ec53L;
        return (int) Math.unsignedMultiplyHigh(mixed ^ (mixed >>> 33), volumes);
    }

    @Override
    public void append(WalRecord record, AppendCompletion completion) {
        logOf(record).append(record, completion);
    }

    @Override
    public boolean tryAppend(WalRecord record, AppendCompletion completion) {
        return logOf(record).tryAppend(record, completion);
    }

    private FileWriteAheadLog logOf(WalRecord record) {
        return logs.get(volumeOf(record.streamId(), logs.size()));
    }

    @Override
    public List<Long> appendedLsns() {
        return logs.stream().map(FileWriteAheadLog::appendedLsn).toList();
    }

    @Override
    public List<Long> durableLsns() {
        return logs.stream().map(FileWriteAheadLog::durableLsn).toList();
    }

    @Override
    public void trim(List<Long> lsns) {
        if (lsns.size() != logs.size()) {
            throw new IllegalArgumentException(
                    "trim to %s of %d volumes".formatted(lsns, logs.size()));
        }
        for (int volume = 0; volume < logs.size(); volume++) {
            logs.get(volume).trim(lsns.get(volume));
        }
    }

    @Override
    public void readBack(int volume, long lsn, ByteBuffer target) {
        logs.get(volume).readBack(volume, lsn, target);
    }

    @Override
    public long usedBytes() {
        return logs.stream().mapToLong(FileWriteAheadLog::usedBytes).max().orElseThrow();
    }

    @Override
    public long capacityBytes() {
        return logs.getFirst().capacityBytes();
    }

    @Override
    public void onFailure(Consumer<S3StreamException> listener) {
        outcome.onFailure(listener);
    }

    @Override
    public void close() {
        logs.forEach(FileWriteAheadLog::close);
    }
}
