package io.oxbow.s3stream.image;

import io.oxbow.s3stream.binary.BinaryReader;
import io.oxbow.s3stream.binary.BinaryWriter;
import io.oxbow.s3stream.object.ObjectKey;
import java.util.Map;
import java.util.TreeMap;

/**
 * Which objects were ever committed: per node epoch, the numbers of its objects, as intervals. It
 * outlives both the objects' rows in the image and the epochs, because an object that the image no
 * longer names may be owned by a composite: only what is missing here is garbage. Not thread-safe.
 */
final class ObjectLedger {

    /** Per epoch: first number of an interval to the number after its last. */
    private final TreeMap<Long, TreeMap<Long, Long>> byEpoch = new TreeMap<>();

    /** A key that is not an {@link ObjectKey} is nobody's orphan, and not kept. */
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

    boolean contains(String path) {
        return ObjectKey.parse(path)
                .filter(key -> {
                    TreeMap<Long, Long> intervals = byEpoch.get(key.nodeEpoch());
                    return intervals != null && holds(intervals, key.number());
                })
                .isPresent();
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
        return ledger;
    }
}
