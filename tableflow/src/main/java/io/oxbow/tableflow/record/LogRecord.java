package io.oxbow.tableflow.record;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One record of a topic's log, with bytes of its own.
 *
 * @param timestampMillis as the producer or the broker set it; -1 when there is none
 * @param ingestMillis when the broker appended it
 * @param leftOut tells which of its bytes are in the log only, and why; null if all are here
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
        @Nullable String leftOut) {

    /** Timestamp of a record that has none. */
    public static final long NO_TIMESTAMP = -1;

    /** Largest record in a compressed batch that is held, in bytes. */
    public static final int BYTES_MAX = 64 << 20;

    /** Most headers of a record: each takes some 200 bytes of memory, and two of the log. */
    public static final int HEADERS_MAX = 10_000;

    /** Returns the bytes of key, value and headers. */
    public long size() {
        long size = length(key) + length(value);
        for (int i = 0; i < headers.size(); i++) {
            Header header = headers.get(i);
            size += header.key().length() + length(header.value());
        }
        return size;
    }

    private static long length(byte @Nullable [] bytes) {
        return bytes == null ? 0 : bytes.length;
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
