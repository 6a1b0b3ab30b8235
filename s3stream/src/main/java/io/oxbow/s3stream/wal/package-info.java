/**
 * The write-ahead log of one node: its contract, and the core that logs in a ring ({@link
 * io.oxbow.s3stream.wal.file}) and in the bucket ({@link io.oxbow.s3stream.wal.bucket}) share.
 *
 * <p>{@link io.oxbow.s3stream.wal.WriteAheadLog} takes appends, {@link
 * io.oxbow.s3stream.wal.WalVolume} is the storage under it, {@link io.oxbow.s3stream.wal.WalAccess}
 * the way of a recovery to a dead node's. An append goes through {@code LogAppender} → {@code
 * LogBuilder} (its place in a {@code LogBatch} and a {@code Slab}) → {@code LogPipeline} (batches
 * in order, until they are durable) → {@code AppendCompletion}. {@code LogState} is the one lock of
 * a log; it is never held over I/O or a copy.
 */
@NullMarked
package io.oxbow.s3stream.wal;

import org.jspecify.annotations.NullMarked;
