package io.oxbow.s3stream.image;

import java.util.List;
import java.util.UUID;

/** Result of applying one {@link CoreRecord}: the same on every reader of the log. */
public sealed interface ApplyResult {

    /** The record was applied. */
    record Applied() implements ApplyResult {}

    /** The record had been applied before; nothing changed. */
    record AlreadyApplied() implements ApplyResult {}

    /**
     * @param nodeEpoch the process's epoch from now on
     * @param unrecovered earlier epochs of this node whose WAL has not been recovered yet
     */
    record Registered(long nodeEpoch, List<DeadEpoch> unrecovered) implements ApplyResult {}

    /**
     * @param walIds identities of the log's volumes; none for a log in the bucket
     * @param walLsns what the epoch's last commit covers, a position per volume (one for a log in
     *     the bucket): recovery starts there
     * @param lastCommitSeq of that epoch, for commits on its behalf to go on from
     */
    record DeadEpoch(
            int nodeId,
            long nodeEpoch,
            WalKind walKind,
            List<UUID> walIds,
            List<Long> walLsns,
            long lastCommitSeq) {}

    /**
     * The asking node has the claim.
     *
     * @param dead as it is from now on, until the holder changes it
     */
    record Claimed(DeadEpoch dead) implements ApplyResult {}

    /** The streams were opened; they come in the order of the request's names. */
    record Opened(List<OpenedStream> streams) implements ApplyResult {}

    record OpenedStream(long streamId, long streamEpoch, long startOffset, long endOffset) {}

    /**
     * The commit was applied, range by range. For the ranges of all its objects in order: true for
     * a range that became part of its stream, false for a stale one. Empty for a commit without
     * objects.
     */
    record Committed(List<Boolean> ranges) implements ApplyResult {}

    /**
     * @param version from now on, 0 when it is absent
     */
    record PointerSet(long version) implements ApplyResult {}

    /** The pointer has another version than expected (0: it is absent). */
    record PointerConflict(long actualVersion) implements ApplyResult {}

    /** The node epoch that submitted the record is fenced or unknown. */
    record Fenced(String why) implements ApplyResult {}

    /**
     * The record was refused for another reason, such as a stream that another node owns; nothing
     * changed.
     */
    record Refused(String why) implements ApplyResult {}
}
