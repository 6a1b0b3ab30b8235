package io.oxbow.s3stream.wal;

import io.oxbow.s3stream.image.WalKind;
import java.util.List;
import java.util.UUID;

/**
 * The storage under one write-ahead log, of one volume or several, opened and locked by this
 * process: first asked for what earlier node epochs left in it, then written at a new one.
 */
public interface WalVolume extends WalAccess, AutoCloseable {

    /** Where it lies. */
    WalKind kind();

    /** What it is and how it is written, for people. */
    String description();

    /**
     * Random identities, given when the volumes were formatted, in the order in which positions
     * name them; none for a log in the bucket.
     */
    List<UUID> walIds();

    /**
     * Starts writing at {@code nodeEpoch}, above everything ever reserved, with all earlier content
     * given up: that is durable before this returns. Once.
     */
    WriteAheadLog start(long nodeEpoch);

    @Override
    void close();

    @FunctionalInterface
    interface RecordVisitor {
        void record(long lsn, long endLsn, WalRecord record);
    }

    /**
     * @param endLsn position after the last valid batch
     * @param damagedUpToLsn when a valid batch beyond the stop says that more than {@code endLsn}
     *     had been acked: how far; otherwise {@code endLsn}. Greater than {@code endLsn} means
     *     acked data was damaged, and only an operator's word lets recovery go on.
     */
    record ScanEnd(long endLsn, long damagedUpToLsn) {
        public boolean damaged() {
            return damagedUpToLsn > endLsn;
        }
    }
}
