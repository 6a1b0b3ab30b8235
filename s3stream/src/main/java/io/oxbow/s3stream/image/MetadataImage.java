package io.oxbow.s3stream.image;

import io.oxbow.s3stream.StreamName;
import io.oxbow.s3stream.binary.BinaryReader;
import io.oxbow.s3stream.binary.BinaryWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Image that applies the core records of the metadata log. One thread applies, any thread reads; a
 * reader sees a slot's records all or not at all.
 *
 * <p>Applying is deterministic: it depends on nothing but the records and what was applied before.
 * An {@link IllegalStateException} out of {@link #apply} is a broken invariant; the image is then
 * of no more use, and must not get into a snapshot.
 */
public final class MetadataImage implements CoreImage {

    private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
    private NodeTable nodes;
    private StreamTable streams;
    private ObjectTable objects;
    private ObjectLedger ledger;
    private PointerTable pointers;
    private long slot;

    /** Makes the image before the first record. */
    public MetadataImage() {
        this(new NodeTable(), new StreamTable(), new PointerTable(), new ObjectLedger());
    }

    private MetadataImage(
            NodeTable nodes, StreamTable streams, PointerTable pointers, ObjectLedger ledger) {
        this.nodes = nodes;
        this.streams = streams;
        this.pointers = pointers;
        this.ledger = ledger;
        this.objects = new ObjectTable();
    }

    /**
     * Applies the core records of a slot, which must lie after all slots applied before.
     *
     * @param timeMillis when the slot was written: what is committed in it was appended before
     * @return one result per record
     */
    public List<ApplyResult> apply(long newSlot, long timeMillis, List<CoreRecord> records) {
        lock.writeLock().lock();
        try {
            if (newSlot <= slot) {
                throw new IllegalStateException(
                        "broken invariant: slot %d after slot %d".formatted(newSlot, slot));
            }
            var results = new ArrayList<ApplyResult>(records.size());
            objects.settleTimes(timeMillis);
            for (CoreRecord record : records) {
                results.add(apply(record, timeMillis));
            }
            slot = newSlot;
            return List.copyOf(results);
        } finally {
            lock.writeLock().unlock();
        }
    }

    private ApplyResult apply(CoreRecord record, long timeMillis) {
        return switch (record) {
            case CoreRecord.RegisterNode r -> nodes.register(r);
            case CoreRecord.FenceNode r -> nodes.fence(r);
            case CoreRecord.RemoveNode r -> nodes.remove(r);
            case CoreRecord.ClaimRecovery r -> nodes.claimRecovery(r);
            case CoreRecord.ReleaseRecovery r -> nodes.releaseRecovery(r);
            case CoreRecord.CompleteRecovery r -> completeRecovery(r);
            case CoreRecord.OpenStreams r ->
                    ifLive(r.nodeId(), r.nodeEpoch(), () -> streams.open(r));
            case CoreRecord.CloseStreams r ->
                    ifLive(r.nodeId(), r.nodeEpoch(), () -> streams.close(r));
            case CoreRecord.DeleteStreams r ->
                    ifLive(r.nodeId(), r.nodeEpoch(), () -> streams.delete(r, objects));
            case CoreRecord.CommitObjects r -> commit(r, timeMillis);
            case CoreRecord.TrimStreams r ->
                    ifLive(r.nodeId(), r.nodeEpoch(), () -> streams.trim(r, objects));
            case CoreRecord.ObjectsDeleted r -> objects.deleted(r.keys(), ledger);
            case CoreRecord.PutPointer r -> pointers.put(r);
            case CoreRecord.CompactObjects r ->
                    rewrite(
                            r.nodeId(),
                            r.nodeEpoch(),
                            r.settledBelow(),
                            () -> changes().compact(r));
            case CoreRecord.RewriteExtents r ->
                    rewrite(
                            r.nodeId(),
                            r.nodeEpoch(),
                            r.settledBelow(),
                            () -> changes().rewrite(r));
            case CoreRecord.ArchiveExtents r ->
                    rewrite(
                            r.nodeId(),
                            r.nodeEpoch(),
                            r.settledBelow(),
                            () -> changes().archive(r));
        };
    }

    private ApplyResult ifLive(int nodeId, long nodeEpoch, Supplier<ApplyResult> change) {
        return nodes.live(nodeId, nodeEpoch) == null ? NodeTable.fenced(nodeEpoch) : change.get();
    }

    private ExtentChanges changes() {
        return new ExtentChanges(streams, objects, ledger);
    }

    private ApplyResult rewrite(
            int nodeId, long nodeEpoch, long settledBelow, Supplier<ApplyResult> change) {
        NodeTable.Epoch writer = nodes.live(nodeId, nodeEpoch);
        if (writer == null) {
            return NodeTable.fenced(nodeEpoch);
        }
        ApplyResult result = change.get();
        // Refused ones say nothing: whoever sent them may yet send the same object again.
        if (!(result instanceof ApplyResult.Refused)) {
            writer.settledBelow = Math.max(writer.settledBelow, settledBelow);
        }
        return result;
    }

    private ApplyResult completeRecovery(CoreRecord.CompleteRecovery record) {
        ApplyResult result = nodes.completeRecovery(record);
        if (result instanceof ApplyResult.Applied) {
            streams.closeAllOf(record.deadEpoch());
        }
        return result;
    }

    private ApplyResult commit(CoreRecord.CommitObjects commit, long timeMillis) {
        NodeTable.Epoch committer = nodes.live(commit.nodeId(), commit.nodeEpoch());
        if (committer == null) {
            return NodeTable.fenced(commit.nodeEpoch());
        }
        boolean onBehalf = commit.onBehalfOf() > 0 && commit.onBehalfOf() != commit.nodeEpoch();
        NodeTable.Epoch epoch = onBehalf ? nodes.unrecovered(commit.onBehalfOf()) : committer;
        if (epoch == null) {
            return new ApplyResult.Refused(
                    "epoch %d is not one that wants recovery".formatted(commit.onBehalfOf()));
        }
        if (commit.walLsns().size() != epoch.walLsns().size()) {
            return new ApplyResult.Refused(
                    "epoch %d has %d WAL positions, the commit names %d"
                            .formatted(
                                    epoch.nodeEpoch,
                                    epoch.walLsns().size(),
                                    commit.walLsns().size()));
        }
        ApplyResult outOfSequence = checkSequence(commit, epoch);
        if (outOfSequence != null) {
            return outOfSequence;
        }
        for (CoreRecord.NewObject object : commit.objects()) {
            if (objects.contains(object.key()) || ledger.contains(object.key())) {
                return ExtentChanges.committedBefore(object.key());
            }
        }
        epoch.lastCommitSeq = commit.commitSeq();
        epoch.lastCommitter = commit.nodeEpoch();
        // The numbers are the committer's, also on another epoch's behalf.
        committer.settledBelow = Math.max(committer.settledBelow, commit.settledBelow());
        epoch.cover(commit.walLsns());
        var accepted = new ArrayList<Boolean>();
        for (CoreRecord.NewObject object : commit.objects()) {
            long objectId = objects.add(object.key(), object.size(), timeMillis);
            commitRanges(object, objectId, epoch.nodeEpoch, accepted);
        }
        return new ApplyResult.Committed(List.copyOf(accepted));
    }

    /**
     * Checks the sequence number of a commit. A number counts as already applied only for the epoch
     * that used it: a second recoverer, which counts on from before the first one's commits, must
     * not take those for its own.
     */
    private @Nullable ApplyResult checkSequence(
            CoreRecord.CommitObjects commit, NodeTable.Epoch epoch) {
        boolean own = epoch.nodeEpoch == commit.nodeEpoch();
        if (!own && epoch.recoverer != commit.nodeEpoch()) {
            return NodeTable.notClaimed(epoch, commit.nodeEpoch());
        }
        boolean countsOn = epoch.lastCommitter == commit.nodeEpoch();
        if (countsOn && commit.commitSeq() <= epoch.lastCommitSeq) {
            return new ApplyResult.AlreadyApplied();
        }
        if (commit.commitSeq() != epoch.lastCommitSeq + 1) {
            return new ApplyResult.Refused(
                    "commit %d of epoch %d after commit %d"
                            .formatted(commit.commitSeq(), epoch.nodeEpoch, epoch.lastCommitSeq));
        }
        return null;
    }

    private void commitRanges(
            CoreRecord.NewObject object,
            long objectId,
            long ownerNodeEpoch,
            List<Boolean> accepted) {
        ledger.add(object.key());
        for (CoreRecord.Range range : object.ranges()) {
            StreamExtents.Entry taken = streams.commit(range, ownerNodeEpoch, objectId);
            if (taken != null) {
                objects.reference(taken);
            }
            accepted.add(taken != null);
        }
    }

    @Override
    public long slot() {
        return read(() -> slot);
    }

    @Override
    public Optional<NodeState> node(int nodeId) {
        return read(() -> nodes.state(nodeId));
    }

    @Override
    public List<NodeState> nodes() {
        return read(() -> nodes.states());
    }

    @Override
    public int lastNodeId() {
        return read(() -> nodes.lastNodeId());
    }

    @Override
    public boolean isRemoved(int nodeId) {
        return read(() -> nodes.isRemoved(nodeId));
    }

    @Override
    public List<ApplyResult.DeadEpoch> unrecovered() {
        return read(() -> nodes.unrecovered());
    }

    @Override
    public Optional<StreamState> stream(long streamId) {
        return read(() -> state(streams.row(streamId)));
    }

    @Override
    public Optional<StreamState> stream(StreamName name) {
        return read(() -> state(streams.row(name)));
    }

    private Optional<StreamState> state(StreamTable.@Nullable Row row) {
        return row == null ? Optional.empty() : Optional.of(row.state(objects));
    }

    @Override
    public List<StreamState> streamsOf(UUID topicId) {
        return read(() -> streams.ofTopic(topicId, objects));
    }

    @Override
    public List<StreamState> streams() {
        return read(() -> streams.rows().stream().map(row -> row.state(objects)).toList());
    }

    @Override
    public List<Long> streamIdsAfter(long streamId, int limit) {
        return read(() -> streams.idsAfter(streamId, limit));
    }

    @Override
    public List<Entry> entries(long streamId, long fromOffset, int limit) {
        return read(() -> {
            StreamTable.Row row = streams.row(streamId);
            var found = new ArrayList<Entry>();
            if (row == null || limit <= 0) {
                return found;
            }
            row.extents.forEachFrom(
                    fromOffset,
                    entry -> {
                        found.add(objects.entry(streamId, entry));
                        return found.size() < limit;
                    });
            return found;
        });
    }

    @Override
    public List<ObjectState> objectsAfter(long id, int limit) {
        return read(() -> objects.after(id, limit));
    }

    @Override
    public List<ObjectState> dereferencedObjects(int limit) {
        return read(() -> objects.dereferenced(limit));
    }

    @Override
    public boolean wasCommitted(String objectKey) {
        return read(() -> ledger.contains(objectKey) || objects.contains(objectKey));
    }

    @Override
    public boolean mayBeNeeded(String objectKey) {
        return read(() -> objects.contains(objectKey) || ledger.mayBeOwned(objectKey));
    }

    @Override
    public Counts counts() {
        return read(() -> streams.counts(objects.count()));
    }

    @Override
    public boolean isReferenced(String objectKey) {
        return read(() -> objects.isReferenced(objectKey));
    }

    @Override
    public Optional<Pointer> pointer(String key) {
        return read(() -> pointers.get(key));
    }

    @Override
    public Map<String, Pointer> pointers(String prefix) {
        return read(() -> pointers.withPrefix(prefix));
    }

    private <T> T read(Supplier<T> query) {
        lock.readLock().lock();
        try {
            return query.get();
        } finally {
            lock.readLock().unlock();
        }
    }

    /** Returns the image as bytes, the same for the same state on every node. */
    public ImageSections sections() {
        return read(() -> {
            var core = new BinaryWriter(4096);
            nodes.writeTo(core);
            streams.writeTo(core);
            pointers.writeTo(core);
            ledger.writeTo(core);
            nodes.writeRemovedTo(core);
            var extents = new BinaryWriter(4096);
            objects.writeTo(extents);
            streams.writeExtentsTo(extents);
            var times = new BinaryWriter(256);
            objects.writeTimesTo(times);
            return new ImageSections(
                    slot, core.toByteArray(), extents.toByteArray(), times.toByteArray());
        });
    }

    /** Takes over the state of {@code newer}; readers keep this object. */
    public void become(MetadataImage newer) {
        lock.writeLock().lock();
        try {
            nodes = newer.nodes;
            streams = newer.streams;
            objects = newer.objects;
            ledger = newer.ledger;
            pointers = newer.pointers;
            slot = newer.slot;
        } finally {
            lock.writeLock().unlock();
        }
    }

    /**
     * Reads an image that {@link #sections} wrote.
     *
     * @throws io.oxbow.s3stream.CorruptException if it is not that
     */
    public static MetadataImage of(ImageSections sections) {
        var core = new BinaryReader("core section", sections.core());
        var nodes = NodeTable.readFrom(core);
        var streams = StreamTable.readFrom(core);
        var pointers = PointerTable.readFrom(core);
        var ledger = ObjectLedger.readFrom(core);
        nodes.readRemovedFrom(core);
        core.end();
        var in = new BinaryReader("extents section", sections.extents());
        var objects = ObjectTable.readFrom(in);
        streams.readExtentsFrom(
                in,
                entry -> {
                    if (!objects.containsId(entry.objectId())) {
                        throw in.corrupt("an extent in unknown object " + entry.objectId());
                    }
                    objects.reference(entry);
                });
        in.end();
        objects.readTimesFrom(new BinaryReader("times section", sections.times()));
        var image = new MetadataImage(nodes, streams, pointers, ledger);
        image.objects = objects;
        image.slot = sections.slot();
        return image;
    }
}
