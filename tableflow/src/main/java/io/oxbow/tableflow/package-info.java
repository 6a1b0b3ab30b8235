/**
 * Streams become tables: what a topic's log holds is settled, exactly once, into an Iceberg table.
 *
 * <p>The path, top to bottom: {@code service} decides when a topic is due and walks one round;
 * {@code record} takes Kafka batches apart; {@code value} decodes keys and values into rows, by
 * {@code shape}, which says what the table looks like and how it grows; {@code write} makes Parquet
 * files; {@code quarantine} keeps what could not be decoded; {@code commit} makes files and offsets
 * part of the table in one step. {@code verify} proves it, sharing no decoding with the rest.
 *
 * <p>Threading: one round of one topic at a time, on one virtual thread, which owns the shape, the
 * writer and the committer of that round.
 *
 * <p>Invariants: every offset below a partition's next offset is in the table or in its quarantine
 * table exactly once, or was trimmed from the log before it could be read (which is reported); the
 * table's own snapshot ancestry is the truth about next offsets; nothing is ever deleted because an
 * outcome is unknown.
 */
@NullMarked
package io.oxbow.tableflow;

import org.jspecify.annotations.NullMarked;
