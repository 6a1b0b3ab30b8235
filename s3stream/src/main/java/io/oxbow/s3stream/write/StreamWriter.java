package io.oxbow.s3stream.write;

import io.oxbow.s3stream.Commit;
import io.oxbow.s3stream.KnownCrc;
import io.oxbow.s3stream.S3StreamException;
import io.oxbow.s3stream.S3StreamException.Retry;
import io.oxbow.s3stream.Stream.DurableListener;
import io.oxbow.s3stream.commit.Health;
import io.oxbow.s3stream.env.Clock;
import io.oxbow.s3stream.tail.AppendBudget;
import io.oxbow.s3stream.tail.Ownership;
import io.oxbow.s3stream.tail.Tail;
import io.oxbow.s3stream.tail.TailEntry;
import io.oxbow.s3stream.upload.Uploader;
import io.oxbow.s3stream.wal.RecordFrame;
import io.oxbow.s3stream.wal.WalEntry;
import io.oxbow.s3stream.wal.WalRecord;
import io.oxbow.s3stream.wal.WriteAheadLog;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * Appends to one stream: bounds, tail, write-ahead log, and once that has made the append durable,
 * the uploader, the listeners and the caller's commit. One thread appends at a time.
 */
public final class StreamWriter {

    private final Ownership ownership;
    private final AppendBudget budget;
    private final WriteAheadLog wal;
    private final Uploader uploader;
    private final Health health;
    private final Clock clock;
    private final Tail tail;
    private final List<DurableListener> listeners = new CopyOnWriteArrayList<>();

    public StreamWriter(Ownership ownership, WritePath path, Health health, Clock clock) {
        this.ownership = ownership;
        this.budget = path.budget();
        this.wal = path.wal();
        this.uploader = path.uploader();
        this.health = health;
        this.clock = clock;
        this.tail = new Tail(ownership, health, path.memory(), this::completed);
    }

    public Tail tail() {
        return tail;
    }

    /** As {@link io.oxbow.s3stream.Stream#append}. */
    public Commit append(ByteBuffer records, int count, long timestampMax, @Nullable KnownCrc crc) {
        requireAppendable(count);
        budget.take(frameBytes(records));
        WalRecord record = record(records, count, timestampMax, crc);
        TailEntry entry = reserve(record);
        Commit commit = entry.commit();
        enterLog(record, entry, true);
        return commit;
    }

    /** As {@link io.oxbow.s3stream.Stream#tryAppend}. */
    public @Nullable Commit tryAppend(
            ByteBuffer records, int count, long timestampMax, @Nullable KnownCrc crc) {
        requireAppendable(count);
        if (!budget.tryTake(frameBytes(records))) {
            return null;
        }
        WalRecord record = record(records, count, timestampMax, crc);
        TailEntry entry = reserve(record);
        Commit commit = entry.commit();
        return enterLog(record, entry, false) ? commit : null;
    }

    private void requireAppendable(int count) {
        if (count < 1) {
            throw new IllegalArgumentException("count is %d, must be at least 1".formatted(count));
        }
        health.check();
        ownership.check();
    }

    private static long frameBytes(ByteBuffer records) {
        return (long) RecordFrame.HEADER_BYTES + records.remaining();
    }

    private WalRecord record(
            ByteBuffer records, int count, long timestampMax, @Nullable KnownCrc crc) {
        return new WalRecord(
                ownership.streamId(),
                ownership.epoch(),
                tail.nextOffset(),
                count,
                timestampMax,
                clock.wallMillis(),
                records,
                crc);
    }

    /** Gives the append its offsets in the tail; the budget was taken before. */
    private TailEntry reserve(WalRecord record) {
        var commit = new Commit(record.baseOffset(), record.nextOffset());
        var entry = new TailEntry(tail, commit, record);
        try {
            tail.reserve(entry);
        } catch (Throwable e) {
            budget.cancel(entry.frameBytes());
            throw e;
        }
        return entry;
    }

    /** Returns false, with all as before, when the log would have to wait and must not. */
    private boolean enterLog(WalRecord record, TailEntry entry, boolean mayWait) {
        boolean taken = false;
        try {
            if (mayWait) {
                wal.append(record, entry);
                taken = true;
            } else {
                taken = wal.tryAppend(record, entry);
            }
        } catch (S3StreamException e) {
            if (e.retry() != Retry.RETRYABLE) {
                health.fail(e);
            }
            throw e;
        } finally {
            if (!taken) {
                cancel(entry);
            }
        }
        return taken;
    }

    /** The log did not take the append: all is as if it had never been. */
    private void cancel(TailEntry entry) {
        tail.cancel(entry);
        budget.cancel(entry.frameBytes());
    }

    /**
     * Takes the outcome of an append; called by the write-ahead log's threads, one at a time and in
     * LSN order. The uploader has the append before its caller is told: an upload that the caller
     * asks for then contains it.
     */
    private void completed(TailEntry entry, WalEntry where, @Nullable S3StreamException failure) {
        if (failure != null) {
            health.fail(failure);
        }
        try {
            tail.complete(entry, where, failure == null);
            budget.settled();
            if (failure == null) {
                uploader.durable(entry);
            }
        } catch (Throwable e) {
            health.failUnexpectedly("an append's completion", e);
        }
        try {
            announce(entry, failure);
        } catch (Throwable e) {
            // Whoever appended may wait for ever.
            health.failUnexpectedly("the end of an append", e);
        }
    }

    /** The durable end has risen already, if the append is good; now tell. */
    private void announce(TailEntry entry, @Nullable S3StreamException failure) {
        S3StreamException why = failure;
        why = why == null ? health.failure() : why;
        why = why == null ? ownership.ended() : why;
        if (why == null) {
            long end = tail.durableEndOffset();
            for (DurableListener listener : listeners) {
                tell(listener, end);
            }
        }
        entry.takeCommit().complete(why);
    }

    /** The append's caller is told, whatever a listener throws. */
    private void tell(DurableListener listener, long end) {
        try {
            listener.durable(end);
        } catch (Throwable e) {
            health.unexpected("a listener of durable appends", e);
        }
    }

    /** As {@link io.oxbow.s3stream.Stream#onDurable}. */
    public void onDurable(DurableListener listener) {
        listeners.add(listener);
    }
}
