package io.oxbow.tableflow.tend;

import java.util.Map;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.MetadataColumns;
import org.apache.iceberg.Schema;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.TableUtil;
import org.apache.iceberg.data.DeleteFilter;
import org.apache.iceberg.data.parquet.InternalReader;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.mapping.NameMappingParser;
import org.apache.iceberg.parquet.Parquet;
import org.apache.iceberg.util.PartitionUtil;

/** Reads the live rows of a table's data files in Iceberg's internal representation. */
final class RowReader {

    private static final int FORMAT_WITH_LINEAGE = 3;

    private final Table table;
    private final Schema schema;

    RowReader(Table table) {
        this.table = table;
        this.schema =
                TableUtil.formatVersion(table) >= FORMAT_WITH_LINEAGE
                        ? MetadataColumns.schemaWithRowLineage(table.schema())
                        : table.schema();
    }

    /** Returns the schema of the rows: the table's, and the lineage of rows where it has one. */
    Schema schema() {
        return schema;
    }

    /** Returns the rows of a file that no delete file deletes. */
    CloseableIterable<StructLike> rows(FileScanTask task) {
        RowDeletes deletes = new RowDeletes(task);
        Schema read = deletes.requiredSchema();
        Map<Integer, ?> constants = PartitionUtil.constantsMap(task);
        Parquet.ReadBuilder builder =
                Parquet.read(input(task.file().location(), task.file().fileSizeInBytes()))
                        .project(read)
                        .createReaderFunc(file -> InternalReader.create(read, file, constants));
        String mapping = table.properties().get(TableProperties.DEFAULT_NAME_MAPPING);
        if (mapping != null) {
            builder = builder.withNameMapping(NameMappingParser.fromJson(mapping));
        }
        return deletes.filter(builder.build());
    }

    private InputFile input(String location, long length) {
        return table.io().newInputFile(location, length);
    }

    private final class RowDeletes extends DeleteFilter<StructLike> {

        RowDeletes(FileScanTask task) {
            super(task.file().location(), task.deletes(), table.schema(), schema);
        }

        @Override
        protected StructLike asStructLike(StructLike row) {
            return row;
        }

        @Override
        protected InputFile getInputFile(String location) {
            return table.io().newInputFile(location);
        }
    }
}
