package io.oxbow.broker.group;

import io.oxbow.s3stream.memory.MemoryBudget;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.coordinator.common.runtime.CoordinatorRecord;
import org.apache.kafka.coordinator.group.generated.OffsetCommitKey;
import org.apache.kafka.coordinator.group.generated.OffsetCommitValue;

/**
 * Ledger of the notes on committed offsets (Kafka calls them metadata), which the coordinator keeps
 * with the offsets, as they stand in the group log. Thread-safe.
 *
 * <p>Short notes do not count, and are always taken: there is one to a partition of a group, which
 * is no request but data.
 */
final class NoteMemory {

    /** Longest note that is not counted. */
    private static final int SHORT_CHARS = 64;

    /** Heap of a note's entry here. */
    private static final int ENTRY_BYTES = 256;

    private record Noted(String group, String topic, int partition) {}

    private final MemoryBudget budget;
    private final Map<TopicPartition, Map<Noted, Integer>> notes = new HashMap<>();

    /**
     * @param budget of which notes may take half
     */
    NoteMemory(MemoryBudget budget) {
        this.budget = budget.share(Math.max(1, budget.bytesMax() / 2));
    }

    /** Returns true if a note can be taken now. */
    boolean hasRoomFor(String note) {
        return note.length() <= SHORT_CHARS || bytes(note) <= budget.roomBytes();
    }

    /** Counts what a record of a partition of the group log says. */
    synchronized void record(TopicPartition log, CoordinatorRecord record) {
        if (record.key() instanceof OffsetCommitKey key) {
            int bytes =
                    record.value() != null
                                    && record.value().message() instanceof OffsetCommitValue value
                            ? bytes(value.metadata())
                            : 0;
            Map<Noted, Integer> of = notes.computeIfAbsent(log, _ -> new HashMap<>());
            var noted = new Noted(key.group(), key.topic(), key.partition());
            Integer before = bytes == 0 ? of.remove(noted) : of.put(noted, bytes);
            budget.reserveBeyond(bytes);
            budget.release(before == null ? 0 : before);
        }
    }

    private static int bytes(String note) {
        return note.length() <= SHORT_CHARS ? 0 : note.length() + ENTRY_BYTES;
    }

    /** Forgets a partition of the group log that is not led here any more. */
    synchronized void forget(TopicPartition log) {
        Map<Noted, Integer> of = notes.remove(log);
        if (of != null) {
            budget.release(of.values().stream().mapToLong(Integer::longValue).sum());
        }
    }
}
