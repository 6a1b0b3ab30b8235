/**
 * Tending keeps a table small, fast and cheap however long it is written to.
 *
 * <p>{@link io.oxbow.tableflow.tend.TopicTending} takes one turn after the other on a topic's table
 * and its quarantine. A turn tags the hour's first state, expires snapshots ({@link
 * io.oxbow.tableflow.tend.SnapshotExpiry}), merges small files ({@link
 * io.oxbow.tableflow.tend.Compaction}), rewrites manifests, and now and then deletes what nothing
 * names any more ({@link io.oxbow.tableflow.tend.Sweep}). Each step is whole by itself: a process
 * that dies between two of them leaves garbage at most, which a later sweep finds by its name.
 *
 * <p>Threading: turns are taken by one thread, beside the thread that runs the topic's rounds. Both
 * commit on what they find, by compare-and-set; what tending commits alters no row and carries no
 * progress. Counters are read by any thread.
 *
 * <p>Invariant: a file that a snapshot, branch or tag of the table names is never deleted, nor one
 * that a writer may still commit.
 */
@NullMarked
package io.oxbow.tableflow.tend;

import org.jspecify.annotations.NullMarked;
