package io.oxbow.s3stream.log;

import io.oxbow.s3stream.log.format.ApplicationSnapshot;
import java.util.List;

/**
 * Application's family of records in the metadata log: opaque bytes at dense offsets from 0,
 * counting application records only. It is shaped so that Kafka's {@code RaftClient} fits over it
 * in a thin adapter.
 */
public interface ApplicationLog {

    /**
     * Reserves the next offsets for {@code records} as one atomic batch, without sending it; the
     * order is fixed here.
     *
     * @return offset of the last record
     * @throws LogAppendException RETRYABLE when {@code leaderEpoch} is not the epoch at which this
     *     process leads
     */
    long prepare(int leaderEpoch, List<byte[]> records);

    /** Sends everything prepared so far. */
    void schedulePrepared();

    /** Gives up leadership at {@code leaderEpoch}, if this process holds that. */
    void resign(int leaderEpoch);

    /** Returns the offset after the last committed record that was, or can be, delivered. */
    long highWatermark();

    /** Returns the offset after the last record that is prepared here or committed. */
    long endOffset();

    /**
     * Adds a listener, which is called from its own thread, one call at a time. It gets the newest
     * snapshot (if its events start before what the log still has), everything committed after, and
     * the leadership.
     */
    void register(Listener listener);

    void unregister(Listener listener);

    /**
     * Sets the source of the application's section in snapshots, which the leader asks when a
     * snapshot is due.
     */
    void onSnapshot(SnapshotSource source);

    /** Batch of committed application records. */
    record Batch(long baseOffset, int leaderEpoch, long appendTimeMillis, List<byte[]> records) {
        public long nextOffset() {
            return baseOffset + records.size();
        }
    }

    interface Listener {
        void loadSnapshot(ApplicationSnapshot snapshot);

        void committed(List<Batch> batches);

        /**
         * Reports a new leader epoch. Leaving leadership is told before any batch that this process
         * did not prepare; gaining it only after everything through the TAKEOVER was delivered.
         */
        void leaderChanged(MetadataLog.Leadership leadership);

        void closed();
    }

    @FunctionalInterface
    interface SnapshotSource {
        /** Returns the application's newest state, or null when there is none worth writing. */
        @org.jspecify.annotations.Nullable
        ApplicationSnapshot take();
    }
}
