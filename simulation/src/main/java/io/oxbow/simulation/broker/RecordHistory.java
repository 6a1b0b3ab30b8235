package io.oxbow.simulation.broker;

import io.oxbow.simulation.kernel.Simulation;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.RecordBatch;

/**
 * History of one partition, as its producers and consumers see it, whichever node serves them. An
 * offset has one batch for ever, from the first ack or the first fetch of it on; a batch has one
 * offset; a producer's batches come in the order of their sequences.
 */
final class RecordHistory {

    /** A batch, by its producer and sequence. */
    record Id(long producer, int sequence) {}

    /** A batch at its place. */
    record Batch(Id id, long baseOffset, long lastOffset, long checksum) {
        long nextOffset() {
            return lastOffset + 1;
        }
    }

    private final Simulation simulation;
    private final String name;
    private final Map<Id, Integer> sent = new HashMap<>();
    private final TreeMap<Long, Id> byOffset = new TreeMap<>();
    private final Map<Id, Long> offsets = new HashMap<>();
    private final Map<Long, TreeMap<Integer, Long>> sequences = new HashMap<>();
    private final Map<Long, Long> checksums = new HashMap<>();
    private final Set<Id> acked = new HashSet<>();

    RecordHistory(Simulation simulation, String name) {
        this.simulation = simulation;
        this.name = name;
    }

    static List<Batch> batchesOf(ByteBuffer records) {
        List<Batch> batches = new ArrayList<>();
        for (RecordBatch each : MemoryRecords.readableRecords(records.duplicate()).batches()) {
            batches.add(
                    new Batch(
                            new Id(each.producerId(), each.baseSequence()),
                            each.baseOffset(),
                            each.lastOffset(),
                            each.checksum()));
        }
        return batches;
    }

    /** Notes a batch before it is sent for the first time. */
    void sending(long producer, int sequence, int count) {
        sent.put(new Id(producer, sequence), count);
    }

    /** Notes that a node has told, or is about to tell, that the batch is durable. */
    void acked(String by, long producer, int sequence, long baseOffset) {
        var id = new Id(producer, sequence);
        place(by, id, baseOffset);
        acked.add(id);
    }

    /** Notes a batch that a node is about to show to a consumer. */
    void shown(String by, Batch batch) {
        Integer count = sent.get(batch.id());
        simulation.check(
                count != null && count == batch.nextOffset() - batch.baseOffset(),
                "%s: %s shows %s, which was never sent so",
                name,
                by,
                batch);
        place(by, batch.id(), batch.baseOffset());
        Long before = checksums.putIfAbsent(batch.baseOffset(), batch.checksum());
        simulation.check(
                before == null || before == batch.checksum(),
                "%s: %s shows other bytes at %d than before",
                name,
                by,
                batch.baseOffset());
    }

    private void place(String by, Id id, long baseOffset) {
        Long before = offsets.putIfAbsent(id, baseOffset);
        simulation.check(
                before == null || before == baseOffset,
                "%s: by %s %s is at %d, was at %d: doubled, or moved",
                name,
                by,
                id,
                baseOffset,
                before == null ? -1 : before);
        if (before != null) {
            return;
        }
        int count = sent.getOrDefault(id, 1);
        var lower = byOffset.lowerEntry(baseOffset + count);
        simulation.check(
                lower == null
                        || lower.getKey() + sent.getOrDefault(lower.getValue(), 1) <= baseOffset,
                "%s: by %s %s is at %d, where %s was acked or shown",
                name,
                by,
                id,
                baseOffset,
                lower);
        byOffset.put(baseOffset, id);
        TreeMap<Integer, Long> own =
                sequences.computeIfAbsent(id.producer(), producer -> new TreeMap<>());
        var earlier = own.lowerEntry(id.sequence());
        var later = own.higherEntry(id.sequence());
        simulation.check(
                (earlier == null || earlier.getValue() < baseOffset)
                        && (later == null || later.getValue() > baseOffset),
                "%s: by %s %s is at %d, between %s and %s: reordered",
                name,
                by,
                id,
                baseOffset,
                earlier,
                later);
        own.put(id.sequence(), baseOffset);
    }

    /** Returns the end below which something was acked or shown. */
    long knownEnd() {
        var last = byOffset.lastEntry();
        return last == null ? 0 : last.getKey() + sent.getOrDefault(last.getValue(), 1);
    }

    /** Checks that a consumer that read everything was shown all that was acked. */
    void checkShown(Set<Id> read, long end) {
        simulation.check(
                read.containsAll(acked),
                "%s: acked, and not there when all is well again: %s, read up to %d",
                name,
                acked.stream().filter(id -> !read.contains(id)).toList(),
                end);
    }

    int ackedCount() {
        return acked.size();
    }
}
