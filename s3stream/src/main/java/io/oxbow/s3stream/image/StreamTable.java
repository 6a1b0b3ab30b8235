package io.oxbow.s3stream.image;

import io.oxbow.s3stream.StreamName;
import io.oxbow.s3stream.binary.BinaryReader;
import io.oxbow.s3stream.binary.BinaryWriter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Streams in the image: owner, epoch, start and end. Not thread-safe. */
public final class StreamTable {

    /** Owner's epoch of a stream that nobody has open. */
    public static final long NOBODY = 0;

    public static final class Row {
        final long streamId;
        final StreamName name;
        long epoch;
        int ownerNode = -1;
        long ownerNodeEpoch = NOBODY;
        long startOffset;
        long endOffset;
        StreamExtents extents = new StreamExtents();

        public Row(long streamId, StreamName name) {
            this.streamId = streamId;
            this.name = name;
        }

        @Override
        public String toString() {
            return "%d (%s) [%d, %d)".formatted(streamId, name, startOffset, endOffset);
        }

        /**
         * Returns the stream's state. Its size counts only a share of a part that the start cuts,
         * but the whole of such an extent.
         */
        public CoreImage.StreamState state(ObjectTable objects) {
            return new CoreImage.StreamState(
                    streamId,
                    name,
                    epoch,
                    ownerNode,
                    ownerNodeEpoch,
                    startOffset,
                    endOffset,
                    extents.sizeInBytes(startOffset, objects));
        }
    }

    private final TreeMap<Long, Row> byId = new TreeMap<>();
    private final Map<StreamName, Row> byName = new HashMap<>();
    private final Map<UUID, TreeSet<Long>> byTopic = new HashMap<>();
    private final Map<Long, TreeSet<Long>> byOwner = new HashMap<>();
    private long lastStreamId;

    public @Nullable Row row(long streamId) {
        return byId.get(streamId);
    }

    public @Nullable Row row(StreamName name) {
        return byName.get(name);
    }

    public Collection<Row> rows() {
        return byId.values();
    }

    public List<CoreImage.StreamState> ofTopic(UUID topicId, ObjectTable objects) {
        return byTopic.getOrDefault(topicId, new TreeSet<>()).stream()
                .map(id -> require(id).state(objects))
                .toList();
    }

    List<Long> idsAfter(long streamId, int limit) {
        return byId.tailMap(streamId, false).keySet().stream().limit(limit).toList();
    }

    /** Counts streams and their extents and parts. */
    public CoreImage.Counts counts(int objects) {
        long entries = 0;
        int longest = 0;
        long longestId = 0;
        for (Row row : byId.values()) {
            int count = row.extents.count();
            entries += count;
            if (count > longest) {
                longest = count;
                longestId = row.streamId;
            }
        }
        return new CoreImage.Counts(byId.size(), entries, objects, longest, longestId);
    }

    public ApplyResult open(CoreRecord.OpenStreams open) {
        for (StreamName name : open.names()) {
            Row row = byName.get(name);
            if (row != null && !isFreeOr(row, open.nodeEpoch())) {
                return ownedByAnother(row);
            }
        }
        var opened = new ArrayList<ApplyResult.OpenedStream>(open.names().size());
        for (StreamName name : open.names()) {
            Row row = byName.get(name);
            if (row == null) {
                row = new Row(++lastStreamId, name);
                put(row);
            }
            if (row.ownerNodeEpoch == NOBODY) {
                row.epoch++;
                own(row, open.nodeId(), open.nodeEpoch());
            }
            opened.add(
                    new ApplyResult.OpenedStream(
                            row.streamId, row.epoch, row.startOffset, row.endOffset));
        }
        return new ApplyResult.Opened(List.copyOf(opened));
    }

    /** Closes those of the streams that the node epoch has open. */
    public ApplyResult close(CoreRecord.CloseStreams close) {
        boolean any = false;
        for (CoreRecord.Opening opening : close.openings()) {
            Row row = byId.get(opening.streamId());
            if (row != null
                    && row.ownerNodeEpoch == close.nodeEpoch()
                    && row.epoch == opening.streamEpoch()) {
                disown(row);
                any = true;
            }
        }
        return any ? new ApplyResult.Applied() : new ApplyResult.AlreadyApplied();
    }

    void closeAllOf(long nodeEpoch) {
        TreeSet<Long> owned = byOwner.getOrDefault(nodeEpoch, new TreeSet<>());
        for (long streamId : new ArrayList<>(owned)) {
            disown(require(streamId));
        }
    }

    /** Deletes all of the streams, or none if one of them is another node's. */
    public ApplyResult delete(CoreRecord.DeleteStreams delete, ObjectTable objects) {
        var gone = new ArrayList<Row>();
        for (long streamId : new TreeSet<>(delete.streamIds())) {
            Row row = byId.get(streamId);
            if (row != null && !isFreeOr(row, delete.nodeEpoch())) {
                return ownedByAnother(row);
            }
            if (row != null) {
                gone.add(row);
            }
        }
        for (Row row : gone) {
            row.extents.trim(Long.MAX_VALUE, objects::dereference);
            if (row.ownerNodeEpoch != NOBODY) {
                disown(row);
            }
            remove(row);
        }
        return gone.isEmpty() ? new ApplyResult.AlreadyApplied() : new ApplyResult.Applied();
    }

    /**
     * Trims all of the streams, or none if one is not the node epoch's or would be trimmed beyond
     * its end.
     */
    public ApplyResult trim(CoreRecord.TrimStreams trim, ObjectTable objects) {
        for (CoreRecord.Trim one : trim.trims()) {
            Row row = byId.get(one.streamId());
            if (row == null || row.ownerNodeEpoch != trim.nodeEpoch()) {
                return new ApplyResult.Refused(
                        "stream %d is not open at node epoch %d"
                                .formatted(one.streamId(), trim.nodeEpoch()));
            }
            if (one.newStartOffset() > row.endOffset) {
                return new ApplyResult.Refused(
                        "stream %d ends at %d, below the new start %d"
                                .formatted(row.streamId, row.endOffset, one.newStartOffset()));
            }
        }
        boolean any = false;
        for (CoreRecord.Trim one : trim.trims()) {
            Row row = require(one.streamId());
            if (one.newStartOffset() > row.startOffset) {
                row.startOffset = one.newStartOffset();
                row.extents.trim(row.startOffset, objects::dereference);
                any = true;
            }
        }
        return any ? new ApplyResult.Applied() : new ApplyResult.AlreadyApplied();
    }

    /**
     * Commits the range if the stream still has its epoch and owner, and ends where the range
     * starts; else returns null.
     */
    public StreamExtents.@Nullable Entry commit(
            CoreRecord.Range range, long ownerNodeEpoch, long objectId) {
        Row row = byId.get(range.streamId());
        if (row == null
                || row.epoch != range.streamEpoch()
                || row.ownerNodeEpoch != ownerNodeEpoch
                || row.endOffset != range.startOffset()) {
            return null;
        }
        long end = range.startOffset() + range.count();
        var entry =
                new StreamExtents.Entry(
                        objectId, range.startOffset(), end, range.bytes(), range.maxTimestamp());
        row.extents.add(entry);
        row.endOffset = end;
        return entry;
    }

    private static boolean isFreeOr(Row row, long nodeEpoch) {
        return row.ownerNodeEpoch == NOBODY || row.ownerNodeEpoch == nodeEpoch;
    }

    private static ApplyResult ownedByAnother(Row row) {
        return new ApplyResult.Refused(
                "stream %d (%s) is open at epoch %d of node %d"
                        .formatted(row.streamId, row.name, row.ownerNodeEpoch, row.ownerNode));
    }

    private void own(Row row, int node, long nodeEpoch) {
        if (row.ownerNodeEpoch != NOBODY) {
            throw new IllegalStateException(
                    "broken invariant: stream %d has an owner".formatted(row.streamId));
        }
        row.ownerNode = node;
        row.ownerNodeEpoch = nodeEpoch;
        byOwner.computeIfAbsent(nodeEpoch, epoch -> new TreeSet<>()).add(row.streamId);
    }

    private void disown(Row row) {
        TreeSet<Long> owned = byOwner.get(row.ownerNodeEpoch);
        if (owned == null || !owned.remove(row.streamId)) {
            throw new IllegalStateException(
                    "broken invariant: stream %d is missing at its owner".formatted(row.streamId));
        }
        if (owned.isEmpty()) {
            byOwner.remove(row.ownerNodeEpoch);
        }
        row.ownerNode = -1;
        row.ownerNodeEpoch = NOBODY;
    }

    private void put(Row row) {
        byId.put(row.streamId, row);
        byName.put(row.name, row);
        byTopic.computeIfAbsent(row.name.topicId(), id -> new TreeSet<>()).add(row.streamId);
    }

    private void remove(Row row) {
        byId.remove(row.streamId);
        byName.remove(row.name);
        TreeSet<Long> siblings = byTopic.get(row.name.topicId());
        if (siblings != null && siblings.remove(row.streamId) && siblings.isEmpty()) {
            byTopic.remove(row.name.topicId());
        }
    }

    private Row require(long streamId) {
        Row row = byId.get(streamId);
        if (row == null) {
            throw new IllegalStateException("broken invariant: no stream " + streamId);
        }
        return row;
    }

    public void writeTo(BinaryWriter out) {
        out.varint(lastStreamId);
        out.varint(byId.size());
        for (Row row : byId.values()) {
            out.varint(row.streamId);
            CoreRecordCodec.writeName(row.name, out);
            out.varint(row.epoch);
            out.signedVarint(row.ownerNode);
            out.varint(row.ownerNodeEpoch);
            out.varint(row.startOffset);
            out.varint(row.endOffset);
        }
    }

    public static StreamTable readFrom(BinaryReader in) {
        var table = new StreamTable();
        table.lastStreamId = in.natural();
        int count = in.count(24);
        for (int i = 0; i < count; i++) {
            var row = new Row(in.natural(), CoreRecordCodec.readName(in));
            row.epoch = in.natural();
            int owner = (int) in.signedVarint();
            long ownerNodeEpoch = in.natural();
            row.startOffset = in.natural();
            row.endOffset = in.natural();
            if (row.startOffset > row.endOffset || row.streamId > table.lastStreamId) {
                throw in.corrupt("an impossible stream " + row);
            }
            table.put(row);
            if (ownerNodeEpoch != NOBODY) {
                table.own(row, owner, ownerNodeEpoch);
            }
        }
        return table;
    }

    void writeExtentsTo(BinaryWriter out) {
        List<Row> withExtents =
                byId.values().stream().filter(row -> row.extents.count() > 0).toList();
        out.varint(withExtents.size());
        for (Row row : withExtents) {
            out.varint(row.streamId);
            row.extents.writeTo(out);
        }
    }

    /** Reads the streams' extents, and calls {@code reference} for each. */
    void readExtentsFrom(BinaryReader in, Consumer<StreamExtents.Entry> reference) {
        int count = in.count(6);
        for (int i = 0; i < count; i++) {
            long streamId = in.natural();
            Row row = byId.get(streamId);
            StreamExtents extents = StreamExtents.readFrom(in);
            if (row == null
                    || extents.endOffset() != row.endOffset
                    || extents.firstOffset() > row.startOffset) {
                throw in.corrupt("extents of stream %d that do not fit it".formatted(streamId));
            }
            row.extents = extents;
            extents.forEachFrom(
                    -1,
                    entry -> {
                        reference.accept(entry);
                        return true;
                    });
        }
        for (Row row : byId.values()) {
            if (row.extents.count() == 0 && row.startOffset != row.endOffset) {
                throw in.corrupt("no extents for stream " + row);
            }
        }
    }
}
