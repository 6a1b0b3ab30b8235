package io.oxbow.sql;

import java.util.List;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Schema;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.Table;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/** One of Iceberg's metadata tables. */
final class MetadataTable extends SourceTable {

    private static final double ASSUMED_ROWS = 100;

    private final Table table;

    MetadataTable(Table table) {
        this.table = table;
    }

    @Override
    Schema schema() {
        return table.schema();
    }

    @Override
    double rowCount() {
        return ASSUMED_ROWS;
    }

    @Override
    CloseableIterable<@Nullable Object[]> rows(ScanRequest request) {
        CloseableIterable<FileScanTask> tasks = table.newScan().planFiles();
        List<Types.NestedField> all = table.schema().columns();
        return CloseableIterable.transform(
                CloseableIterable.concat(
                        CloseableIterable.transform(tasks, task -> task.asDataTask().rows())),
                row -> convert(request, all, row));
    }

    private static @Nullable Object[] convert(
            ScanRequest request, List<Types.NestedField> all, StructLike row) {
        @Nullable Object[] values = new @Nullable Object[request.columns().size()];
        for (int i = 0; i < values.length; i++) {
            int column = request.columns().get(i);
            values[i] = InternalValues.of(all.get(column).type(), row.get(column, Object.class));
        }
        return values;
    }
}
