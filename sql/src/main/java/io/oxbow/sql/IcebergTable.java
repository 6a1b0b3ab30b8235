package io.oxbow.sql;

import java.util.List;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.util.SnapshotUtil;
import org.jspecify.annotations.Nullable;

/** An Iceberg table at one snapshot, read by Iceberg's generic reader. */
final class IcebergTable extends SourceTable {

    private final Table table;
    private final @Nullable Snapshot snapshot;
    private final boolean current;
    private final Schema schema;

    /**
     * @param snapshotId null for the current one
     */
    IcebergTable(Table table, @Nullable Long snapshotId) {
        this.table = table;
        this.snapshot = snapshotId == null ? table.currentSnapshot() : table.snapshot(snapshotId);
        this.current = snapshotId == null;
        this.schema =
                snapshotId == null ? table.schema() : SnapshotUtil.schemaFor(table, snapshotId);
    }

    @Override
    Schema schema() {
        return schema;
    }

    @Override
    double rowCount() {
        return snapshot == null ? 0 : TableName.rowCount(snapshot.summary());
    }

    @Override
    boolean takesFilters() {
        return true;
    }

    @Override
    CloseableIterable<@Nullable Object[]> rows(ScanRequest request) {
        if (snapshot == null) {
            return CloseableIterable.empty();
        }
        List<Types.NestedField> fields =
                request.columns().stream().map(schema.columns()::get).toList();
        IcebergGenerics.ScanBuilder scan = IcebergGenerics.read(table);
        if (!current) {
            // names a snapshot, and with it the schema of its time
            scan.useSnapshot(snapshot.snapshotId());
        }
        CloseableIterable<Record> records =
                scan.where(request.filter())
                        .project(request.projection(schema))
                        .reuseContainers()
                        .build();
        Types.StructType row = Types.StructType.of(fields);
        return CloseableIterable.transform(records, record -> InternalValues.struct(row, record));
    }
}
