package io.oxbow.s3stream.wal;

import io.oxbow.s3stream.S3StreamException;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Write-ahead log of one node, with group commit, over one volume or several. LSNs are bytes since
 * a volume's creation and only grow. A list of LSNs has one per volume.
 *
 * <p>Any thread appends; appends of one stream come from one thread at a time and go to one volume.
 * Appends complete on threads of the log's, for each volume strictly in LSN order and one at a
 * time; a completion may close the log, and must not wait for another append. Any I/O error fails
 * the whole log: every outstanding append completes with it and every later one is refused.
 */
public interface WriteAheadLog extends AutoCloseable {

    /**
     * Copies {@code record} into the batch that is being built. Blocks while the log has no space
     * or memory left, until trimming frees some.
     *
     * @param completion called with position and outcome, maybe before this returns; never called
     *     when this throws
     */
    void append(WalRecord record, AppendCompletion completion);

    /**
     * As {@link #append}, for threads that must not wait.
     *
     * @return false where that might have to wait: the record is not appended
     */
    boolean tryAppend(WalRecord record, AppendCompletion completion);

    /** Returns the LSN after the last record appended, for each volume. */
    List<Long> appendedLsns();

    /** Returns the LSN below which everything is durable, for each volume. */
    List<Long> durableLsns();

    /**
     * Trims the log: everything below {@code lsns} is in the metadata log and may be overwritten.
     * The trim LSNs never fall.
     */
    void trim(List<Long> lsns);

    /**
     * Reads bytes of the log back as they lie: frames, and bytes between batches. Bytes that are
     * trimmed, before or meanwhile, may read as anything, so the caller checks the frames.
     *
     * @param volume from 0
     * @param lsn where to start; {@code target} ends at or below the durable position
     * @param target filled to its limit
     * @throws S3StreamException RETRYABLE when it cannot be read because it has been trimmed; FATAL
     *     when it is still wanted: then the whole log has failed
     */
    void readBack(int volume, long lsn, ByteBuffer target);

    /**
     * Returns the bytes that the log takes between two LSNs of a volume that are not trimmed. In a
     * ring that is their difference.
     */
    default long bytesBetween(int volume, long lsn, long endLsn) {
        return endLsn - lsn;
    }

    /** Returns the bytes between trim LSN and appended LSN, of the volume where they are most. */
    long usedBytes();

    /** Returns the bytes that each volume holds at most. */
    long capacityBytes();

    /**
     * Sets the one listener of the log's failure. It is called once, on a thread of the log's, when
     * the log has failed and every outstanding append is completed; at once if that has been.
     */
    void onFailure(java.util.function.Consumer<S3StreamException> listener);

    /** Stops taking appends, waits for those under way, and closes the volumes. */
    @Override
    void close();
}
