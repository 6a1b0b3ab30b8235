package io.oxbow.node.cli.table;

import io.oxbow.node.cli.Output;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.PartitionField;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotSummary;
import org.apache.iceberg.Table;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/**
 * Facts about a table that are the same whichever node is asked, and however long it runs: they
 * come from the table's own metadata.
 *
 * @param quarantine the table beside it; null when there is none
 */
record TableFacts(Table table, @Nullable Table quarantine) {

    private static long total(@Nullable Table of, String property) {
        Snapshot snapshot = of == null ? null : of.currentSnapshot();
        return snapshot == null
                ? 0
                : Long.parseLong(snapshot.summary().getOrDefault(property, "0"));
    }

    private long rows() {
        return total(table, SnapshotSummary.TOTAL_RECORDS_PROP);
    }

    private long quarantined() {
        return total(quarantine, SnapshotSummary.TOTAL_RECORDS_PROP);
    }

    private long files() {
        return total(table, SnapshotSummary.TOTAL_DATA_FILES_PROP);
    }

    private long bytes() {
        return total(table, SnapshotSummary.TOTAL_FILE_SIZE_PROP);
    }

    private List<String> partitionedBy() {
        return table.spec().fields().stream().map(this::text).toList();
    }

    /** Returns a partition field as a person would write it: {@code day(kafka_timestamp)}. */
    private String text(PartitionField field) {
        String source = table.schema().findColumnName(field.sourceId());
        String transform = field.transform().toString();
        if (transform.equals("identity")) {
            return source;
        }
        int bracket = transform.indexOf('[');
        return bracket < 0
                ? "%s(%s)".formatted(transform, source)
                : "%s(%s, %s)"
                        .formatted(
                                transform.substring(0, bracket),
                                transform.substring(bracket + 1, transform.length() - 1),
                                source);
    }

    private @Nullable String lastCommit() {
        Snapshot snapshot = table.currentSnapshot();
        return snapshot == null
                ? null
                : Instant.ofEpochMilli(snapshot.timestampMillis()).toString();
    }

    /** Returns the time back to which the table can be read as of each commit; null for none. */
    private @Nullable String eachCommitSince() {
        Snapshot oldest = null;
        for (Snapshot snapshot = table.currentSnapshot(); snapshot != null; ) {
            oldest = snapshot;
            Long parent = snapshot.parentId();
            snapshot = parent == null ? null : table.snapshot(parent);
        }
        return oldest == null ? null : Instant.ofEpochMilli(oldest.timestampMillis()).toString();
    }

    /** Returns the time of the oldest state that can be read, by a tag perhaps; null for none. */
    private @Nullable String oldestState() {
        Instant oldest = null;
        for (Snapshot snapshot : table.snapshots()) {
            Instant made = Instant.ofEpochMilli(snapshot.timestampMillis());
            oldest = oldest == null || made.isBefore(oldest) ? made : oldest;
        }
        return oldest == null ? null : oldest.toString();
    }

    private String timeTravel() {
        int count = count(table.snapshots());
        return count == 0
                ? "none"
                : "%,d: any time since %s, one tag an hour (oxbow-hour-...) since %s"
                        .formatted(count, eachCommitSince(), oldestState());
    }

    private static int count(Iterable<Snapshot> snapshots) {
        int count = 0;
        for (Snapshot ignored : snapshots) {
            count++;
        }
        return count;
    }

    Map<String, @Nullable Object> asMap() {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        map.put("rowsTotal", rows());
        map.put("quarantinedTotal", quarantined());
        map.put("dataFiles", files());
        map.put("dataBytes", bytes());
        map.put("lastCommit", lastCommit());
        map.put("snapshots", count(table.snapshots()));
        map.put("anyTimeSince", eachCommitSince());
        map.put("tagsSince", oldestState());
        map.put("location", table.location());
        map.put("partitionedBy", partitionedBy());
        map.put(
                "columns",
                table.schema().columns().stream()
                        .map(column ->
                                Map.of("name", column.name(), "type", column.type().toString()))
                        .toList());
        return map;
    }

    void print(Output output) {
        line(output, "rows", "%,d".formatted(rows()));
        line(output, "quarantined", "%,d".formatted(quarantined()));
        line(output, "data files", "%,d, %s".formatted(files(), size(bytes())));
        String committed = lastCommit();
        line(output, "last commit", committed == null ? "none" : committed);
        line(output, "snapshots", timeTravel());
        line(output, "location", table.location());
        line(output, "partitioned by", String.join(", ", partitionedBy()));
        output.line("columns");
        List<Types.NestedField> columns = table.schema().columns();
        int width = columns.stream().mapToInt(column -> column.name().length()).max().orElse(1);
        for (Types.NestedField column : columns) {
            output.line(
                    "  %s%s  %s%s"
                            .formatted(
                                    column.name(),
                                    " ".repeat(width - column.name().length()),
                                    column.type(),
                                    column.isRequired() ? ", never null" : ""));
        }
    }

    private static void line(Output output, String name, String value) {
        output.line("%-17s %s".formatted(name, value));
    }

    private static String size(long bytes) {
        if (bytes < 1 << 20) {
            return "%.1f KiB".formatted(bytes / 1024.0);
        }
        return bytes < 1 << 30
                ? "%.1f MiB".formatted(bytes / (double) (1 << 20))
                : "%.1f GiB".formatted(bytes / (double) (1 << 30));
    }
}
