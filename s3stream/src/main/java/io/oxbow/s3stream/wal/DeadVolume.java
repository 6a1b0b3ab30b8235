package io.oxbow.s3stream.wal;

/** Volume of a fenced node epoch's log, cut off from its writer. Used by one thread. */
public interface DeadVolume extends AutoCloseable {

    /**
     * Reads the records from {@code fromLsn} on, in order. May be repeated, with the same answer,
     * but for what {@link #recovered} gave up.
     *
     * @param fromLsn what the last commit in the metadata log covers, as read under the claim to
     *     the epoch's recovery
     * @param records called for each record at or above {@code fromLsn}; its buffer is valid during
     *     the call
     * @throws io.oxbow.s3stream.CorruptException when what is there cannot be it
     */
    WalVolume.ScanEnd scan(long fromLsn, WalVolume.RecordVisitor records);

    /**
     * Reads the intact batches beyond the damage at which a scan stopped, in order. A batch counts
     * when it lies in its place and its checksums hold. Between them there are holes.
     *
     * @param damage what the scan said
     */
    void salvage(WalVolume.ScanEnd damage, WalVolume.RecordVisitor records);

    /**
     * Called when the metadata log says that the epoch is recovered: content that is not needed any
     * more may be deleted.
     */
    void recovered();

    @Override
    void close();
}
