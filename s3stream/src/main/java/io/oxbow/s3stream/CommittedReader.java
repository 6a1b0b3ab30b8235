package io.oxbow.s3stream;

import org.jspecify.annotations.Nullable;

/**
 * Reads the committed part of any stream from its data objects, without a cache or a tail; the
 * reader need not own the stream. For background work such as translation into tables; any process
 * that follows the metadata log can have one.
 */
public interface CommittedReader {

    /**
     * Returns a cursor over the appends that overlap {@code [fromOffset, toOffset)}, in order; the
     * first and the last may reach beyond the range. {@code toOffset} must not lie beyond the
     * stream's committed end.
     */
    Cursor read(long streamId, long fromOffset, long toOffset);

    /**
     * Forward-only cursor over appends; not thread-safe. The bytes of an append are valid until the
     * next call.
     */
    interface Cursor extends AutoCloseable {
        /** Returns the next append, or null at the end. */
        ReadResult.@Nullable Append next();

        @Override
        void close();
    }
}
