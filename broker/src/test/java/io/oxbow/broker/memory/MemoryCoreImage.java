package io.oxbow.broker.memory;

import io.oxbow.s3stream.StreamName;
import io.oxbow.s3stream.image.ApplyResult;
import io.oxbow.s3stream.image.CoreImage;
import io.oxbow.s3stream.image.Membership;
import io.oxbow.s3stream.image.WalKind;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * A core image in which nodes live and nothing else is.
 *
 * @param incarnations of the nodes, by their ids
 */
record MemoryCoreImage(Map<Integer, UUID> incarnations) implements CoreImage {

    @Override
    public long slot() {
        return 0;
    }

    @Override
    public Optional<NodeState> node(int id) {
        return Optional.ofNullable(incarnations.get(id))
                .map(incarnation ->
                        new NodeState(
                                id,
                                1,
                                false,
                                incarnation,
                                WalKind.FILE,
                                List.of(new UUID(0, 1)),
                                "",
                                Membership.ALONE,
                                List.of(0L),
                                0,
                                0,
                                List.of()));
    }

    @Override
    public List<NodeState> nodes() {
        return incarnations.keySet().stream().flatMap(id -> node(id).stream()).toList();
    }

    @Override
    public int lastNodeId() {
        return incarnations.keySet().stream().mapToInt(Integer::intValue).max().orElse(0);
    }

    @Override
    public boolean isRemoved(int nodeId) {
        return false;
    }

    @Override
    public List<ApplyResult.DeadEpoch> unrecovered() {
        return List.of();
    }

    @Override
    public Optional<StreamState> stream(long streamId) {
        return Optional.empty();
    }

    @Override
    public Optional<StreamState> stream(StreamName name) {
        return Optional.empty();
    }

    @Override
    public List<StreamState> streamsOf(UUID topicId) {
        return List.of();
    }

    @Override
    public List<StreamState> streams() {
        return List.of();
    }

    @Override
    public List<Long> streamIdsAfter(long streamId, int limit) {
        return List.of();
    }

    @Override
    public List<Entry> entries(long streamId, long fromOffset, int limit) {
        return List.of();
    }

    @Override
    public List<ObjectState> objectsAfter(long id, int limit) {
        return List.of();
    }

    @Override
    public List<ObjectState> dereferencedObjects(int limit) {
        return List.of();
    }

    @Override
    public boolean wasCommitted(String objectKey) {
        return false;
    }

    @Override
    public boolean mayBeNeeded(String objectKey) {
        return false;
    }

    @Override
    public Counts counts() {
        return new Counts(0, 0, 0, 0, 0);
    }

    @Override
    public boolean isReferenced(String objectKey) {
        return false;
    }

    @Override
    public Optional<Pointer> pointer(String key) {
        return Optional.empty();
    }

    @Override
    public Map<String, Pointer> pointers(String prefix) {
        return Map.of();
    }
}
