package io.oxbow.tableflow.commit;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;
import org.apache.iceberg.DataOperations;
import org.apache.iceberg.HasTableOperations;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotSummary;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableMetadata;
import org.jspecify.annotations.Nullable;

/**
 * A ledger of the rows that others deleted or rewrote, kept in a table's properties, where it
 * outlives their snapshots. Each commit of ours enters what it finds between itself and the commit
 * before.
 *
 * @param entries oldest first
 */
public record ForeignLedger(List<Entry> entries) {

    /** Bound on rows that were never counted. */
    public static final long UNBOUNDED = Long.MAX_VALUE;

    private static final String PROPERTY = "oxbow.foreign-changes";

    /** Property of the rows that the table had after our newest commit. */
    private static final String LIVE_ROWS = "oxbow.live-rows";

    private static final String UNKNOWN = "expired";

    /**
     * Most entries; older ones are added up, as properties are in every version of the metadata.
     */
    private static final int ENTRIES_MAX = 32;

    /**
     * A foreign snapshot, with bounds from its own summary.
     *
     * @param deletedMax the most rows that it can have deleted
     * @param rewrittenMax the most rows that it can have altered: what it wrote anew
     */
    public record Entry(
            long snapshotId,
            long timestampMillis,
            String operation,
            long deletedMax,
            long rewrittenMax) {

        private static Entry parse(String text) {
            String[] words = text.split(":", -1);
            return new Entry(
                    Long.parseLong(words[0]),
                    Long.parseLong(words[1]),
                    words[2],
                    Long.parseLong(words[3]),
                    Long.parseLong(words[4]));
        }

        private String spelling() {
            return "%d:%d:%s:%d:%d"
                    .formatted(snapshotId, timestampMillis, operation, deletedMax, rewrittenMax);
        }

        private Entry and(Entry newer) {
            return new Entry(
                    newer.snapshotId,
                    newer.timestampMillis,
                    newer.operation,
                    sum(deletedMax, newer.deletedMax),
                    sum(rewrittenMax, newer.rewrittenMax));
        }
    }

    public ForeignLedger {
        entries = List.copyOf(entries);
    }

    /** Reads a table's present ledger, the snapshots since our newest commit included. */
    public static ForeignLedger of(Table table) {
        TableMetadata metadata = ((HasTableOperations) table).operations().current();
        return upTo(metadata.currentSnapshot(), metadata);
    }

    /**
     * Returns the properties that a commit of ours sets, given the metadata with its snapshot in
     * it.
     */
    static Map<String, String> carriedOn(TableMetadata updated) {
        Snapshot ours = updated.currentSnapshot();
        if (ours == null) {
            return Map.of();
        }
        ForeignLedger ledger = upTo(parent(updated, ours), updated);
        String live = Long.toString(liveRows(ours));
        return ledger.entries.isEmpty()
                ? Map.of(LIVE_ROWS, live)
                : Map.of(LIVE_ROWS, live, PROPERTY, ledger.spelling());
    }

    private static ForeignLedger upTo(@Nullable Snapshot newest, TableMetadata metadata) {
        Deque<Entry> since = new ArrayDeque<>();
        Snapshot snapshot = newest;
        while (snapshot != null && !TableProgress.isOurs(snapshot)) {
            if (mayTakeRows(snapshot)) {
                since.addFirst(entry(snapshot));
            }
            Snapshot before = parent(metadata, snapshot);
            if (before == null) {
                addWhatExpired(snapshot, metadata, since);
            }
            snapshot = before;
        }
        List<Entry> entries = recorded(metadata);
        entries.addAll(since);
        while (entries.size() > ENTRIES_MAX) {
            entries.set(1, entries.get(0).and(entries.get(1)));
            entries.removeFirst();
        }
        return new ForeignLedger(entries);
    }

    /**
     * Adds an entry by a count of rows: our newest commit was expired, and with it perhaps
     * deletions after it.
     */
    private static void addWhatExpired(
            Snapshot oldest, TableMetadata metadata, Deque<Entry> since) {
        String live = metadata.properties().get(LIVE_ROWS);
        Long parent = oldest.parentId();
        if (live == null || parent == null) {
            return;
        }
        long before =
                liveRows(oldest)
                        + count(oldest, SnapshotSummary.DELETED_RECORDS_PROP)
                        - count(oldest, SnapshotSummary.ADDED_RECORDS_PROP)
                        + count(oldest, SnapshotSummary.ADDED_POS_DELETES_PROP)
                        - count(oldest, SnapshotSummary.REMOVED_POS_DELETES_PROP);
        long gone = Long.parseLong(live) - before;
        if (gone > 0) {
            since.addFirst(new Entry(parent, oldest.timestampMillis(), UNKNOWN, gone, UNBOUNDED));
        }
    }

    private static List<Entry> recorded(TableMetadata metadata) {
        List<Entry> entries = new ArrayList<>();
        String text = metadata.properties().getOrDefault(PROPERTY, "");
        for (String entry : text.isEmpty() ? new String[0] : text.split(",", -1)) {
            entries.add(Entry.parse(entry));
        }
        return entries;
    }

    private String spelling() {
        return String.join(",", entries.stream().map(Entry::spelling).toList());
    }

    private static @Nullable Snapshot parent(TableMetadata metadata, Snapshot snapshot) {
        Long parent = snapshot.parentId();
        return parent == null ? null : metadata.snapshot(parent);
    }

    /**
     * Returns true if a snapshot can have deleted rows; compactions promise to keep all of them.
     */
    public static boolean mayTakeRows(Snapshot snapshot) {
        return !TableProgress.isOurs(snapshot)
                && (DataOperations.DELETE.equals(snapshot.operation())
                        || DataOperations.OVERWRITE.equals(snapshot.operation()));
    }

    private static Entry entry(Snapshot snapshot) {
        long written = count(snapshot, SnapshotSummary.ADDED_RECORDS_PROP);
        long deleted =
                count(snapshot, SnapshotSummary.DELETED_RECORDS_PROP)
                        - written
                        + count(snapshot, SnapshotSummary.ADDED_POS_DELETES_PROP)
                        - count(snapshot, SnapshotSummary.REMOVED_POS_DELETES_PROP);
        // A deletion by equality does not say how many rows it meets.
        boolean counted = count(snapshot, SnapshotSummary.ADDED_EQ_DELETES_PROP) == 0;
        return new Entry(
                snapshot.snapshotId(),
                snapshot.timestampMillis(),
                snapshot.operation(),
                counted ? Math.max(0, deleted) : UNBOUNDED,
                written);
    }

    private static long liveRows(Snapshot snapshot) {
        return count(snapshot, SnapshotSummary.TOTAL_RECORDS_PROP)
                - count(snapshot, SnapshotSummary.TOTAL_POS_DELETES_PROP);
    }

    private static long count(Snapshot snapshot, String property) {
        return Long.parseLong(snapshot.summary().getOrDefault(property, "0"));
    }

    /** Returns the most rows that all of them can have deleted. */
    public long deletedMax() {
        return total(Entry::deletedMax);
    }

    /** Returns the most rows that all of them can have altered. */
    public long rewrittenMax() {
        return total(Entry::rewrittenMax);
    }

    private long total(ToLongFunction<Entry> of) {
        return entries.stream().mapToLong(of).reduce(0, ForeignLedger::sum);
    }

    private static long sum(long a, long b) {
        return a > UNBOUNDED - b ? UNBOUNDED : a + b;
    }
}
