package io.oxbow.s3stream.object;

import io.oxbow.s3stream.image.ObjectKey;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Assigns the object numbers of one node epoch, and tracks which of the objects are still under
 * way. Thread-safe.
 *
 * <p>Every record that commits objects says below which number nothing is under way any more
 * ({@code settledBelow}): an uncommitted object numbered below is garbage. So a number is settled
 * only when it is definite that it is committed or never will be; while an outcome is unknown it
 * stays under way, if need be until the epoch ends.
 */
public final class ObjectNumbers {

    private final int nodeId;
    private final long nodeEpoch;
    private final ReentrantLock lock = new ReentrantLock();

    /* All below is guarded by the lock. */
    private final TreeSet<Long> underWay = new TreeSet<>();
    private long next;

    public ObjectNumbers(int nodeId, long nodeEpoch) {
        this.nodeId = nodeId;
        this.nodeEpoch = nodeEpoch;
    }

    public int nodeId() {
        return nodeId;
    }

    public long nodeEpoch() {
        return nodeEpoch;
    }

    /** Returns a key that no other object has or will have; it is under way until settled. */
    public ObjectKey take() {
        lock.lock();
        try {
            long number = next++;
            underWay.add(number);
            return new ObjectKey(nodeId, nodeEpoch, number);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Settles a key: its object is committed, or nobody will ever commit it.
     *
     * @throws IllegalStateException if it is not under way
     */
    public void settle(ObjectKey key) {
        lock.lock();
        try {
            boolean mine = key.nodeId() == nodeId && key.nodeEpoch() == nodeEpoch;
            if (!mine || !underWay.remove(key.number())) {
                throw new IllegalStateException(
                        "object %s is not under way in epoch %d of node %d"
                                .formatted(key, nodeEpoch, nodeId));
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * Returns the number below which no object is under way and no number will be assigned. It
     * never falls.
     */
    public long settledBelow() {
        lock.lock();
        try {
            return underWay.isEmpty() ? next : underWay.first();
        } finally {
            lock.unlock();
        }
    }
}
