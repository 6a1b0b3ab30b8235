package io.oxbow.s3stream.image;

import io.oxbow.s3stream.binary.BinaryReader;
import io.oxbow.s3stream.binary.BinaryWriter;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.TreeMap;

/**
 * Ledger of all objects ever committed: for each node epoch, the numbers of its objects, as
 * intervals. It outlives both the objects' rows in the image and the epochs, because an object that
 * the image no longer names may be owned by a composite: only what is missing here is garbage.
 *
 * <p>A put that lands after its object was deleted makes it anew. So the keys that were deleted
 * last are kept, too; one that lands later than {@link #DELETED_KEPT} deletions afterwards stays in
 * the bucket. Not thread-safe.
 */
final class ObjectLedger {

    static final int DELETED_KEPT = 4096;

    /** Intervals of object numbers by epoch: from the first number to the number after the last. */
    private final TreeMap<Long, TreeMap<Long, Long>> byEpoch = new TreeMap<>();

    /** Keys of the objects deleted last, in the order of deletion. */
    private final LinkedHashSet<ObjectKey> deleted = new LinkedHashSet<>();

    /**
     * Adds an object; a key that is not an {@link ObjectKey} is never an orphan, and is not kept.
     */
    void add(String path) {
        ObjectKey.parse(path).ifPresent(key -> add(key.nodeEpoch(), key.number()));
    }

    private void add(long nodeEpoch, long number) {
        TreeMap<Long, Long> intervals = byEpoch.computeIfAbsent(nodeEpoch, e -> new TreeMap<>());
        if (holds(intervals, number)) {
            return;
        }
        Map.Entry<Long, Long> before = intervals.lowerEntry(number);
        long start = before != null && before.getValue() == number ? before.getKey() : number;
        Long joinedEnd = intervals.remove(number + 1);
        intervals.put(start, joinedEnd == null ? number + 1 : joinedEnd);
    }

    /** Notes that an object was deleted and that nothing owns it. */
    void delete(String path) {
        ObjectKey.parse(path).ifPresent(deleted::add);
        if (deleted.size() > DELETED_KEPT) {
            deleted.removeFirst();
        }
    }

    boolean contains(String path) {
        return ObjectKey.parse(path).filter(this::contains).isPresent();
    }

    /** Returns whether the object was committed and is not one of those deleted last. */
    boolean mayBeOwned(String path) {
        return ObjectKey.parse(path)
                .filter(key -> contains(key) && !deleted.contains(key))
                .isPresent();
    }

    private boolean contains(ObjectKey key) {
        TreeMap<Long, Long> intervals = byEpoch.get(key.nodeEpoch());
        return intervals != null && holds(intervals, key.number());
    }

    private static boolean holds(TreeMap<Long, Long> intervals, long number) {
        Map.Entry<Long, Long> at = intervals.floorEntry(number);
        return at != null && number < at.getValue();
    }

    void writeTo(BinaryWriter out) {
        out.varint(byEpoch.size());
        byEpoch.forEach((nodeEpoch, intervals) -> {
            out.varint(nodeEpoch);
            out.varint(intervals.size());
            long at = 0;
            for (Map.Entry<Long, Long> interval : intervals.entrySet()) {
                out.varint(interval.getKey() - at);
                out.varint(interval.getValue() - interval.getKey());
                at = interval.getValue();
            }
        });
        out.varint(deleted.size());
        for (ObjectKey key : deleted) {
            out.varint(key.nodeId());
            out.varint(key.nodeEpoch());
            out.varint(key.number());
        }
    }

    static ObjectLedger readFrom(BinaryReader in) {
        var ledger = new ObjectLedger();
        int epochs = in.count(4);
        for (int i = 0; i < epochs; i++) {
            long nodeEpoch = in.natural();
            var intervals = new TreeMap<Long, Long>();
            int count = in.count(2);
            long at = 0;
            for (int j = 0; j < count; j++) {
                long start = at + in.natural();
                long end = start + in.natural();
                if (start < at || end <= start || (j > 0 && start == at)) {
                    throw in.corrupt("objects [%d, %d) after %d".formatted(start, end, at));
                }
                intervals.put(start, end);
                at = end;
            }
            if (count == 0 || ledger.byEpoch.put(nodeEpoch, intervals) != null) {
                throw in.corrupt("an impossible ledger of epoch " + nodeEpoch);
            }
        }
        int deletedCount = in.count(3);
        for (int i = 0; i < deletedCount; i++) {
            ledger.deleted.add(
                    new ObjectKey(CoreRecordCodec.int31(in), in.natural(), in.natural()));
        }
        if (deletedCount > DELETED_KEPT || ledger.deleted.size() != deletedCount) {
            throw in.corrupt("an impossible list of %d deleted objects".formatted(deletedCount));
        }
        return ledger;
    }
}
