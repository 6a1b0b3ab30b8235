package io.oxbow.schema;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A log in memory that can fail in the two ways that matter. */
final class InMemorySchemaLog implements SchemaLog {

    record Entry(long offset, byte @Nullable [] key, byte @Nullable [] value) {}

    enum Fault {
        NONE,
        LOST_RECORD,
        LOST_ANSWER
    }

    private final List<Entry> entries = new ArrayList<>();
    private long endOffset;
    private Fault fault = Fault.NONE;

    synchronized void failNextAppend(Fault next) {
        fault = next;
    }

    @Override
    public synchronized long append(byte @Nullable [] key, byte @Nullable [] value) {
        Fault now = fault;
        fault = Fault.NONE;
        if (now == Fault.LOST_RECORD) {
            throw new SchemaLogException("record lost");
        }
        entries.add(new Entry(endOffset++, key, value));
        if (now == Fault.LOST_ANSWER) {
            throw new SchemaLogException("answer lost");
        }
        return endOffset - 1;
    }

    @Override
    public synchronized long endOffset() {
        return endOffset;
    }

    @Override
    public synchronized long read(long fromOffset, Listener listener) {
        for (Entry entry : entries) {
            if (entry.offset() >= fromOffset) {
                listener.record(entry.offset(), entry.key(), entry.value());
            }
        }
        return endOffset;
    }

    /** As a compacted topic ends up: the last record of each key, deletions gone. */
    synchronized void compact() {
        List<Entry> kept = new ArrayList<>();
        for (int i = 0; i < entries.size(); i++) {
            Entry entry = entries.get(i);
            boolean last =
                    entries.subList(i + 1, entries.size()).stream()
                            .noneMatch(later -> java.util.Arrays.equals(later.key(), entry.key()));
            if (last && entry.value() != null) {
                kept.add(entry);
            }
        }
        entries.clear();
        entries.addAll(kept);
    }

    synchronized List<Entry> entries() {
        return List.copyOf(entries);
    }
}
