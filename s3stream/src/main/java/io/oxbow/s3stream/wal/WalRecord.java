package io.oxbow.s3stream.wal;

import io.oxbow.s3stream.KnownCrc;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Append of one stream, as it stands in the write-ahead log and, in the same frame, in data
 * objects.
 *
 * @param streamEpoch epoch at which the stream was open when this was appended
 * @param count how many offsets it takes
 * @param maxTimestamp greatest record timestamp in milliseconds, -1 if none
 * @param appendTimeMillis broker wall clock at the append
 * @param records the bytes, position to limit
 * @param crc of the last of them, if it is known
 */
public record WalRecord(
        long streamId,
        long streamEpoch,
        long baseOffset,
        int count,
        long maxTimestamp,
        long appendTimeMillis,
        ByteBuffer records,
        @Nullable KnownCrc crc) {

    public WalRecord {
        if (crc != null && crc.from() > records.remaining()) {
            throw new IllegalArgumentException(
                    "%s of %d bytes".formatted(crc, records.remaining()));
        }
    }

    /** Makes a record of bytes of which no checksum is known. */
    public WalRecord(
            long streamId,
            long streamEpoch,
            long baseOffset,
            int count,
            long maxTimestamp,
            long appendTimeMillis,
            ByteBuffer records) {
        this(
                streamId,
                streamEpoch,
                baseOffset,
                count,
                maxTimestamp,
                appendTimeMillis,
                records,
                null);
    }

    public long nextOffset() {
        return baseOffset + count;
    }
}
