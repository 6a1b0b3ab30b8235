/**
 * Streams on a write-ahead log and an object store: the module's public interface.
 *
 * <p>A {@link io.oxbow.s3stream.StreamStore} is one node's view of the streams in a bucket. It
 * hands out {@link io.oxbow.s3stream.Stream}s; appending gives a {@link io.oxbow.s3stream.Commit},
 * the one asynchronous boundary. Where to start reading: {@code StreamStore}, then {@code stream/}
 * for the write and read paths, {@code wal/}, {@code object/}, {@code log/} (the metadata log),
 * {@code image/} (what the log says).
 */
@NullMarked
package io.oxbow.s3stream;

import org.jspecify.annotations.NullMarked;
