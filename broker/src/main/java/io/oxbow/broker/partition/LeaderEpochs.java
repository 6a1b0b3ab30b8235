package io.oxbow.broker.partition;

import io.oxbow.broker.partition.PartitionHistory.EpochEnd;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * The start offset of each leader epoch. Changed under the partition's lock, read from anywhere:
 * every change replaces the list, whose epochs and offsets grow strictly.
 */
final class LeaderEpochs {

    /** The offset at which a leader epoch began. */
    record EpochStart(int epoch, long startOffset) {}

    private volatile List<EpochStart> starts = List.of();

    /**
     * Begins an epoch, and removes those that would begin at or after it: they never wrote
     * anything.
     */
    void begin(int epoch, long startOffset) {
        List<EpochStart> current = starts;
        if (!current.isEmpty() && current.getLast().epoch() >= epoch) {
            return;
        }
        var changed = new ArrayList<>(current);
        while (!changed.isEmpty() && changed.getLast().startOffset() >= startOffset) {
            changed.removeLast();
        }
        changed.add(new EpochStart(epoch, startOffset));
        starts = List.copyOf(changed);
    }

    /** Removes epochs whose records all lie before the offset: these are gone. */
    void trim(long startOffset) {
        List<EpochStart> current = starts;
        int first = 0;
        while (first + 1 < current.size() && current.get(first + 1).startOffset() <= startOffset) {
            first++;
        }
        if (current.isEmpty() || current.get(first).startOffset() >= startOffset && first == 0) {
            return;
        }
        var changed = new ArrayList<>(current.subList(first, current.size()));
        EpochStart head = changed.getFirst();
        changed.set(0, new EpochStart(head.epoch(), Math.max(head.startOffset(), startOffset)));
        starts = List.copyOf(changed);
    }

    void restore(List<EpochStart> restored) {
        starts = List.copyOf(restored);
    }

    List<EpochStart> snapshot() {
        return starts;
    }

    OptionalInt at(long offset) {
        List<EpochStart> current = starts;
        for (EpochStart start : current.reversed()) {
            if (start.startOffset() <= offset) {
                return OptionalInt.of(start.epoch());
            }
        }
        return OptionalInt.empty();
    }

    EpochEnd endOffsetFor(int epoch, long logEndOffset) {
        List<EpochStart> current = starts;
        if (epoch < 0 || current.isEmpty() || epoch > current.getLast().epoch()) {
            return EpochEnd.UNDEFINED;
        }
        if (epoch == current.getLast().epoch()) {
            return new EpochEnd(epoch, logEndOffset);
        }
        int next = 0;
        while (current.get(next).epoch() <= epoch) {
            next++;
        }
        int found = next == 0 ? epoch : current.get(next - 1).epoch();
        return new EpochEnd(found, current.get(next).startOffset());
    }
}
