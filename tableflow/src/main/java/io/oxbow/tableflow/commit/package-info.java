/**
 * Files and offsets become part of a table in one step.
 *
 * <p>Every snapshot of ours says in its summary how far each partition has come:
 *
 * <pre>
 *   oxbow.next-offsets    = pairs / "packed1." base64url   ; packed beyond 16 partitions
 *   pairs                 = partition ":" offset *( "," partition ":" offset )
 *   oxbow.committer-epoch = decimal
 *   oxbow.watermark       = milliseconds: all that was appended up to then is in the table
 *   oxbow.topic-id        = UUID of the topic
 *   oxbow.commit-id       = UUID of this commit
 * </pre>
 *
 * <p>Packed are, for each partition in their order, its distance from the one before (an unsigned
 * varint; the first from -1) and its offset's from the offset before (a zigzag varint; the first
 * from 0), then their CRC-32C, big-endian. Both forms are read, whatever the number of partitions.
 *
 * <p>The newest such snapshot among the ancestors of the current one is the truth: not the current
 * snapshot alone (others commit too), not what a process remembers. {@link
 * io.oxbow.tableflow.commit.TableCommitter} commits only while that snapshot is still the one that
 * the round was built on; the check runs inside Iceberg's retry loop, after each refresh. If others
 * expired it, the same words in the table's properties ({@code oxbow.progress}, written in the same
 * commit) stand in, provided that every remaining ancestor is younger.
 *
 * <p>What others deleted or rewrote between two commits of ours is entered in the table's
 * properties too:
 *
 * <pre>
 *   oxbow.foreign-changes = [ entry *( "," entry ) ]
 *   entry                 = snapshot ":" milliseconds ":" operation ":" rows deleted at most ":" rows rewritten at most
 *   oxbow.live-rows       = rows of the table after our newest commit
 * </pre>
 *
 * <p>{@link io.oxbow.tableflow.commit.TableProgress} with {@code canApply} and {@code apply} is the
 * pure state machine. Nothing is deleted on an unknown outcome. Not thread-safe: one committer per
 * table, one thread.
 */
@NullMarked
package io.oxbow.tableflow.commit;

import org.jspecify.annotations.NullMarked;
