package io.oxbow.s3stream.wal;

import io.oxbow.s3stream.Commit;
import io.oxbow.s3stream.S3StreamException;
import java.nio.ByteBuffer;

/**
 * One node's write-ahead log: a single sequential writer with group commit. Positions (LSNs) are
 * bytes since the log's creation and only grow.
 *
 * <p>Any thread appends; appends of one stream come from one thread at a time. Commits complete on
 * the log's completion thread, strictly in LSN order. Any I/O error fails the whole log: every
 * outstanding commit completes with it and so does every later append.
 */
public interface WriteAheadLog extends AutoCloseable {

    /**
     * Copies {@code record} into the batch that is being built and returns where it lies. Blocks
     * while the log has no space or memory left, until trimming frees some.
     *
     * @param commit completed when the record is durable and everything before it is
     */
    Entry append(WalRecord record, Commit commit);

    /** Position after the last record appended. */
    long appendedLsn();

    /** Everything below is durable. */
    long durableLsn();

    /** Everything below is in the metadata log and may be overwritten. Never falls. */
    void trim(long lsn);

    /** Bytes between trim and appended position, and what the log holds at most. */
    long usedBytes();

    long capacityBytes();

    /**
     * Called once, on the completion thread, when the log has failed and every outstanding commit
     * has been told; at once if it has failed already. One listener.
     */
    void onFailure(java.util.function.Consumer<S3StreamException> listener);

    /** Stops taking appends, waits for those under way, closes the file. */
    @Override
    void close();

    /**
     * An appended record in the slab that is at once write buffer, tail and upload source.
     *
     * @param lsn position of the record
     * @param endLsn position after it
     * @param slab holds the bytes; the entry holds one reference to it
     * @param position where the record's payload starts in the slab
     * @param length of the payload in bytes
     */
    record Entry(long lsn, long endLsn, Slab slab, int position, int length) {
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
