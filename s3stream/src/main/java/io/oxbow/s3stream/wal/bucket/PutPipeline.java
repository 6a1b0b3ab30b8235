package io.oxbow.s3stream.wal.bucket;

import io.oxbow.s3stream.env.Clock;
import io.oxbow.s3stream.env.TimedCondition;
import io.oxbow.s3stream.wal.LogPipeline;
import io.oxbow.s3stream.wal.LogState;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.Condition;
import org.jspecify.annotations.Nullable;

/**
 * Decides when each object is put and tracks which objects are durable, in order; the bucket's side
 * of a running log.
 *
 * <p>An object is taken when an interval has passed since the last one was, so at once after a
 * pause, or when it is full; it goes on growing while all puts are busy. Every method takes the
 * {@link LogState} itself unless it says otherwise.
 */
final class PutPipeline extends LogPipeline<WalObject> {

    private final ObjectBuilder builder;
    private final Clock clock;
    private final long intervalNanos;
    private final TimedCondition due;
    private final Condition headDurable;
    private long lastTakenNanos;
    private volatile long ackedSeq;

    PutPipeline(LogState gate, ObjectBuilder builder, Clock clock, Duration interval) {
        super(gate, builder);
        this.builder = builder;
        this.clock = clock;
        this.intervalNanos = interval.toNanos();
        this.due = gate.newTimedCondition(clock);
        this.headDurable = gate.newCondition();
        this.lastTakenNanos = clock.nanoTime() - intervalNanos;
    }

    /** Returns the sequence number below which all objects are durable; for any thread. */
    long ackedSeq() {
        return ackedSeq;
    }

    @Override
    public void appended(WalObject object) {
        if (object.count() == 1 || builder.hasClosed()) {
            due.signalAll();
        }
    }

    /**
     * Waits for the next object, with all its frames copied, and takes it; null at the end of the
     * log. One caller at a time.
     */
    @Nullable WalObject take() throws InterruptedException {
        gate.lock();
        try {
            while (gate.failure() == null) {
                if (builder.hasClosed()) {
                    lastTakenNanos = clock.nanoTime();
                    return takeClosed();
                }
                boolean building = builder.buildingBytes() > 0;
                long wait = intervalNanos - (clock.nanoTime() - lastTakenNanos);
                if (building && (wait <= 0 || gate.isClosing())) {
                    builder.closeBatch();
                } else if (gate.isClosing()) {
                    break;
                } else if (building) {
                    due.awaitFor(wait);
                } else {
                    due.await();
                }
            }
            headDurable.signalAll(); // nothing more will come: the completer may have to end
            return null;
        } finally {
            gate.unlock();
        }
    }

    void durable(WalObject object) {
        gate.lock();
        try {
            object.markDurable();
            if (object == head()) {
                headDurable.signalAll();
            }
        } finally {
            gate.unlock();
        }
    }

    /**
     * Waits for objects that have become durable in order and adds them to {@code group}.
     *
     * @return false when the log has ended and there will be no more
     */
    boolean awaitDurable(List<WalObject> group) throws InterruptedException {
        gate.lock();
        try {
            while (gate.failure() == null) { // a log that has failed acks nothing more
                pollDurable(group);
                if (!group.isEmpty()) {
                    ackedSeq = group.getLast().key().seq() + 1;
                    return true;
                }
                if (isDrained()) {
                    return false;
                }
                headDurable.await();
            }
            return false;
        } finally {
            gate.unlock();
        }
    }

    /**
     * Adds everything that is not durable to {@code outstanding}, in order; called after a failure.
     */
    void abandon(List<WalObject> outstanding) {
        gate.lock();
        try {
            abandonTo(outstanding);
        } finally {
            gate.unlock();
        }
    }
}
