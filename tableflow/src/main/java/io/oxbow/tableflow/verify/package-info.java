/**
 * Proves that a table holds what its log holds.
 *
 * <p>{@link io.oxbow.tableflow.verify.TableVerifier} fetches the log as any Kafka client would,
 * scans table and quarantine as any Iceberg reader would, and compares them offset by offset. It
 * shares no decoding with the translator: what a record should have become is worked out again, the
 * plain way, with Jackson's and Avro's own readers. Both sides are brought into one form, a sorted
 * list of leaves ({@code path = value}), in which columns that were opened for a conflict of types
 * count as the field that they came from; each record's leaves are hashed, and so are both tables'.
 *
 * <p>Memory is bounded by a window of offsets. Runs on one thread.
 */
@NullMarked
package io.oxbow.tableflow.verify;

import org.jspecify.annotations.NullMarked;
