package io.oxbow.s3stream.wal;

import io.oxbow.s3stream.S3StreamException;
import org.jspecify.annotations.Nullable;

/**
 * Learns the position and the outcome of one append. It is called once, on a thread of the log's,
 * for each volume strictly in LSN order; it must be short and must not block.
 */
@FunctionalInterface
public interface AppendCompletion {

    /**
     * The append is over.
     *
     * @param entry its place; the callee gets the entry's reference to the slab and releases it
     * @param failure null when the record is durable and all before it is; otherwise why its
     *     outcome is unknown: recovery may find it
     */
    void completed(WalEntry entry, @Nullable S3StreamException failure);
}
