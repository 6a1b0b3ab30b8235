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
 * <h2>Bytes of a slot, {@code meta/log/<slot, 20 digits>}</h2>
 *
 * Big-endian; varints as in {@link io.oxbow.s3stream.binary}.
 *
 * <pre>
 * magic:int32 "OXML"  version:int16 (1)  type:int8 (1 TAKEOVER, 2 DATA, 3 RESIGN)  0:int8
 * clusterId:uuid  slot:int64  leaderEpoch:int32  nodeId:int32  incarnation:uuid  putId:uuid
 * prevPutId:uuid  prevHash:32 bytes (SHA-256 of the slot before)  applicationBaseOffset:int64
 * appendTimeMillis:int64
 * DATA:   list of (list of bytes)   the application's batches
 *         list of bytes             core records
 * RESIGN: successor:signed varint   -1 for any
 * crc:int32                         CRC32C of all before
 * </pre>
 *
 * A list is a count and its elements, bytes are a length and the bytes, both with varints. The slot
 * before the first has put id and hash zero.
 *
 * <h2>Bytes of a question, and of its answer</h2>
 *
 * <pre>
 * magic:int32 "OXMQ"  version:int16 (1)  0:int16  id:uuid  leaderEpoch:int32  asker node:int32
 * asker's incarnation:uuid  crc:int32 of all before
 * </pre>
 *
 * <h2>Bytes of a snapshot, {@code meta/snap/<slot, 20 digits>-<putId>}</h2>
 *
 * <pre>
 * magic:int32 "OXMS"  version:int16 (2)  0:int16  clusterId:uuid  putId:uuid
 * position: slot:int64  putId:uuid  hash:32 bytes  leaderEpoch:int32  leaderNode:int32
 *           leaderIncarnation:uuid  resigned:int8  applicationEnd:int64
 * imageSlot:int64  crc:int32 of all before
 * five sections, in order: id:int32  length:int64  content  crc:int32 of id, length and content
 *   1 takeovers:   count, then each slot's distance to the one before, as varints
 *   2 application: nothing, or endOffset:int64 leaderEpoch:int32 appendTimeMillis:int64
 *                  list of (list of bytes)
 *   3 core, 4 extents, 5 times: see io.oxbow.s3stream.image
 * </pre>
 *
 * Replay starts after {@code position}, the greatest slot at which the application's records end
 * where section 2 ends. Sections 3 and 4 are those of {@code imageSlot}, which may lie beyond; core
 * records of slots up to it are passed over. Version 1 had no section 5: what its objects hold
 * counts as appended when the next slot was written.
 */
@NullMarked
package io.oxbow.s3stream.log;

import org.jspecify.annotations.NullMarked;
