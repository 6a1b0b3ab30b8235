package io.oxbow.s3stream.wal.bucket;

import io.oxbow.s3stream.CorruptException;

/**
 * Position in a log in the bucket. As one number (an LSN) it orders like the pair, and two places
 * in one object are as far apart as their bytes.
 *
 * @param seq of the object
 * @param offset in the object
 */
record WalPosition(long seq, int offset) {

    private static final int OFFSET_BITS = 25;

    /** Greatest size of an object of the log in bytes. */
    static final int OBJECT_BYTES_MAX = 1 << OFFSET_BITS;

    private static final long SEQ_MAX = Long.MAX_VALUE >> OFFSET_BITS;

    WalPosition {
        if (seq < 0 || seq > SEQ_MAX || offset < 0 || offset >= OBJECT_BYTES_MAX) {
            throw new CorruptException(
                    "object %d, offset %d is no position in a log".formatted(seq, offset));
        }
    }

    static WalPosition ofLsn(long lsn) {
        return new WalPosition(lsn >> OFFSET_BITS, (int) (lsn & (OBJECT_BYTES_MAX - 1)));
    }

    /** Returns the LSN at which object {@code seq} begins. */
    static long startOf(long seq) {
        return new WalPosition(seq, 0).toLsn();
    }

    long toLsn() {
        return seq << OFFSET_BITS | offset;
    }
}
