package io.oxbow.s3stream.wal;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.Condition;
import org.jspecify.annotations.Nullable;

/**
 * The writers' side of a running log: the batches that were taken to be written, until their
 * appends are completed in order. Guarded by the {@link LogState}.
 */
public abstract class LogPipeline<B extends LogBatch> {

    protected final LogState gate;
    private final LogBuilder<B> builder;
    private final Condition copied;
    private final Deque<B> taken = new ArrayDeque<>();
    private volatile long durableLsn;

    protected LogPipeline(LogState gate, LogBuilder<B> builder) {
        this.gate = gate;
        this.builder = builder;
        this.copied = gate.newCondition();
        this.durableLsn = builder.appendedLsn();
    }

    /** Returns the LSN below which everything is durable; for any thread. */
    public final long durableLsn() {
        return durableLsn;
    }

    /** Wakes a writer if the record that {@code batch} got lets one be taken. Lock held. */
    public abstract void appended(B batch);

    /**
     * Notes that all frames of a batch are copied, which a writer may be waiting for. Takes the
     * lock.
     */
    public final void copiesDone() {
        gate.lock();
        try {
            copied.signalAll();
        } finally {
            gate.unlock();
        }
    }

    /**
     * Takes the oldest closed batch, which there must be, and waits until it is copied.
     *
     * @return null when the log has failed meanwhile
     */
    protected final @Nullable B takeClosed() throws InterruptedException {
        B batch = Objects.requireNonNull(builder.pollClosed());
        taken.add(batch);
        if (!batch.copyDone()) {
            while (!batch.isCopied()) {
                copied.await();
            }
        }
        if (gate.failure() != null) { // perhaps a copy failed
            batch.release();
            return null;
        }
        return batch;
    }

    /** The oldest batch that is not known to be durable, null if there is none. */
    protected final @Nullable B head() {
        return taken.peek();
    }

    /** Moves the batches that have become durable in order to {@code group}. */
    protected final void pollDurable(List<B> group) {
        for (B head = taken.peek(); head != null && head.isDurable(); head = taken.peek()) {
            group.add(taken.remove());
            durableLsn = head.endLsn();
        }
    }

    /** True when the log is closing and all of it is durable. */
    protected final boolean isDrained() {
        return gate.isClosing() && taken.isEmpty() && builder.isDrained();
    }

    /** Moves everything whose appends are not complete to {@code outstanding}, in order. */
    protected final void abandonTo(List<B> outstanding) {
        outstanding.addAll(taken);
        taken.clear();
        builder.closeBatch();
        for (B next = builder.pollClosed(); next != null; next = builder.pollClosed()) {
            outstanding.add(next);
            next.release(); // no writer will
        }
    }
}
