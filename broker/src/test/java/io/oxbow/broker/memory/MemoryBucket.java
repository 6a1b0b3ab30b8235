package io.oxbow.broker.memory;

import io.oxbow.s3stream.log.ApplicationLog;
import io.oxbow.s3stream.log.format.ApplicationSnapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The shared truth that {@link MemoryMetadataLog}s of several "processes" lead and follow. */
public final class MemoryBucket {

    /** An entry: a takeover (no batch) or a batch. */
    record Slot(int leaderEpoch, MemoryMetadataLog owner, ApplicationLog.@Nullable Batch batch) {}

    final UUID clusterId = UUID.fromString("1b671a64-40d5-491e-99b0-da01ff1f3341");
    final List<Slot> slots = new ArrayList<>();
    final List<MemoryMetadataLog> processes = new ArrayList<>();
    int leaderEpoch;
    @Nullable MemoryMetadataLog leader;
    long endOffset;
    @Nullable ApplicationSnapshot snapshot;

    /** Number of slots put before {@link #snapshot} and gone since. */
    int firstSlot;

    public synchronized MemoryMetadataLog process(int nodeId) {
        var process = new MemoryMetadataLog(this, nodeId);
        processes.add(process);
        return process;
    }

    /** Returns the newest process of each node. */
    synchronized Map<Integer, UUID> incarnations() {
        var newest = new TreeMap<Integer, UUID>();
        processes.forEach(process -> newest.put(process.nodeId(), process.incarnation()));
        return newest;
    }

    synchronized void put(Slot slot) {
        slots.add(slot);
        if (slot.batch() != null) {
            endOffset = slot.batch().nextOffset();
        }
    }

    void wakeAll() {
        List<MemoryMetadataLog> all;
        synchronized (this) {
            all = List.copyOf(processes);
        }
        all.forEach(MemoryMetadataLog::deliverSoon);
    }
}
