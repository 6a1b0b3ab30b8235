package io.oxbow.s3stream.wal;

import java.nio.ByteBuffer;

/**
 * The place of a record in a write-ahead log and in memory. Its slab is at once write buffer, tail
 * and upload source.
 *
 * @param volume from 0: whose positions these are
 * @param lsn position of the record
 * @param endLsn position after it
 * @param slab holds the bytes; the entry holds one reference to it
 * @param position where the record's payload starts in the slab
 * @param length of the payload in bytes
 */
public record WalEntry(int volume, long lsn, long endLsn, Slab slab, int position, int length) {
    /** Returns a read-only view of the payload; valid while the slab is referenced. */
    public ByteBuffer records() {
        return slab.view(position, length);
    }

    /**
     * Returns a read-only view of the {@link RecordFrame}, header and payload, as data objects take
     * it; valid while the slab is referenced.
     */
    public ByteBuffer frame() {
        return slab.view(position - RecordFrame.HEADER_BYTES, RecordFrame.HEADER_BYTES + length);
    }
}
