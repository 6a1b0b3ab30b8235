package io.oxbow.node.cli.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.oxbow.node.cli.CommandFailure;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.FileMetadata;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.inmemory.InMemoryCatalog;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.Test;

/** Tests the listing of a table's data files. */
class TableFilesTest {

    private final Table table = table();

    private static Table table() {
        var catalog = new InMemoryCatalog();
        catalog.initialize("memory", Map.of("warehouse", "memory://warehouse"));
        catalog.createNamespace(Namespace.of("shop"));
        return catalog.createTable(
                TableIdentifier.of("shop", "orders"),
                new Schema(Types.NestedField.required(1, "id", Types.LongType.get())));
    }

    private static DataFile dataFile(String path) {
        return DataFiles.builder(PartitionSpec.unpartitioned())
                .withPath(path)
                .withFormat("parquet")
                .withFileSizeInBytes(100)
                .withRecordCount(10)
                .build();
    }

    @Test
    void dataFilesOfTheCurrentSnapshotInOrder() {
        table.newAppend().appendFile(dataFile("s3://b/2.parquet")).commit();
        table.newAppend().appendFile(dataFile("file:///a/1%20x.parquet")).commit();
        table.newDelete().deleteFile("s3://b/2.parquet").commit();
        table.newAppend().appendFile(dataFile("s3://b/it's.parquet")).commit();

        List<String> files = TableFiles.files(table, table.currentSnapshot());

        assertThat(files).containsExactly("file:///a/1%20x.parquet", "s3://b/it's.parquet");
        assertThat(TableFiles.expression(files))
                .startsWith("read_parquet(['/a/1 x.parquet', 's3://b/it''s.parquet'], ");
    }

    @Test
    void aTableWithDeleteFilesIsRefused() {
        table.newAppend().appendFile(dataFile("s3://b/1.parquet")).commit();
        table.newRowDelta()
                .addDeletes(
                        FileMetadata.deleteFileBuilder(PartitionSpec.unpartitioned())
                                .ofEqualityDeletes(1)
                                .withPath("s3://b/delete.parquet")
                                .withFormat("parquet")
                                .withFileSizeInBytes(100)
                                .withRecordCount(1)
                                .build())
                .commit();

        assertThatThrownBy(() -> TableFiles.files(table, table.currentSnapshot()))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining("delete files");
    }
}
