package io.oxbow.tableflow.record;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One record of a topic's log, with bytes of its own.
 *
 * @param timestampMillis as the producer or the broker set it; -1 when there is none
 * @param ingestMillis when the broker appended it
 * @param bytesLeftOut its size, if that is more than is held: key, value and headers are not here
 *     then; otherwise 0
 */
// Carrying arrays is the point: bytes go straight from the batch to a decoder, which reads them in
// place. Records are never compared, so the identity semantics of arrays do no harm.
@SuppressWarnings("ArrayRecordComponent")
public record LogRecord(
        int partition,
        long offset,
        long timestampMillis,
        long ingestMillis,
        byte @Nullable [] key,
        byte @Nullable [] value,
        List<Header> headers,
        int bytesLeftOut) {

    /** Timestamp of a record that has none. */
    public static final long NO_TIMESTAMP = -1;

    /** Returns the bytes of key and value. */
    public long size() {
        return (key == null ? 0L : key.length) + (value == null ? 0L : value.length);
    }

    /** A header; keys may repeat and values may be null. */
    @SuppressWarnings("ArrayRecordComponent")
    public record Header(String key, byte @Nullable [] value) {
        @Override
        public String toString() {
            return key + "=" + Arrays.toString(value);
        }
    }
}
