/**
 * Rows become Parquet files in the bucket.
 *
 * <p>{@link io.oxbow.tableflow.write.TableWriter} keeps one open file per table partition and
 * closes the greatest when the bound on memory is reached; {@link
 * io.oxbow.tableflow.write.ObjectStoreFileIO} is Iceberg's way to the bucket. A file's name is made
 * of the node's epoch, the round and a count, so no two ever collide and a file that never became
 * part of a table can be told from one that did. Not thread-safe, but for the file IO.
 */
@NullMarked
package io.oxbow.tableflow.write;

import org.jspecify.annotations.NullMarked;
