package io.oxbow.s3stream.wal.bucket;

import io.oxbow.s3stream.S3StreamException;
import io.oxbow.s3stream.wal.LogState;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.stream.LongStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes, on a thread of its own, the objects of a running log that lie wholly below what the
 * metadata log covers. The object that holds the covered position stays: a recovery begins there.
 */
final class CoveredObjects {

    private static final Logger LOG = LoggerFactory.getLogger(CoveredObjects.class);

    /** Greatest number of keys in one request. */
    static final int KEYS_PER_DELETE = 1000;

    private final LogState gate;
    private final WalObjects bucket;
    private final WalKey first;
    private final Condition moved;

    /* Guarded by the gate. */
    private long deletedBelow;
    private long deleteBelow;

    CoveredObjects(LogState gate, WalObjects bucket, WalKey first) {
        this.gate = gate;
        this.bucket = bucket;
        this.first = first;
        this.moved = gate.newCondition();
        this.deletedBelow = first.seq();
        this.deleteBelow = first.seq();
    }

    /** Sets the position that the metadata log covers; lock held. */
    void trim(WalPosition covered) {
        deleteBelow = Math.max(deleteBelow, covered.seq());
        moved.signalAll();
    }

    /**
     * Deletes covered objects until the log ends; the thread's body. Objects left then are deleted
     * by the log's recovery, or at the next log's start.
     */
    void run() throws InterruptedException {
        for (List<WalKey> next = next(); !next.isEmpty(); next = next()) {
            try {
                bucket.delete(next);
            } catch (S3StreamException later) {
                LOG.warn("objects of the log stay for now: {}", later.getMessage());
            }
        }
    }

    private List<WalKey> next() throws InterruptedException {
        gate.lock();
        try {
            while (gate.failure() == null) {
                if (deleteBelow > deletedBelow) {
                    long from = deletedBelow;
                    deletedBelow = Math.min(deleteBelow, from + KEYS_PER_DELETE);
                    return LongStream.range(from, deletedBelow)
                            .mapToObj(seq -> new WalKey(first.nodeId(), first.nodeEpoch(), seq))
                            .toList();
                }
                if (gate.isClosing()) {
                    break;
                }
                moved.await();
            }
            return List.of();
        } finally {
            gate.unlock();
        }
    }
}
