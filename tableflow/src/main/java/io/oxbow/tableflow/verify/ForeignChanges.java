package io.oxbow.tableflow.verify;

import io.oxbow.tableflow.commit.ForeignLedger;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.exceptions.NotFoundException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells rows that others changed from rows that were lost. A row was changed by others if it was
 * right in the snapshot before their deletion or overwriting, and not in that one. A compaction
 * promises to change no row, so it explains nothing. Where the snapshot before was expired, nobody
 * can tell row by row any more; the {@link ForeignLedger} says how many rows it can have been.
 */
final class ForeignChanges {

    private static final Logger LOG = LoggerFactory.getLogger(ForeignChanges.class);

    private final Table table;
    private final Map<Snapshot, long[]> counts = new LinkedHashMap<>();
    private final Set<Long> unreadable = new HashSet<>();

    /** Reads the rows of a window as a snapshot had them. */
    @FunctionalInterface
    interface Rows {
        void read(long snapshotId, Consumer<Record> rows);
    }

    ForeignChanges(Table table) {
        this.table = table;
        for (Snapshot snapshot = table.currentSnapshot();
                snapshot != null;
                snapshot = parent(snapshot)) {
            if (ForeignLedger.mayTakeRows(snapshot) && parent(snapshot) != null) {
                counts.put(snapshot, new long[2]);
            }
        }
    }

    private @Nullable Snapshot parent(Snapshot snapshot) {
        Long id = snapshot.parentId();
        return id == null ? null : table.snapshot(id);
    }

    /** Marks those of a window's suspects that others changed. */
    void explain(Comparison comparison, long from, RecordHashes hashes, Rows rows) {
        BitSet left = comparison.suspects();
        for (Map.Entry<Snapshot, long[]> change : counts.entrySet()) {
            if (left.isEmpty()) {
                return;
            }
            Snapshot before = parent(change.getKey());
            if (before == null) {
                continue;
            }
            try {
                BitSet taken = right(before, left, comparison, from, hashes, rows);
                if (!taken.isEmpty()) {
                    taken.andNot(right(change.getKey(), left, comparison, from, hashes, rows));
                }
                left.andNot(taken);
                taken.stream()
                        .forEach(at -> {
                            change.getValue()[comparison.isDiffering(from + at) ? 1 : 0]++;
                            comparison.explain(from + at);
                        });
            } catch (NotFoundException e) {
                LOG.info("snapshot {} has lost files and explains nothing", before.snapshotId(), e);
                unreadable.add(change.getKey().snapshotId());
            }
        }
    }

    /** Returns those offsets whose row was right in a snapshot. */
    private static BitSet right(
            Snapshot snapshot,
            BitSet among,
            Comparison comparison,
            long from,
            RecordHashes hashes,
            Rows rows) {
        BitSet right = new BitSet();
        rows.read(
                snapshot.snapshotId(),
                row -> {
                    long offset = hashes.offset(row);
                    int at = (int) (offset - from);
                    if (among.get(at) && comparison.wasRight(offset, hashes.row(row))) {
                        right.set(at);
                    }
                });
        return right;
    }

    /** Returns the changes that could not be compared with the snapshot before them. */
    ForeignLedger notCompared() {
        Set<Long> compared = new HashSet<>();
        counts.keySet().forEach(snapshot -> compared.add(snapshot.snapshotId()));
        compared.removeAll(unreadable);
        return new ForeignLedger(
                ForeignLedger.of(table).entries().stream()
                        .filter(entry -> !compared.contains(entry.snapshotId()))
                        .toList());
    }

    /** Returns the changes found, oldest first. */
    List<VerifyResult.ForeignChange> found() {
        List<VerifyResult.ForeignChange> found = new ArrayList<>();
        counts.forEach((snapshot, count) -> {
            if (count[0] + count[1] > 0) {
                found.add(
                        new VerifyResult.ForeignChange(
                                snapshot.snapshotId(),
                                snapshot.timestampMillis(),
                                snapshot.operation(),
                                count[0],
                                count[1]));
            }
        });
        return List.copyOf(found.reversed());
    }
}
