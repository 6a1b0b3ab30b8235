package io.oxbow.s3stream;

import org.jspecify.annotations.Nullable;

/**
 * Reads what is committed in data objects, straight from the store: no cache, no tail, no
 * ownership. For background work such as translation into tables; any process that follows the
 * metadata log can have one.
 */
public interface CommittedReader {

    /**
     * Appends that overlap {@code [fromOffset, toOffset)}, in order; the first and last may reach
     * beyond. {@code toOffset} must not lie beyond the stream's committed end.
     */
    Cursor read(long streamId, long fromOffset, long toOffset);

    /**
     * A forward-only walk; not thread-safe. The bytes of an append are valid until the next call.
     */
    interface Cursor extends AutoCloseable {
        /** The next append, or null at the end. */
        Fetched.@Nullable Append next();

        @Override
        void close();
    }
}
