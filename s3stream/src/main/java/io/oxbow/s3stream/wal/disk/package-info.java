/**
 * The disk under a write-ahead log. {@link io.oxbow.s3stream.wal.disk.WalDisk} is the seam that a
 * simulated disk takes; {@code DirectFile} is a file or block device written past the page cache.
 */
@NullMarked
package io.oxbow.s3stream.wal.disk;

import org.jspecify.annotations.NullMarked;
