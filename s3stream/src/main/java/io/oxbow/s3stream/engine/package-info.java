/**
 * One node's streams: opening, closing, start and stop.
 *
 * <p>Start with {@link io.oxbow.s3stream.engine.NodeStreams}. The write path reads {@code
 * OpenStream.append} → {@code StreamWriter} → {@code AppendBudget} → {@code Tail} → the write-ahead
 * log, and back by {@code TailEntry.completed} → {@code Uploader} → {@code GatheredAppends} →
 * {@code UploadRound} → {@code UploadCommits}. The read path reads {@code OpenStream.read} → {@code
 * StreamReader} → {@code ReadPlan} → {@code Tail}, or {@code LogReadBack}, or {@code
 * CommittedRange} → {@code BlockWalk} → {@code ObjectCaches}; {@code tryRead} takes the same way as
 * far as memory goes. {@code RunningNode} starts it all in the order that safety wants.
 *
 * <p>Threading: callers' threads append and read; the write-ahead log's threads, one at a time,
 * make appends visible and hands them to the uploader, in LSN order; one thread makes objects of
 * them, short-lived ones put these, one commits; one spills; one does the rest. A stream's tail is
 * guarded by its monitor, what is gathered for upload by the uploader's lock, slabs by {@code
 * TailMemory}'s; none is held over I/O.
 *
 * <p>Invariants:
 *
 * <ol>
 *   <li>Nothing is acked or shown to readers before the write-ahead log says it is durable, and
 *       nothing is acked after the store has failed or was fenced.
 *   <li>An append leaves memory, and the write-ahead log is trimmed, only after the metadata log
 *       has the commit that covers it; so every durable offset is in the tail or in an extent. What
 *       is in the tail is in a slab, or in the part of the write-ahead log that is not trimmed.
 *   <li>What is committed is a prefix of each volume of the write-ahead log, whichever of the puts
 *       under way ends first.
 *   <li>An unknown outcome is resolved by doing the same thing again: same key and bytes, same
 *       commit sequence. It never leads to a clean-up.
 *   <li>Memory is bounded by configuration: appends not yet uploaded, blocks, indexes, prefetches,
 *       recovery.
 * </ol>
 */
@NullMarked
package io.oxbow.s3stream.engine;

import org.jspecify.annotations.NullMarked;
