package io.oxbow.s3stream.wal.bucket;

import io.oxbow.s3stream.env.Clock;
import io.oxbow.s3stream.env.TimedCondition;
import io.oxbow.s3stream.wal.LogGate;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.Condition;
import org.jspecify.annotations.Nullable;

/**
 * The bucket's side of a running log: which object is put when, and which are durable in order.
 *
 * <p>An object is taken when an interval has passed since the last one was, so at once after a
 * pause, or when it is full; it goes on growing while all puts are busy. Every method takes the
 * {@link LogGate} itself unless it says otherwise.
 */
final class PutPipeline {

    private final LogGate gate;
    private final ObjectBuilder builder;
    private final Clock clock;
    private final long intervalNanos;
    private final TimedCondition due;
    private final Condition copied;
    private final Condition headDurable;
    private final Deque<WalObject> taken = new ArrayDeque<>();
    private long lastTakenNanos;
    private volatile long durableLsn;
    private volatile long ackedSeq;

    PutPipeline(LogGate gate, ObjectBuilder builder, Clock clock, Duration interval) {
        this.gate = gate;
        this.builder = builder;
        this.clock = clock;
        this.intervalNanos = interval.toNanos();
        this.due = gate.newTimedCondition(clock);
        this.copied = gate.newCondition();
        this.headDurable = gate.newCondition();
        this.lastTakenNanos = clock.nanoTime() - intervalNanos;
        this.durableLsn = builder.appendedLsn();
    }

    /** Everything below is durable; for any thread. */
    long durableLsn() {
        return durableLsn;
    }

    /** All objects below are durable; for any thread. */
    long ackedSeq() {
        return ackedSeq;
    }

    /** Wakes who waits for an object to put, if it has to think again. Lock held. */
    void appended(boolean first) {
        if (first || builder.hasClosed()) {
            due.signalAll();
        }
    }

    /**
     * The next object, with all its frames copied; waits for one. Null at the end of the log. One
     * caller at a time.
     */
    @Nullable WalObject take() throws InterruptedException {
        gate.lock();
        try {
            while (gate.failure() == null) {
                if (builder.hasClosed()) {
                    return takeNow();
                }
                boolean building = builder.buildingBytes() > 0;
                long wait = intervalNanos - (clock.nanoTime() - lastTakenNanos);
                if (building && (wait <= 0 || gate.isClosing())) {
                    builder.closeObject();
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

    private @Nullable WalObject takeNow() throws InterruptedException {
        WalObject object = Objects.requireNonNull(builder.pollClosed());
        taken.add(object);
        lastTakenNanos = clock.nanoTime();
        if (!object.copyDone()) {
            while (!object.isCopied()) {
                copied.await();
            }
        }
        if (gate.failure() != null) { // perhaps a copy failed
            object.release();
            return null;
        }
        return object;
    }

    /** All frames of an object that may be waited for are copied. */
    void copiesDone() {
        gate.lock();
        try {
            copied.signalAll();
        } finally {
            gate.unlock();
        }
    }

    void durable(WalObject object) {
        gate.lock();
        try {
            object.markDurable();
            if (object == taken.peek()) {
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
                for (WalObject head = taken.peek();
                        head != null && head.isDurable();
                        head = taken.peek()) {
                    group.add(taken.remove());
                    durableLsn = head.endLsn();
                    ackedSeq = head.key().seq() + 1;
                }
                if (!group.isEmpty()) {
                    return true;
                }
                boolean drained =
                        taken.isEmpty() && !builder.hasClosed() && builder.buildingBytes() == 0;
                if (gate.isClosing() && drained) {
                    return false;
                }
                headDurable.await();
            }
            return false;
        } finally {
            gate.unlock();
        }
    }

    /** After a failure: everything that is not durable, in order. */
    void abandon(List<WalObject> outstanding) {
        gate.lock();
        try {
            outstanding.addAll(taken);
            taken.clear();
            builder.closeObject();
            for (WalObject next = builder.pollClosed(); next != null; next = builder.pollClosed()) {
                outstanding.add(next);
                next.release(); // no one will put it
            }
        } finally {
            gate.unlock();
        }
    }
}
