package io.oxbow.s3stream.wal;

/** One volume of a fenced node epoch's log, cut off from its writer. Used by one thread. */
public interface DeadVolume extends AutoCloseable {

    /**
     * Reads what was written from {@code fromLsn} on, in order. May be repeated, with the same
     * answer, but for what {@link #recovered} gave up.
     *
     * @param fromLsn what the last commit in the metadata log covers, as read under the claim to
     *     the epoch's recovery
     * @param records called for each record at or above {@code fromLsn}; its buffer is valid during
     *     the call
     * @throws io.oxbow.s3stream.CorruptException when what is there cannot be it
     */
    WalVolume.ScanEnd scan(long fromLsn, WalVolume.RecordVisitor records);

    /**
     * Reads what is whole beyond the damage at which a scan stopped, in order: each batch that lies
     * in its place and checks. Between them there are holes.
     *
     * @param damage what the scan said
     */
    void salvage(WalVolume.ScanEnd damage, WalVolume.RecordVisitor records);

    /** The metadata log says that the epoch is recovered: what is not needed any more may go. */
    void recovered();

    @Override
    void close();
}
