package io.oxbow.s3stream.wal;

import java.nio.ByteBuffer;

/**
 * One append of one stream, as it stands in the write-ahead log and, framed alike, in data objects.
 *
 * @param streamEpoch epoch at which the stream was open when this was appended
 * @param count how many offsets it takes
 * @param maxTimestamp greatest record timestamp in milliseconds, -1 if none
 * @param appendTimeMillis broker wall clock at the append
 * @param records the bytes, position to limit
 */
public record WalRecord(
        long streamId,
        long streamEpoch,
        long baseOffset,
        int count,
        long maxTimestamp,
        long appendTimeMillis,
        ByteBuffer records) {

    public long nextOffset() {
        return baseOffset + count;
    }
}
