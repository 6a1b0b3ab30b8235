package io.oxbow.s3stream.image;

import io.oxbow.s3stream.StreamName;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** What the core family of the metadata log says, for readers. Thread-safe; answers are copies. */
public interface CoreImage {

    /** Slot of the last entry applied. */
    long slot();

    Optional<NodeState> node(int nodeId);

    /** Fenced node epochs whose write-ahead log wants recovery, oldest first. */
    List<Verdict.DeadEpoch> unrecovered();

    Optional<StreamState> stream(long streamId);

    Optional<StreamState> stream(StreamName name);

    List<StreamState> streamsOf(UUID topicId);

    /** All streams; for the leader's sweep of deleted topics. */
    List<StreamState> streams();

    /**
     * Extents of a stream that reach beyond {@code fromOffset}, in order, at most {@code limit}.
     */
    List<Extent> extents(long streamId, long fromOffset, int limit);

    /** Objects that nothing refers to any more and that have not been reported deleted. */
    List<String> dereferencedObjects(int limit);

    boolean isReferenced(String objectKey);

    Optional<Pointer> pointer(String key);

    Map<String, Pointer> pointers(String prefix);

    /**
     * @param nodeEpoch the newest
     * @param fenced whether that epoch is fenced
     */
    record NodeState(
            int nodeId,
            long nodeEpoch,
            boolean fenced,
            UUID incarnation,
            WalKind walKind,
            List<UUID> walIds,
            String endpoint,
            List<Long> walLsns,
            long lastCommitSeq,
            long settledBelow,
            List<Verdict.DeadEpoch> unrecovered) {}

    /**
     * @param ownerNode -1 when nobody has it open
     */
    record StreamState(
            long streamId,
            StreamName name,
            long epoch,
            int ownerNode,
            long ownerNodeEpoch,
            long startOffset,
            long endOffset,
            long sizeInBytes) {}

    /** A stretch of a stream that lies in one object. */
    record Extent(
            long streamId,
            long startOffset,
            long endOffset,
            String objectKey,
            long objectSize,
            long bytes,
            long maxTimestamp) {}

    record Pointer(long version, byte[] value) {}
}
