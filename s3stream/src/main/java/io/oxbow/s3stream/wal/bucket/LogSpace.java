package io.oxbow.s3stream.wal.bucket;

import io.oxbow.s3stream.wal.LogState;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.Condition;

/**
 * Counts the bytes of the log that the metadata log does not cover. Guarded by the {@link
 * LogState}.
 */
final class LogSpace {

    private final LogState gate;
    private final long capacityBytes;
    private final Condition trimmed;

    /** Bytes of all objects before a given one, for each object that is not wholly covered. */
    private final TreeMap<Long, Long> bytesBefore = new TreeMap<>();

    private long appendedBytes;
    private long coveredBytes;

    LogSpace(LogState gate, long capacityBytes) {
        this.gate = gate;
        this.capacityBytes = capacityBytes;
        this.trimmed = gate.newCondition();
    }

    boolean has(int bytes) {
        return usedBytes() + bytes <= capacityBytes;
    }

    void awaitTrim() throws InterruptedException {
        gate.throwIfEnded();
        trimmed.await();
    }

    void opened(long seq) {
        bytesBefore.put(seq, appendedBytes);
        appendedBytes += ObjectHeader.BYTES;
    }

    void appended(int frameBytes) {
        appendedBytes += frameBytes;
    }

    void trim(WalPosition covered) {
        bytesBefore.headMap(covered.seq()).clear();
        coveredBytes = Math.max(coveredBytes, bytesBelow(covered));
        trimmed.signalAll();
    }

    private long bytesBelow(WalPosition position) {
        Long before = bytesBefore.get(position.seq());
        if (before != null) {
            return before + position.offset();
        }
        boolean beyond = bytesBefore.isEmpty() || bytesBefore.lastKey() < position.seq();
        return beyond ? appendedBytes : coveredBytes;
    }

    long usedBytes() {
        return appendedBytes - coveredBytes;
    }

    /** Returns the bytes of an object as far as it has grown; 0 when it is wholly covered. */
    long bytesOf(long seq) {
        Long before = bytesBefore.get(seq);
        Map.Entry<Long, Long> next = bytesBefore.higherEntry(seq);
        return before == null ? 0 : (next == null ? appendedBytes : next.getValue()) - before;
    }

    /** Returns the bytes of the log between two positions that are not covered. */
    long bytesBetween(WalPosition from, WalPosition to) {
        return bytesBelow(to) - bytesBelow(from);
    }
}
