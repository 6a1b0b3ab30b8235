/**
 * Metadata log: one totally ordered log for the cluster, made of create-only objects in the bucket.
 * The put itself is the fence; no clock and no quorum matter for safety.
 *
 * <p>{@link io.oxbow.s3stream.log.MetadataLog} is the contract. Two families of records ride in it:
 * the core family ({@code io.oxbow.s3stream.image}) and an application's own ({@link
 * io.oxbow.s3stream.log.ApplicationLog}), opaque here, with dense offsets of its own. {@link
 * io.oxbow.s3stream.log.BucketMetadataLog} is the implementation; start there, then {@code
 * LogThread}, and one class per role: {@code Follower}, {@code Candidate}, {@code Newcomer}, {@code
 * Leader}, {@code Receptionist}, {@code SnapshotWriter}.
 *
 * <p><b>Threads.</b> The log's own thread does all reading, writing and applying. Each listener of
 * the application is called from a thread of its own. A snapshot is written by whoever asks for it,
 * or by a thread of its own, beside the appends. All come from the {@code Environment}; every timed
 * wait goes through its clock.
 *
 * <h2>Protocol</h2>
 *
 * Every slot is created once, by {@code putIfAbsent}, and chains on the one before by its put id
 * and hash.
 *
 * <ul>
 *   <li><b>Append</b>, by the leader, one slot at a time: everything that waits is serialised once
 *       and put at the end. Exists: whose is it? One's own: it was written. Another's: this process
 *       leads no more. No answer, or gone: again, the same bytes into the same slot, until it is
 *       known. Not finding it proves nothing.
 *   <li><b>Takeover</b>: read to the end; ask the leader whether it is well; put TAKEOVER at the
 *       end; LIST beyond it. Anything there: raced, start over. Nothing: this process leads.
 *   <li><b>Question</b>, for a leader that does not answer by network and has not surely ended: the
 *       newcomer creates {@code meta/question/<leader epoch>}, unless another's lies there. An idle
 *       leader looks there every 5 s, creates {@code meta/answer/<question id>}, then deletes the
 *       question. The newcomer refuses when its answer is there, or when the leader has written a
 *       slot. It goes on to put TAKEOVER when one and the same question, whoever's, has lain there
 *       for 15 s in which the store answered. It deletes its question and its answer; a new leader
 *       deletes all. Nothing of this touches a slot, and safety does not rest on it.
 *   <li><b>Follow</b>: a missing slot is the end only if a LIST finds nothing beyond; else slots
 *       were collected, and a newer snapshot is loaded. A TAKEOVER counts when something of its
 *       writer chains on it or such a LIST finds nothing.
 *   <li><b>Push</b>: what a process has applied it may tell others, at any time: it is the chain's.
 *       A slot that chains on what another has applied is applied there, whatever was read beyond.
 *   <li><b>Snapshot</b>, by the leader: written, read back, compared; then what lies at or below
 *       the snapshot before it is deleted, but no canonical TAKEOVER and never the highest slot.
 * </ul>
 *
 * The model in {@code src/model} checks these rules, and that each of them is needed.
 *
 * <p><b>Invariants.</b> What is acked is the first object ever in its slot. What is applied here is
 * a prefix of the canonical chain. An append answered RETRYABLE is never in the log. Leader epochs
 * grow by one with each TAKEOVER; only the process that wrote it writes at that epoch, and nothing
 * after its RESIGN.
 *
 * <p>The bytes of slots, questions and snapshots stand in {@link io.oxbow.s3stream.log.format}.
 */
@NullMarked
package io.oxbow.s3stream.log;

import org.jspecify.annotations.NullMarked;
