/**
 * Compaction: few large runs instead of many small extents, without what is dead.
 */
@NullMarked
package io.oxbow.s3stream.compact;

import org.jspecify.annotations.NullMarked;
