/**
 * Calls between the nodes of a cluster, without the network under them. Followers ask the leader of
 * the metadata log to append for them.
 *
 * <p>{@link io.oxbow.s3stream.peer.ForwardedLog} is a follower's metadata log, {@link
 * io.oxbow.s3stream.peer.AppendService} what the leader does for it; {@link
 * io.oxbow.s3stream.peer.LeaderLink} is the network between the two. The leader pushes what it has
 * written by {@link io.oxbow.s3stream.peer.PushLink}, {@link io.oxbow.s3stream.peer.PushService}
 * takes it. An answer is definite only when it is a message of the leader's own; silence, a
 * deadline and a broken connection are unknown.
 *
 * <h2>Bytes</h2>
 *
 * Numbers are varints, byte strings have their length before them, a list its count.
 *
 * <pre>
 * request = callee:uuid leaderEpoch list of record:bytes
 * answer  = 0:int8 slot list of result | 1:int8 why:text (not made) | 2:int8 why:text (unknown)
 * result  = type:int8 body
 * 0 Applied  1 AlreadyApplied
 * 2 Registered = nodeEpoch list of dead     3 Claimed = dead
 * 4 Opened     = list of (streamId streamEpoch startOffset endOffset)
 * 5 Committed  = list of flag:int8          6 PointerSet = version
 * 7 PointerConflict = actualVersion         8 Fenced = why:text   9 Refused = why:text
 * dead = nodeId nodeEpoch wal list of walLsn lastCommitSeq; wal as in io.oxbow.s3stream.image
 *
 * pushed  = callee:uuid list of slot:bytes      answer = last slot applied + 1, 0 for another process
 * </pre>
 */
@NullMarked
package io.oxbow.s3stream.peer;

import org.jspecify.annotations.NullMarked;
