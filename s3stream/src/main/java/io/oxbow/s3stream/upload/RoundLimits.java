package io.oxbow.s3stream.upload;

import io.oxbow.s3stream.config.StreamStoreConfig;
import io.oxbow.s3stream.tail.TailEntry;
import io.oxbow.s3stream.wal.WriteAheadLog;

/** Sizes at which gathered appends are sealed for an upload. Guarded by its caller. */
final class RoundLimits {

    /** Divisor of an object's size: less is not sealed, however slow puts are. */
    private static final int LEAST_SHARE = 4;

    /** Divisor of an object's size below which a put says little about the store's rate. */
    private static final int MEASURED_SHARE = 8;

    private final long objectBytes;
    private final long memoryBytes;
    private final long volumeBytes;
    private final int count;
    private long bytes;

    RoundLimits(WriteAheadLog wal, StreamStoreConfig config) {
        this.objectBytes = config.upload().objectBytes();
        // Half of what may be copied: slabs are spilled whole, and a round with more would be cut.
        this.memoryBytes = config.memory().tailBytes() + config.upload().copyBytes() / 2;
        this.volumeBytes = wal.capacityBytes() / 4;
        long heapBytes = config.memory().appendHeapBytes() / 4;
        this.count = (int) Math.max(1, heapBytes / TailEntry.SETTLED_BYTES);
        this.bytes = Math.min(objectBytes, Math.max(objectBytes / LEAST_SHARE, memoryBytes));
    }

    boolean isFull(GatheredAppends round) {
        return round.spanBytes() >= bytes
                || round.largestSpanBytes() >= volumeBytes
                || round.count() >= count;
    }

    /** Fits the limits to the rates, now that a round has been put in {@code nanos}. */
    void put(GatheredAppends round, long nanos, UploadPace pace) {
        if (round.frameBytes() >= objectBytes / MEASURED_SHARE) {
            pace.put(round.frameBytes(), nanos);
        }
        long least = objectBytes / LEAST_SHARE;
        bytes = Math.min(objectBytes, Math.max(least, pace.gatherable(memoryBytes)));
    }
}
