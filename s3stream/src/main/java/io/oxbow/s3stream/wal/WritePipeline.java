package io.oxbow.s3stream.wal;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.Condition;
import org.jspecify.annotations.Nullable;

/**
 * The disk's side of a running log: which batch is written when, and which are durable in order.
 *
 * <p>A batch is taken at once when no write is under way, or when one has just ended, or when it
 * has reached its size; otherwise, or when the volume's rate does not let it, it goes on growing.
 * The writer whose write made the next batches in order durable completes their commits before it
 * writes again: no other thread need be woken for it.
 * Every method takes the {@link LogGate} itself unless it says otherwise.
 */
final class WritePipeline {

    private final LogGate gate;
    private final BatchBuilder builder;
    private final WritePace pace;
    private final int sealBytes;
    private final Condition due;
    private final Condition copied;
    private final Condition settled;
    private final Deque<WriteBatch> taken = new ArrayDeque<>();
    private int writesUnderWay;
    private int returning;
    private boolean writeEnded;
    private boolean taking;
    private boolean completing;
    private boolean pacing;
    private volatile long durableLsn;

    WritePipeline(
            LogGate gate, BatchBuilder builder, WritePace pace, int sealBytes, long firstLsn) {
        this.gate = gate;
        this.builder = builder;
        this.pace = pace;
        this.sealBytes = sealBytes;
        this.due = gate.newCondition();
        this.copied = gate.newCondition();
        this.settled = gate.newCondition();
        this.durableLsn = firstLsn;
    }

    /** Everything below is durable; for any thread. */
    long durableLsn() {
        return durableLsn;
    }

    /** Wakes a writer if a batch is to be taken now. Lock held. */
    void appended() {
        if (isFree() && isDue() && (returning == 0 || isPressing())) {
            due.signal();
        }
    }

    /** Whether a writer may take a batch: none is about to, or waits for the volume's turn. */
    private boolean isFree() {
        return !taking && !pacing;
    }

    /** Whether there is more to write than should wait for a writer that is about to return. */
    private boolean isPressing() {
        return builder.hasClosed() || builder.buildingBytes() >= sealBytes;
    }

    /**
     * The next batch, with all its frames copied; waits for one. Null at the end of the log. Nobody
     * else gets one before {@link #sealed}, for each batch names the one before.
     *
     * @param returned whether this writer's last write was reported by {@link #writeEnded}
     */
    @Nullable WriteBatch take(boolean returned) throws InterruptedException {
        gate.lock();
        try {
            if (returned) {
                returning--;
            }
            while (gate.failure() == null) {
                if (isFree() && isDue()) {
                    long wait = pace.waitNanos(builder.nextBytes());
                    if (wait <= 0) {
                        taking = true;
                        return takeNow();
                    }
                    awaitTurn(wait);
                    continue;
                }
                if (gate.isClosing() && !taking) {
                    break;
                }
                due.await();
            }
            due.signal(); // the other writers are to find that out, too
            return null;
        } finally {
            gate.unlock();
        }
    }

    /** The batch that was taken last is sealed. */
    void sealed() {
        gate.lock();
        try {
            taking = false;
            if (gate.isClosing() || (isFree() && isDue())) {
                due.signal();
            }
        } finally {
            gate.unlock();
        }
    }

    /** The volume has its fill; meanwhile the batch grows. */
    private void awaitTurn(long nanos) throws InterruptedException {
        pacing = true;
        try {
            pace.await(nanos, due);
        } finally {
            pacing = false;
        }
    }

    private boolean isDue() {
        int building = builder.buildingBytes();
        return builder.hasClosed()
                || (building > 0
                        && (writesUnderWay == 0
                                || writeEnded
                                || building >= sealBytes
                                || gate.isClosing()));
    }

    private @Nullable WriteBatch takeNow() throws InterruptedException {
        if (!builder.hasClosed()) {
            builder.closeBatch();
        }
        WriteBatch batch = java.util.Objects.requireNonNull(builder.pollClosed());
        taken.add(batch);
        pace.take(batch.diskBytes());
        writesUnderWay++;
        writeEnded = false;
        if (!batch.copyDone()) {
            while (!batch.isCopied()) {
                copied.await();
            }
        }
        if (gate.failure() != null) { // perhaps a copy failed
            writesUnderWay--;
            batch.release();
            return null;
        }
        return batch;
    }

    /** All frames of a batch that a writer may be waiting for are copied. */
    void copiesDone() {
        gate.lock();
        try {
            copied.signalAll();
        } finally {
            gate.unlock();
        }
    }

    /** A write has ended, with success or not; its writer will {@link #take} again. */
    void writeEnded(WriteBatch batch, boolean durable) {
        gate.lock();
        try {
            writesUnderWay--;
            returning++;
            if (durable) {
                batch.markWritten();
                writeEnded = builder.buildingBytes() > 0;
            }
            if (isFree() && isPressing()) {
                due.signal();
            }
        } finally {
            gate.unlock();
        }
    }

    /**
     * Adds the batches that have become durable in order to {@code group}, for the caller to
     * complete their commits: it alone may, until it has asked again and got none.
     *
     * @param again whether the caller is the one that completes
     * @return whether there are any
     */
    boolean takeDurable(List<WriteBatch> group, boolean again) {
        gate.lock();
        try {
            if (completing && !again) {
                return false;
            }
            for (WriteBatch head = taken.peek();
                    head != null && head.isWritten();
                    head = taken.peek()) {
                group.add(taken.remove());
                durableLsn = head.endLsn();
            }
            completing = !group.isEmpty();
            if (!completing && gate.isEnded()) {
                settled.signal();
            }
            return completing;
        } finally {
            gate.unlock();
        }
    }

    /**
     * Waits for the log to end, and for the commits of what was durable by then.
     *
     * @param outstanding gets everything whose commits are not complete, in order, when the log has
     *     failed; nobody else will complete them
     */
    void awaitEnd(List<WriteBatch> outstanding) throws InterruptedException {
        gate.lock();
        try {
            while (completing || !isAtEnd()) {
                settled.await();
            }
            if (gate.failure() != null) {
                completing = true;
                abandon(outstanding);
            }
        } finally {
            gate.unlock();
        }
    }

    private boolean isAtEnd() {
        boolean drained = taken.isEmpty() && !builder.hasClosed() && builder.buildingBytes() == 0;
        return gate.failure() != null || (gate.isClosing() && drained);
    }

    private void abandon(List<WriteBatch> outstanding) {
        outstanding.addAll(taken);
        taken.clear();
        builder.closeBatch();
        WriteBatch batch;
        while ((batch = builder.pollClosed()) != null) {
            outstanding.add(batch);
            batch.release(); // no writer will
        }
    }

    /** Whether the disk still works on a batch. */
    boolean isWriting() {
        gate.lock();
        try {
            return writesUnderWay > 0;
        } finally {
            gate.unlock();
        }
    }
}
