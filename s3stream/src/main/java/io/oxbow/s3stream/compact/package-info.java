/**
 * Compaction of many small extents into few long runs without dead bytes, and rewriting of streams
 * by a filter.
 *
 * <p>Purpose: uploads make objects that hold a little of many streams. {@link
 * io.oxbow.s3stream.compact.Compactor} copies neighbouring extents of a stream together, long ones
 * into objects of their own, and leaves behind what was trimmed. {@link
 * io.oxbow.s3stream.compact.Rewriting} drops or replaces appends as a caller's filter decides, for
 * compaction by key.
 *
 * <p>Start with {@code Compactor.round}: {@code ImageView} → {@code Planner} ({@code
 * CandidateScan}, {@code ObjectScores}, {@code Gathering}) → {@code CompactionStep} → {@code
 * OutputCopy} → {@code InputBlocks}. Why it ends and what it costs is in {@code Planner}.
 *
 * <p>Threading: one thread of the node's; rewriting runs in its callers' threads, one at a time. No
 * lock is shared with the write path or with readers.
 *
 * <p>Invariants:
 *
 * <ol>
 *   <li>Data at given offsets never changes, but for what a filter decides: frames are copied as
 *       they are, out of blocks whose checksum held; a damaged block is not copied.
 *   <li>Which extents are replaced is the image's decision when the record is applied. A plan from
 *       an old view, a second compactor, a crash at any point: at worst an object that nothing
 *       refers to.
 *   <li>Each step lowers a stated measure, so there is no sequence of steps without end.
 *   <li>Memory: the windows of all inputs and one output ({@code memoryBytes}), the inputs' indexes
 *       (60 bytes per block), what was gathered for one step ({@code runsMax} extents). A single
 *       append that is larger than that is still copied.
 *   <li>Nothing here fails the node.
 * </ol>
 */
@NullMarked
package io.oxbow.s3stream.compact;

import org.jspecify.annotations.NullMarked;
