/**
 * The write-ahead log of one node.
 *
 * <p>{@link io.oxbow.s3stream.wal.WriteAheadLog} is the contract. {@code FileWriteAheadLog} keeps a
 * ring in a pre-written file ({@code storage.md} of the design, section 3).
 */
@NullMarked
package io.oxbow.s3stream.wal;

import org.jspecify.annotations.NullMarked;
