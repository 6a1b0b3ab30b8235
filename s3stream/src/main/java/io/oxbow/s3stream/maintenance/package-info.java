/**
 * Background work of a node, round after round on one thread ({@code Maintenance}). {@code
 * Deletion} removes data objects that nothing needs, {@code Archiver} moves old extents from the
 * metadata image into composite objects. {@code CompactionOnNode} lends compaction the node's
 * bucket and log.
 */
@NullMarked
package io.oxbow.s3stream.maintenance;

import org.jspecify.annotations.NullMarked;
