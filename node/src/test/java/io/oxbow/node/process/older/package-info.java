/**
 * Opens buckets and write-ahead logs that older versions wrote.
 *
 * <p>A fixture is the data directory of a node that was killed, and a digest of all that its
 * clients had been promised. {@link io.oxbow.node.process.older.BucketWriter} wrote the fixtures,
 * run with the classes of the version they are named for; {@code OlderBucketProcessTest} opens
 * each.
 */
@NullMarked
package io.oxbow.node.process.older;

import org.jspecify.annotations.NullMarked;
