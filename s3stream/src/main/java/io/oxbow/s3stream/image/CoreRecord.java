package io.oxbow.s3stream.image;

import io.oxbow.s3stream.StreamName;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Command in the core family of the metadata log. Applying one is deterministic and never throws
 * for a well-formed record: what cannot be done is refused by its {@link ApplyResult} and changes
 * nothing.
 */
public sealed interface CoreRecord {

    /**
     * Registers a process as node {@code nodeId}. Idempotent by incarnation; a different
     * incarnation fences the node's previous epoch, whose WAL then wants recovery. Refused while
     * one of its volumes belongs to another node's epoch that is live or wants recovery: starting
     * on it would give up what that one acked.
     *
     * @param incarnation random per process
     * @param walKind where the node's write-ahead log lies
     * @param walIds identities of its volumes, in the order in which positions name them; none for
     *     a log in the bucket
     * @param endpoint HOST:PORT of the process's HTTP listener, for people and for takeover's
     *     question
     * @param membership of a cluster of many nodes: with it, a registration does not fence an epoch
     *     of another data directory
     */
    record RegisterNode(
            int nodeId,
            UUID incarnation,
            WalKind walKind,
            List<UUID> walIds,
            String endpoint,
            Membership membership)
            implements CoreRecord {

        /** Registers a process that serves its bucket alone. */
        public RegisterNode(
                int nodeId, UUID incarnation, WalKind walKind, List<UUID> walIds, String endpoint) {
            this(nodeId, incarnation, walKind, walIds, endpoint, Membership.ALONE);
        }
    }

    /** Fences a node epoch, which may commit nothing any more. */
    record FenceNode(int nodeId, long nodeEpoch) implements CoreRecord {}

    /**
     * Removes a node for good: its id is not given again. Refused while the node has an epoch that
     * is live, or whose write-ahead log has not been recovered.
     */
    record RemoveNode(int nodeId) implements CoreRecord {}

    /**
     * Claims the recovery of a fenced node epoch's write-ahead log for a live node. The claim is
     * refused while another live node holds it, except to a later epoch of the dead one's own node,
     * which takes it over: that node has the log at hand. From here on only the claim's holder may
     * commit on the dead epoch's behalf and complete its recovery. {@link ApplyResult.Claimed} says
     * where recovery starts: read before the claim, that place may be one that another recoverer
     * has passed meanwhile.
     *
     * @param nodeId of the recoverer
     * @param nodeEpoch of the recoverer
     */
    record ClaimRecovery(int nodeId, long nodeEpoch, int deadNode, long deadEpoch)
            implements CoreRecord {}

    /** Gives a claim back, so that others may try, because its holder cannot read the log. */
    record ReleaseRecovery(int nodeId, long nodeEpoch, int deadNode, long deadEpoch)
            implements CoreRecord {}

    /**
     * Completes the recovery of a fenced node epoch: what its write-ahead log held is committed.
     * This record closes the epoch's streams. {@code abandoned} says that the WAL was given up
     * unread, at an operator's word. Only the holder of the {@linkplain ClaimRecovery claim} may
     * say so, or the epoch itself: a process that ends in good order sends {@link FenceNode} for
     * itself, then this with its own epoch as the recoverer's.
     *
     * @param nodeId of the dead epoch
     */
    record CompleteRecovery(int nodeId, long deadEpoch, long recovererEpoch, boolean abandoned)
            implements CoreRecord {}

    /** Opens streams, each at a new epoch, and creates those that are missing. */
    record OpenStreams(int nodeId, long nodeEpoch, List<StreamName> names) implements CoreRecord {}

    /**
     * Closes streams that the node has open. Each is named with the epoch of the opening to end, so
     * that a late repetition cannot end a newer opening of the same node.
     */
    record CloseStreams(int nodeId, long nodeEpoch, List<Opening> openings) implements CoreRecord {}

    /** One opening of a stream. */
    record Opening(long streamId, long streamEpoch) {}

    /**
     * Deletes streams and dereferences their extents; allowed for the owner, or for anyone if
     * nobody owns them.
     */
    record DeleteStreams(int nodeId, long nodeEpoch, List<Long> streamIds) implements CoreRecord {}

    /**
     * Commits data objects to their streams. Also used by recovery on behalf of a fenced epoch:
     * then {@code onBehalfOf} is that epoch and {@code nodeEpoch} the recoverer's, who holds the
     * {@linkplain ClaimRecovery claim}.
     *
     * @param nodeId of the node whose epoch is {@code nodeEpoch}
     * @param onBehalfOf 0 for a commit in one's own name
     * @param commitSeq grows by one per commit of a node epoch (of the dead one, on its behalf),
     *     from 1; a sequence at or below the last one is answered as already applied, one further
     *     on is refused
     * @param settledBelow no object of this node epoch numbered below is still under way
     * @param walLsns what this commit covers of the node's WAL, a position per volume (one for a
     *     log in the bucket): all below is in data objects
     * @param objects in the order in which their ranges follow one another; none when only {@code
     *     walLsns} or {@code settledBelow} moves
     */
    record CommitObjects(
            int nodeId,
            long nodeEpoch,
            long onBehalfOf,
            long commitSeq,
            long settledBelow,
            List<Long> walLsns,
            List<NewObject> objects)
            implements CoreRecord {}

    /** New data object with the ranges that it holds. */
    record NewObject(String key, long size, List<Range> ranges) {}

    /** Range of one stream in a new data object. */
    record Range(
            long streamId,
            long streamEpoch,
            long startOffset,
            long count,
            long bytes,
            long maxTimestamp) {}

    record TrimStreams(int nodeId, long nodeEpoch, List<Trim> trims) implements CoreRecord {}

    record Trim(long streamId, long newStartOffset) {}

    /** Reports that unreferenced objects have been deleted from the bucket. */
    record ObjectsDeleted(List<String> keys) implements CoreRecord {}

    /**
     * Replaces runs of extents by extents in new objects that hold the same offsets, whichever node
     * owns the streams. Per range of the outputs, the extents and parts that make up exactly its
     * offsets must lie in {@code inputs} (those at its front may have been trimmed away meanwhile);
     * otherwise that range is refused and its stream stays as it is. Answered by {@link
     * ApplyResult.Committed}.
     *
     * @param settledBelow no object of this node epoch numbered below is still under way
     * @param inputs keys of data objects or composites
     * @param outputs at least one; the stream epochs in their ranges mean nothing
     */
    record CompactObjects(
            int nodeId,
            long nodeEpoch,
            long settledBelow,
            List<String> inputs,
            List<NewObject> outputs)
            implements CoreRecord {}

    /**
     * Replaces one run of a stream's extents by several extents that together hold the same
     * offsets, all or none. It is for a run that is too long for one object in memory. The run's
     * extents and parts must lie in {@code inputs}, as for {@link CompactObjects}. Answered by
     * {@link ApplyResult.Committed}, with the same for each output.
     *
     * @param settledBelow no object of this node epoch numbered below is still under way
     * @param inputs keys of data objects or composites
     * @param outputs at least two; each has one range, which begins where the one before ends
     */
    record RewriteExtents(
            int nodeId,
            long nodeEpoch,
            long settledBelow,
            List<String> inputs,
            List<NewObject> outputs)
            implements CoreRecord {}

    /**
     * Moves extents out of the image into a composite object. Each part's run of extents (and
     * parts) becomes one part in {@code composite}; the objects that those lay in leave the image,
     * and the composite owns them from then on. All or nothing: every reference to an owned object
     * must lie in the parts' runs, and the runs in owned objects. Runs that were trimmed meanwhile,
     * at their front or wholly, are no hindrance.
     *
     * @param settledBelow no object of this node epoch numbered below is still under way
     * @param owned keys, sorted, each once
     */
    record ArchiveExtents(
            int nodeId, long nodeEpoch, long settledBelow, Composite composite, List<String> owned)
            implements CoreRecord {}

    /**
     * New composite object with the parts that it lists; see {@code io.oxbow.s3stream.composite}.
     *
     * @param level one above the highest of what it owns; data objects have level 0
     * @param parts sorted by stream id, then start
     */
    record Composite(String key, long size, int level, List<Part> parts) {}

    /** Run of extents of one stream that a composite lists. */
    record Part(long streamId, long startOffset, long endOffset) {}

    /**
     * Sets or deletes a named value by compare-and-set: table pointers, table progress, and other
     * values that must have one truth.
     *
     * @param expectedVersion 0 when the key must be absent; versions grow and none ever comes back,
     *     also when the key was deleted and set anew
     * @param value null deletes
     */
    record PutPointer(String key, long expectedVersion, byte @Nullable [] value)
            implements CoreRecord {}
}
