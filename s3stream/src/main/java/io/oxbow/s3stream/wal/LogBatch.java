package io.oxbow.s3stream.wal;

import io.oxbow.s3stream.S3StreamException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Records that a log writes as one unit: their places, their completions, and the copies of them
 * that are still being made.
 *
 * <p>Guarded by the {@link LogState}, but for the copying of frames, which appenders do outside,
 * each into the stretch it was given; {@link #copyDone} counts them out.
 */
public abstract class LogBatch {

    private static final Logger LOG = LoggerFactory.getLogger(LogBatch.class);

    private final List<WalEntry> entries = new ArrayList<>();
    private final List<AppendCompletion> completions = new ArrayList<>();
    private final AtomicInteger pendingCopies = new AtomicInteger(1);
    private boolean durable;

    /** Adds a record that has its place; the caller copies it there, then {@link #copyDone}. */
    protected final void add(WalEntry entry, AppendCompletion completion) {
        entry.slab().recordAdded();
        entries.add(entry);
        completions.add(completion);
        pendingCopies.incrementAndGet();
    }

    /** Number of records. */
    public final int count() {
        return entries.size();
    }

    /**
     * Counts a finished copy; returns whether it was the last and none will come. No lock needed.
     */
    public final boolean copyDone() {
        return pendingCopies.decrementAndGet() == 0;
    }

    public final boolean isCopied() {
        return pendingCopies.get() == 0;
    }

    public final boolean isDurable() {
        return durable;
    }

    public final void markDurable() {
        durable = true;
    }

    /** Bytes as far as it has grown; 0 when it is empty. */
    public abstract int length();

    /** Position after it. */
    public abstract long endLsn();

    /** Gives up the writer's hold on the memory. */
    public abstract void release();

    /** Completes each append, in order, without the lock; an exception of one harms no other. */
    public final void complete(@Nullable S3StreamException failure) {
        for (int i = 0; i < entries.size(); i++) {
            WalEntry entry = entries.get(i);
            entry.slab().recordCompleted();
            try {
                completions.get(i).completed(entry, failure);
            } catch (Throwable ofCompletion) {
                LOG.error("the completion of the append at {} threw", entry.lsn(), ofCompletion);
            }
        }
    }
}
