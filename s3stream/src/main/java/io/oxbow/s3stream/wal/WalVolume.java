package io.oxbow.s3stream.wal;

import io.oxbow.s3stream.image.WalKind;
import java.util.List;
import java.util.UUID;

/**
 * Storage under one write-ahead log, opened and locked by this process: one volume or several.
 * First it is read for what earlier node epochs left in it, then written at a new epoch.
 */
public interface WalVolume extends WalAccess, AutoCloseable {

    /** Returns the kind of the log, by its place. */
    WalKind kind();

    /** Returns a description of the storage and its mode of writing, for people. */
    String description();

    /**
     * Returns the random identities that the volumes got when formatted, in the order of the LSNs;
     * none for a log in the bucket.
     */
    List<UUID> walIds();

    /**
     * Starts writing at {@code nodeEpoch}, above everything ever reserved, and gives all earlier
     * content up durably. May be called once.
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
