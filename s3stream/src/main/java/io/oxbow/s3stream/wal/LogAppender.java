package io.oxbow.s3stream.wal;

import io.oxbow.s3stream.S3StreamException;
import org.jspecify.annotations.Nullable;

/**
 * Takes records into a running log: each gets its place under the {@link LogState} and is copied
 * outside of it. Thread-safe.
 */
public final class LogAppender<B extends LogBatch> {

    private final LogState gate;
    private final LogBuilder<B> builder;
    private final LogPipeline<B> pipeline;
    private final int recordBytesMax;

    public LogAppender(
            LogState gate, LogBuilder<B> builder, LogPipeline<B> pipeline, int recordBytesMax) {
        this.gate = gate;
        this.builder = builder;
        this.pipeline = pipeline;
        this.recordBytesMax = recordBytesMax;
    }

    /** As {@link WriteAheadLog#append}. */
    public void append(WalRecord record, AppendCompletion completion) {
        int frameBytes = RecordFrame.checkedSize(record, recordBytesMax);
        B batch;
        WalEntry entry;
        gate.lock();
        try {
            batch = builder.batchFor(frameBytes);
            entry = add(batch, frameBytes, completion);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new S3StreamException(
                    "interrupted while waiting for space in the WAL; nothing was appended",
                    S3StreamException.Retry.RETRYABLE,
                    interrupted);
        } finally {
            gate.unlock();
        }
        copy(record, batch, entry);
    }

    /** As {@link WriteAheadLog#tryAppend}. */
    public boolean tryAppend(WalRecord record, AppendCompletion completion) {
        int frameBytes = RecordFrame.checkedSize(record, recordBytesMax);
        @Nullable B batch;
        WalEntry entry;
        gate.lock();
        try {
            gate.throwIfEnded();
            batch = builder.batchAtHand(frameBytes);
            if (batch == null) {
                return false;
            }
            entry = add(batch, frameBytes, completion);
        } finally {
            gate.unlock();
        }
        copy(record, batch, entry);
        return true;
    }

    private WalEntry add(B batch, int frameBytes, AppendCompletion completion) {
        WalEntry entry = builder.add(batch, frameBytes, completion);
        pipeline.appended(batch);
        return entry;
    }

    /** A failure fails the log, which completes the append: its place cannot be given back. */
    private void copy(WalRecord record, B batch, WalEntry entry) {
        try {
            RecordFrame.encodeAt(
                    entry.slab().memory(), entry.position() - RecordFrame.HEADER_BYTES, record);
        } catch (Throwable failure) {
            gate.fail("a record could not be copied into the WAL", failure);
        } finally {
            if (batch.copyDone()) {
                pipeline.copiesDone();
            }
        }
    }
}
