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
 * Every method takes the {@link LogGate} itself unless it says otherwise.
 */
final class WritePipeline {

    private final LogGate gate;
    private final BatchBuilder builder;
    private final WritePace pace;
    private final int sealBytes;
    private final Condition due;
    private final Condition copied;
    private final Condition headWritten;
    private final Deque<WriteBatch> taken = new ArrayDeque<>();
    private int writesUnderWay;
    private boolean writeEnded;
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
        this.headWritten = gate.newCondition();
        this.durableLsn = firstLsn;
    }

    /** Everything below is durable; for any thread. */
    long durableLsn() {
        return durableLsn;
    }

    /** Wakes a writer if a batch is to be taken now. Lock held. */
    void appended() {
        if (!pacing && isDue()) {
            due.signal();
        }
    }

    /**
     * The next batch, with all its frames copied; waits for one. Null at the end of the log. One
     * writer at a time.
     */
    @Nullable WriteBatch take() throws InterruptedException {
        gate.lock();
        try {
            while (gate.failure() == null) {
                if (isDue()) {
                    long wait = pace.waitNanos(builder.nextBytes());
                    if (wait <= 0) {
                        return takeNow();
                    }
                    awaitTurn(wait);
                    continue;
                }
                if (gate.isClosing()) {
                    break;
                }
                due.await();
            }
            headWritten.signal(); // nothing more will come: the completer may have to end
            return null;
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

    /** A write has ended, with success or not. */
    void writeEnded(WriteBatch batch, boolean durable) {
        gate.lock();
        try {
            writesUnderWay--;
            if (durable) {
                batch.markWritten();
                writeEnded = builder.buildingBytes() > 0;
                if (batch == taken.peek()) {
                    headWritten.signal();
                }
            }
            if (!pacing && isDue()) {
                due.signal();
            }
        } finally {
            gate.unlock();
        }
    }

    /**
     * Waits for batches that have become durable in order and adds them to {@code group}.
     *
     * @return false when the log has ended and there will be no more
     */
    boolean awaitDurable(List<WriteBatch> group) throws InterruptedException {
        gate.lock();
        try {
            while (true) {
                for (WriteBatch head = taken.peek();
                        head != null && head.isWritten();
                        head = taken.peek()) {
                    group.add(taken.remove());
                    durableLsn = head.endLsn();
                }
                if (!group.isEmpty()) {
                    return true;
                }
                boolean drained =
                        taken.isEmpty() && !builder.hasClosed() && builder.buildingBytes() == 0;
                if (gate.failure() != null || (gate.isClosing() && drained)) {
                    return false;
                }
                headWritten.await();
            }
        } finally {
            gate.unlock();
        }
    }

    /** After a failure: everything that is not durable, in order. */
    void abandon(List<WriteBatch> outstanding) {
        gate.lock();
        try {
            outstanding.addAll(taken);
            taken.clear();
            builder.closeBatch();
            WriteBatch batch;
            while ((batch = builder.pollClosed()) != null) {
                outstanding.add(batch);
                batch.release(); // no writer will
            }
        } finally {
            gate.unlock();
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
