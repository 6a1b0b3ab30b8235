package io.oxbow.s3stream.log;

import java.util.List;

/**
 * The application's family of records in the metadata log: opaque bytes at dense offsets from 0,
 * counting application records only. It is shaped so that Kafka's {@code RaftClient} fits over it
 * in a thin adapter.
 */
public interface ApplicationLog {

    /**
     * Reserves the next offsets for {@code records} as one atomic batch, without sending it; order
     * is fixed here.
     *
     * @return offset of the last record
     * @throws LogAppendException RETRYABLE when {@code leaderEpoch} is not the epoch at which this
     *     process leads
     */
    long prepare(int leaderEpoch, List<byte[]> records);

    /** Sends everything prepared so far. */
    void schedulePrepared();

    /** Gives up leadership of {@code leaderEpoch}, if that is what this process holds. */
    void resign(int leaderEpoch);

    /** Offset after the last committed record delivered or deliverable. */
    long highWatermark();

    /** Offset after the last record prepared here, or committed. */
    long endOffset();

    /**
     * Adds a listener; it is given the newest snapshot (if it starts before what the log still
     * has), everything committed after, and the leadership, from its own thread, one call at a
     * time.
     */
    void register(Listener listener);

    void unregister(Listener listener);

    /**
     * Supplies what goes into the application's section of a snapshot: called by the leader when it
     * is time for one.
     */
    void onSnapshot(SnapshotSource source);

    /**
     * @param baseOffset of the first record
     * @param leaderEpoch of the slot
     * @param appendTimeMillis wall clock of the leader
     */
    record Batch(long baseOffset, int leaderEpoch, long appendTimeMillis, List<byte[]> records) {
        public long nextOffset() {
            return baseOffset + records.size();
        }
    }

    /**
     * A state of the application.
     *
     * @param endOffset the state is that of all records below
     * @param leaderEpoch epoch of the last of them
     * @param appendTimeMillis of the last of them
     * @param batches records that make the state, in batches
     */
    record Snapshot(
            long endOffset, int leaderEpoch, long appendTimeMillis, List<List<byte[]>> batches) {}

    interface Listener {
        void loadSnapshot(Snapshot snapshot);

        void committed(List<Batch> batches);

        /**
         * A new leader epoch. Leaving leadership is told before any batch that this process did not
         * prepare; gaining it only after everything through the TAKEOVER was delivered.
         */
        void leaderChanged(MetadataLog.Leadership leadership);

        void closed();
    }

    @FunctionalInterface
    interface SnapshotSource {
        /** The application's newest state, or null when it has none worth writing. */
        @org.jspecify.annotations.Nullable
        Snapshot take();
    }
}
