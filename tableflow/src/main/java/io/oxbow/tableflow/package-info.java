/**
 * Translation of streams to tables: the records of a topic's log become rows of an Iceberg table,
 * exactly once.
 *
 * <p>The packages, from the top down: {@code service} decides when a topic's round is due; {@code
 * translate} runs a round, and keeps the records that could not be decoded in a quarantine table;
 * {@code record} takes Kafka batches apart; {@code value} decodes keys and values into rows; {@code
 * shape} is a table's schema and its growth; {@code write} makes Parquet files; {@code commit}
 * makes files and offsets part of the table in one step; {@code config} holds the topic's settings.
 * {@code lease} says which node of a cluster does that for which table. {@code verify} compares a
 * table with its log, and shares no decoding with the rest.
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
