package io.oxbow.s3stream.wal.file;

import io.oxbow.s3stream.wal.LogPipeline;
import io.oxbow.s3stream.wal.LogState;
import java.util.List;
import java.util.concurrent.locks.Condition;
import org.jspecify.annotations.Nullable;

/**
 * Decides when each batch is written and tracks which batches are durable, in order; the disk's
 * side of a running log.
 *
 * <p>A batch is taken at once when no write is under way, or when one has just ended, or when it
 * has reached its size; otherwise, or when the volume's rate does not let it, it goes on growing.
 * The writer whose write made the next batches in order durable completes their appends before it
 * writes again: no other thread need be woken for it. Every method takes the {@link LogState}
 * itself unless it says otherwise.
 */
public final class WritePipeline extends LogPipeline<WriteBatch> {

    private final BatchBuilder builder;
    private final WritePace pace;
    private final int sealBytes;
    private final Condition due;
    private final Condition settled;
    private int writesUnderWay;
    private int returning;
    private boolean writeEnded;
    private boolean taking;
    private boolean completing;
    private boolean pacing;

    WritePipeline(LogState gate, BatchBuilder builder, WritePace pace, int sealBytes) {
        super(gate, builder);
        this.builder = builder;
        this.pace = pace;
        this.sealBytes = sealBytes;
        this.due = gate.newCondition();
        this.settled = gate.newCondition();
    }

    @Override
    public void appended(WriteBatch batch) {
        if (isFree() && isDue() && (returning == 0 || isPressing())) {
            due.signal();
        }
    }

    /**
     * Returns whether a writer may take a batch: none is about to, or waits for the volume's rate.
     */
    private boolean isFree() {
        return !taking && !pacing;
    }

    /**
     * Returns whether there is more to write than should wait for a writer that is about to return.
     */
    private boolean isPressing() {
        return builder.hasClosed() || builder.buildingBytes() >= sealBytes;
    }

    /**
     * Waits for the next batch, with all its frames copied, and takes it; null at the end of the
     * log. Nobody else gets one before {@link #sealed}, for each batch names the one before.
     *
     * @param returned whether this writer's last write was reported by {@link #writeEnded}
     */
    public @Nullable WriteBatch take(boolean returned) throws InterruptedException {
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

    /** Notes that the batch taken last is sealed. */
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

    /** Waits for the volume's rate; meanwhile the batch grows. */
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
        pace.take(builder.nextBytes());
        writesUnderWay++;
        writeEnded = false;
        WriteBatch batch = takeClosed();
        if (batch == null) {
            writesUnderWay--;
        }
        return batch;
    }

    /** Notes that a write has ended, with success or not; its writer will {@link #take} again. */
    void writeEnded(WriteBatch batch, boolean durable) {
        gate.lock();
        try {
            writesUnderWay--;
            returning++;
            if (durable) {
                batch.markDurable();
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
     * Adds the batches that have become durable in order to {@code group}. The caller completes
     * their appends: it alone may, until it has asked again and got none.
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
            pollDurable(group);
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
     * Waits for the log to end, and for the appends of what was durable by then.
     *
     * @param outstanding gets everything whose appends are not complete, in order, when the log has
     *     failed; nobody else will complete them
     */
    public void awaitEnd(List<WriteBatch> outstanding) throws InterruptedException {
        gate.lock();
        try {
            while (completing || !isAtEnd()) {
                settled.await();
            }
            if (gate.failure() != null) {
                completing = true;
                abandonTo(outstanding);
            }
        } finally {
            gate.unlock();
        }
    }

    private boolean isAtEnd() {
        return gate.failure() != null || isDrained();
    }

    /** Returns whether the disk still works on a batch. */
    boolean isWriting() {
        gate.lock();
        try {
            return writesUnderWay > 0;
        } finally {
            gate.unlock();
        }
    }
}
