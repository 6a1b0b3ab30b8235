/**
 * Cleaning: of each key of a compacted partition, the newest record is kept.
 *
 * <p>Start with {@link io.oxbow.broker.clean.LogCleaner}, one thread that looks for the dirtiest
 * partition; {@link io.oxbow.broker.clean.Cleaning} cleans one: {@code DirtyScan} maps keys to
 * offsets, {@code CleaningFilter} decides about batches while the engine rewrites extents.
 *
 * <p>Invariants:
 *
 * <ol>
 *   <li>The newest record of a key stays, at its offset.
 *   <li>A tombstone stays until its delete horizon, which is set when all below it is clean.
 *   <li>A marker stays until no batch of its transaction is there, its delete horizon is over, and
 *       no index of aborted transactions names it, in memory or in a checkpoint.
 *   <li>What is not decided, not in the bucket, not yet in the topic's table, or too young stays.
 * </ol>
 */
@NullMarked
package io.oxbow.broker.clean;

import org.jspecify.annotations.NullMarked;
