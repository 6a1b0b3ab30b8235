package io.oxbow.sql;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.calcite.schema.Table;
import org.apache.iceberg.MetadataTableType;
import org.apache.iceberg.MetadataTableUtils;
import org.apache.iceberg.SnapshotRef;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.util.SnapshotUtil;

/** Names of tables, with what may follow: {@code t@SNAPSHOT} and {@code t$METADATA_TABLE}. */
final class TableName {

    /** After the at sign: a point in time, in milliseconds. Not a name that a person would give. */
    static final String AS_OF_TIME = "asof:";

    private TableName() {}

    static Optional<Table> find(QueryScope scope, Namespace namespace, String name) {
        Optional<org.apache.iceberg.Table> plain = scope.table(namespace, name);
        if (plain.isPresent()) {
            return Optional.of(new IcebergTable(plain.get(), null));
        }
        int at = name.lastIndexOf('@');
        if (at > 0) {
            return scope.table(namespace, name.substring(0, at))
                    .map(table -> new IcebergTable(table, snapshot(table, name.substring(at + 1))));
        }
        int dollar = name.lastIndexOf('$');
        if (dollar > 0) {
            MetadataTableType type = MetadataTableType.from(name.substring(dollar + 1));
            if (type != null) {
                return scope.table(namespace, name.substring(0, dollar))
                        .map(table -> metadata(table, type));
            }
        }
        return Optional.empty();
    }

    private static Table metadata(org.apache.iceberg.Table table, MetadataTableType type) {
        return new MetadataTable(MetadataTableUtils.createMetadataTableInstance(table, type));
    }

    private static long snapshot(org.apache.iceberg.Table table, String version) {
        if (version.startsWith(AS_OF_TIME)) {
            return asOf(table, Long.parseLong(version.substring(AS_OF_TIME.length())));
        }
        SnapshotRef ref = table.refs().get(version);
        if (ref == null) {
            ref = table.refs().get(version.toLowerCase(Locale.ROOT));
        }
        if (ref != null) {
            return ref.snapshotId();
        }
        if (version.matches("\\d{1,19}") && table.snapshot(parse(version)) != null) {
            return parse(version);
        }
        throw new QueryException(
                "Table %s has no snapshot, branch or tag %s; \"%s$snapshots\" and \"%s$refs\" list them"
                        .formatted(table.name(), version, simple(table), simple(table)));
    }

    private static long parse(String digits) {
        return new java.math.BigInteger(digits).longValue();
    }

    private static long asOf(org.apache.iceberg.Table table, long millis) {
        Long snapshot = SnapshotUtil.nullableSnapshotIdAsOfTime(table, millis);
        if (snapshot == null) {
            throw new QueryException(
                    "Table %s has no snapshot as old as %s"
                            .formatted(table.name(), java.time.Instant.ofEpochMilli(millis)));
        }
        return snapshot;
    }

    private static String simple(org.apache.iceberg.Table table) {
        return table.name().substring(table.name().lastIndexOf('.') + 1);
    }

    /** The properties of a snapshot that tell how many rows it has; a guess when they don't. */
    static double rowCount(Map<String, String> summary) {
        String records = summary.get(org.apache.iceberg.SnapshotSummary.TOTAL_RECORDS_PROP);
        return records == null ? 1000 : Math.max(1, Double.parseDouble(records));
    }
}
