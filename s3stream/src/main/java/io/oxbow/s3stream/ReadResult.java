package io.oxbow.s3stream;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * Result of a read: whole appends in offset order, without gaps except for appends that rewriting
 * dropped. Its buffers may be views of pooled memory; they are valid until {@link #close()}.
 */
public interface ReadResult extends AutoCloseable {

    /** Returns the appends in offset order; none at the end of the stream. */
    List<Append> appends();

    /**
     * Returns the offset at which the next read continues: after the last append, and after dropped
     * ones behind it. If there was nothing to read, it is the offset of this read.
     */
    long nextOffset();

    /** Returns the sum of the appends' sizes in bytes. */
    long sizeInBytes();

    @Override
    void close();

    /**
     * One append, with the records as they were appended.
     *
     * @param records the very bytes that were appended; read-only view
     * @param appendTimeMillis when it was appended (broker wall clock)
     */
    record Append(
            long baseOffset,
            int count,
            long maxTimestamp,
            long appendTimeMillis,
            ByteBuffer records) {
        public long nextOffset() {
            return baseOffset + count;
        }
    }
}
