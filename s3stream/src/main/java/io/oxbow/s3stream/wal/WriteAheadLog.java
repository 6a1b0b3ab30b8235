package io.oxbow.s3stream.wal;

import io.oxbow.s3stream.Commit;
import io.oxbow.s3stream.S3StreamException;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One node's write-ahead log, with group commit, over one volume or several. Positions (LSNs) are
 * bytes since a volume's creation and only grow. Wherever there is a list of positions, it has one
 * per volume.
 *
 * <p>Any thread appends; appends of one stream come from one thread at a time and go to one volume.
 * Commits complete on threads of the log's, for each volume strictly in LSN order and one at a
 * time; a listener of one may close the log, and must not wait for another commit. Any I/O error
 * fails the whole log: every outstanding commit completes with it and so does every later append.
 */
public interface WriteAheadLog extends AutoCloseable {

    /**
     * Copies {@code record} into the batch that is being built and returns where it lies. Blocks
     * while the log has no space or memory left, until trimming frees some.
     *
     * @param commit completed when the record is durable and everything before it is
     */
    Entry append(WalRecord record, Commit commit);

    /** As {@link #append}, for threads that must not wait: null where that might. */
    @Nullable Entry tryAppend(WalRecord record, Commit commit);

    /** Positions after the last records appended. */
    List<Long> appendedLsns();

    /** Everything below is durable. */
    List<Long> durableLsns();

    /** Everything below is in the metadata log and may be overwritten. Never falls. */
    void trim(List<Long> lsns);

    /**
     * Reads the log's bytes again as they lie: frames, and whatever lies between batches. What is
     * trimmed, before or meanwhile, may read as anything, so the caller checks what it got.
     *
     * @param volume from 0
     * @param lsn where to start; {@code target} ends at or below the durable position
     * @param target filled to its limit
     * @throws S3StreamException RETRYABLE when it cannot be read because it has been trimmed; FATAL
     *     when it is still wanted: then the whole log has failed
     */
    void readBack(int volume, long lsn, ByteBuffer target);

    /**
     * Bytes that the log takes between two positions of a volume that are not trimmed: their
     * difference where positions are places in a ring.
     */
    default long bytesBetween(int volume, long lsn, long endLsn) {
        return endLsn - lsn;
    }

    /** Bytes between trim and appended position, of the volume where they are most. */
    long usedBytes();

    /** What each volume holds at most. */
    long capacityBytes();

    /**
     * Called once, on a thread of the log's, when the log has failed and every outstanding commit
     * has been told; at once if it has failed already. One listener.
     */
    void onFailure(java.util.function.Consumer<S3StreamException> listener);

    /** Stops taking appends, waits for those under way, closes what is below. */
    @Override
    void close();

    /**
     * An appended record in the slab that is at once write buffer, tail and upload source.
     *
     * @param volume from 0: whose positions these are
     * @param lsn position of the record
     * @param endLsn position after it
     * @param slab holds the bytes; the entry holds one reference to it
     * @param position where the record's payload starts in the slab
     * @param length of the payload in bytes
     */
    record Entry(int volume, long lsn, long endLsn, Slab slab, int position, int length) {
        /** A read-only view of the payload; valid while the slab is referenced. */
        public ByteBuffer records() {
            return slab.view(position, length);
        }

        /**
         * A read-only view of the payload with its {@link RecordFrame} before it, as data objects
         * take it; valid while the slab is referenced.
         */
        public ByteBuffer frame() {
            return slab.view(
                    position - RecordFrame.HEADER_BYTES, RecordFrame.HEADER_BYTES + length);
        }
    }
}
