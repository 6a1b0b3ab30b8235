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

    /** Ids of streams above {@code streamId}, in order; to walk over all without a copy of all. */
    List<Long> streamIdsAfter(long streamId, int limit);

    /**
     * Extents and parts of a stream that reach beyond {@code fromOffset}, in order, at most {@code
     * limit}.
     */
    List<Entry> entries(long streamId, long fromOffset, int limit);

    /** Objects with ids above {@code id}, in the order in which they were committed. */
    List<ObjectState> objectsAfter(long id, int limit);

    /** Objects that nothing refers to any more and that have not been reported deleted. */
    List<ObjectState> dereferencedObjects(int limit);

    /** Whether the object was ever committed, whatever has become of it since. */
    boolean wasCommitted(String objectKey);

    /**
     * Whether the object is in the image or may be owned by a composite. Whatever else will not be
     * committed any more is garbage.
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
            List<Long> walLsns,
            long lastCommitSeq,
            long settledBelow,
            List<Verdict.DeadEpoch> unrecovered) {}

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

    /** Stands for the time of append of an object that an older snapshot or composite named. */
    long UNKNOWN_TIME = -1;

    /** What the image says of a stretch of a stream. */
    sealed interface Entry {
        long streamId();

        long startOffset();

        long endOffset();

        String objectKey();

        long objectSize();

        long bytes();

        long maxTimestamp();

        /**
         * When the last of its appends was committed at the latest, by the clock of the metadata
         * log's leader; {@link #UNKNOWN_TIME} until that is known.
         */
        long appendedMillis();

        /** How many of its bytes lie below {@code offset}, taking them for evenly spread. */
        default long bytesBelow(long offset) {
            return CoreImage.bytesBelow(offset, startOffset(), endOffset(), bytes());
        }
    }

    /** The share of {@code bytes}, evenly spread over [start, end), that lies below an offset. */
    static long bytesBelow(long offset, long start, long end, long bytes) {
        if (offset <= start) {
            return 0;
        }
        return offset >= end
                ? bytes
                : (long) (bytes * ((double) (offset - start) / (double) (end - start)));
    }

    /** A stretch of a stream that lies in one data object. */
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
     * A stretch of a stream whose extents are listed in a composite object.
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
     * A data object or composite.
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
     * How large the image is.
     *
     * @param entries extents and parts of all streams
     * @param longestStream entries of the stream that has most
     * @param longestId that stream's id, 0 if there is none
     */
    record Counts(int streams, long entries, int objects, int longestStream, long longestId) {}

    record Pointer(long version, byte[] value) {}
}
