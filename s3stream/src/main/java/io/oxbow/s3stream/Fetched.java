package io.oxbow.s3stream;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * What a read found: whole appends, in order, with no gaps but where rewriting dropped appends. Its
 * buffers may be views of pooled memory; they are valid until {@link #close()}.
 */
public interface Fetched extends AutoCloseable {

    /** In offset order; empty at the end of the stream. */
    List<Append> appends();

    /**
     * Where to read on: after the last append here and what was dropped behind it. The offset asked
     * for if there is nothing at all.
     */
    long nextOffset();

    /** Sum of the appends' bytes. */
    long sizeInBytes();

    @Override
    void close();

    /**
     * One append as it was made.
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
