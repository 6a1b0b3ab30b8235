package io.oxbow.s3stream.image;

import io.oxbow.s3stream.StreamName;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * Metadata image as readers see it: the state that the core records of the metadata log make.
 * Thread-safe; answers are copies.
 */
public interface CoreImage {

    /** Returns the slot of the last entry applied. */
    long slot();

    Optional<NodeState> node(int nodeId);

    /** Returns all nodes, in the order of their ids. */
    List<NodeState> nodes();

    /** Returns the greatest id that a node has had, 0 before the first. */
    int lastNodeId();

    /** Returns true if a node had that id, and was removed. */
    boolean isRemoved(int nodeId);

    /** Returns the fenced node epochs whose write-ahead log must be recovered, oldest first. */
    List<ApplyResult.DeadEpoch> unrecovered();

    Optional<StreamState> stream(long streamId);

    Optional<StreamState> stream(StreamName name);

    List<StreamState> streamsOf(UUID topicId);

    /** Returns all streams; for the leader's search for streams of deleted topics. */
    List<StreamState> streams();

    /**
     * Returns the ids of streams above {@code streamId}, in order, so that all can be walked over
     * without copying them.
     */
    List<Long> streamIdsAfter(long streamId, int limit);

    /**
     * Returns the stream's extents and parts that reach beyond {@code fromOffset}, in order, at
     * most {@code limit}.
     */
    List<Entry> entries(long streamId, long fromOffset, int limit);

    /** Returns the objects with ids above {@code id}, in the order in which they were committed. */
    List<ObjectState> objectsAfter(long id, int limit);

    /**
     * Returns objects that nothing refers to any more, and that have not been reported as deleted.
     */
    List<ObjectState> dereferencedObjects(int limit);

    /** Returns whether the object was ever committed, even if it is gone from the image since. */
    boolean wasCommitted(String objectKey);

    /**
     * Returns whether the object is in the image or may be owned by a composite. Any other object
     * is garbage, once it cannot be committed any more.
     */
    boolean mayBeNeeded(String objectKey);

    Counts counts();

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
            Membership membership,
            List<Long> walLsns,
            long lastCommitSeq,
            long settledBelow,
            List<ApplyResult.DeadEpoch> unrecovered) {}

    /**
     * @param ownerNode -1 when nobody has it open
     * @param sizeInBytes extents that are trimmed in their middle count whole; of a part that is,
     *     an even share
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

    /** Value for an unknown time of append, of objects from an older snapshot or composite. */
    long UNKNOWN_TIME = -1;

    /** Entry of a stream in the image: an extent, or a part. */
    sealed interface Entry {
        long streamId();

        long startOffset();

        long endOffset();

        String objectKey();

        long objectSize();

        long bytes();

        long maxTimestamp();

        /**
         * Returns the time by which the last of the entry's appends was committed, by the clock of
         * the metadata log's leader. It is {@link #UNKNOWN_TIME} as long as that is unknown.
         */
        long appendedMillis();

        /**
         * Returns the number of the entry's bytes below {@code offset}, as if they were evenly
         * spread.
         */
        default long bytesBelow(long offset) {
            return CoreImage.bytesBelow(offset, startOffset(), endOffset(), bytes());
        }
    }

    /**
     * Returns the share of {@code bytes}, evenly spread over [start, end), that lies below {@code
     * offset}.
     */
    static long bytesBelow(long offset, long start, long end, long bytes) {
        if (offset <= start) {
            return 0;
        }
        return offset >= end
                ? bytes
                : (long) (bytes * ((double) (offset - start) / (double) (end - start)));
    }

    /** Range of a stream that lies in one data object. */
    record Extent(
            long streamId,
            long startOffset,
            long endOffset,
            String objectKey,
            long objectSize,
            long bytes,
            long maxTimestamp,
            long appendedMillis)
            implements Entry {}

    /**
     * Range of a stream whose extents are listed in a composite object.
     *
     * @param level of the composite, from 1
     * @param bytes of all extents
     * @param maxTimestamp greatest of all extents, of which some may have been trimmed
     * @param appendedMillis latest of all that the composite owns
     */
    record Part(
            long streamId,
            long startOffset,
            long endOffset,
            String objectKey,
            long objectSize,
            int level,
            long bytes,
            long maxTimestamp,
            long appendedMillis)
            implements Entry {}

    /**
     * Data object or composite, as the image knows it.
     *
     * @param id grows with the order of commits
     * @param level 0: a data object
     * @param references extents and parts in it
     * @param referencedBytes of those
     * @param bodyBytes the data object's size, or that of all data objects that a composite owns:
     *     what the bucket keeps for the sake of the referenced bytes
     */
    record ObjectState(
            long id,
            String key,
            long size,
            int level,
            int references,
            long referencedBytes,
            long bodyBytes) {}

    /**
     * Size of the image.
     *
     * @param entries extents and parts of all streams
     * @param longestStream entries of the stream that has most
     * @param longestId that stream's id, 0 if there is none
     */
    record Counts(int streams, long entries, int objects, int longestStream, long longestId) {}

    record Pointer(long version, byte[] value) {}
}
