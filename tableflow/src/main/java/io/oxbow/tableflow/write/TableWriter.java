package io.oxbow.tableflow.write;

import io.oxbow.tableflow.TableFlowException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.MetricsConfig;
import org.apache.iceberg.PartitionKey;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.parquet.InternalWriter;
import org.apache.iceberg.encryption.EncryptedOutputFile;
import org.apache.iceberg.io.DataWriter;
import org.apache.iceberg.io.FileAppender;
import org.apache.iceberg.parquet.Parquet;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/** Writes the rows of one round into Parquet files, one open file per table partition. */
public final class TableWriter {

    /** How often memory is looked at: asking a writer for its size costs. */
    private static final int ROWS_PER_CHECK = 512;

    private static final int OPEN_FILES_MAX = 64;

    private final Table table;
    private final PartitionSpec spec;
    private final String fileNamePrefix;
    private final long memoryMax;
    private final long fileSizeMax;
    private final Map<PartitionKey, DataWriter<StructLike>> open = new HashMap<>();
    private final List<DataFile> done = new ArrayList<>();
    private @Nullable Schema schema;
    private @Nullable PartitionKey key;
    private @Nullable PartitionKey lastKey;
    private @Nullable DataWriter<StructLike> lastWriter;
    private int fileCount;
    private long rows;

    /**
     * @param fileNamePrefix unique to the node epoch and the round
     * @param memoryMax what open files may hold in memory together, in bytes
     * @param fileSizeMax a file of about this size is closed, in bytes
     */
    public TableWriter(Table table, String fileNamePrefix, long memoryMax, long fileSizeMax) {
        this.table = table;
        this.spec = table.spec();
        this.fileNamePrefix = fileNamePrefix;
        this.memoryMax = memoryMax;
        this.fileSizeMax = fileSizeMax;
    }

    /** Rows from now on are of this schema; files of an earlier one are closed. */
    public void use(Schema newSchema) {
        if (schema != newSchema) {
            closeAll();
            schema = newSchema;
            key = new PartitionKey(spec, newSchema);
        }
    }

    public void write(Row row) {
        PartitionKey rowKey = key;
        if (rowKey == null) {
            throw new IllegalStateException("rows need a schema first");
        }
        rowKey.partition(row);
        writer(rowKey).write(row);
        if (++rows % ROWS_PER_CHECK == 0) {
            bound();
        }
    }

    private DataWriter<StructLike> writer(PartitionKey rowKey) {
        DataWriter<StructLike> last = lastWriter;
        if (last != null && rowKey.equals(lastKey)) {
            return last;
        }
        DataWriter<StructLike> writer = open.get(rowKey);
        PartitionKey copy = rowKey.copy();
        if (writer == null) {
            if (open.size() >= OPEN_FILES_MAX) {
                closeGreatest();
            }
            writer = newWriter(copy);
            open.put(copy, writer);
        }
        lastKey = copy;
        lastWriter = writer;
        return writer;
    }

    private DataWriter<StructLike> newWriter(PartitionKey partition) {
        String name = "%s-%05d.parquet".formatted(fileNamePrefix, fileCount++);
        String location =
                spec.isUnpartitioned()
                        ? table.locationProvider().newDataLocation(name)
                        : table.locationProvider().newDataLocation(spec, partition, name);
        EncryptedOutputFile file = table.encryption().encrypt(table.io().newOutputFile(location));
        return new DataWriter<>(
                appender(file), FileFormat.PARQUET, location, spec, partition, file.keyMetadata());
    }

    private FileAppender<StructLike> appender(EncryptedOutputFile file) {
        Schema rowSchema = java.util.Objects.requireNonNull(schema);
        Parquet.WriteBuilder builder =
                Parquet.write(file.encryptingOutputFile())
                        .schema(rowSchema)
                        .setAll(table.properties())
                        .metricsConfig(MetricsConfig.forTable(table))
                        .createWriterFunc(InternalWriter::createWriter)
                        .overwrite();
        for (Types.NestedField column : rowSchema.columns()) {
            // Parquet's dictionary hashes bytes so that big-endian numbers, which keys often are,
            // collide in their thousands: it would cost more than all the rest together.
            if (column.type() instanceof Types.BinaryType) {
                builder.withDictionaryEncoding(column.name(), false);
            }
        }
        try {
            return builder.build();
        } catch (IOException e) {
            throw TableFlowException.retryable(
                    "cannot open " + file.encryptingOutputFile().location(), e);
        }
    }

    private void bound() {
        DataWriter<StructLike> last = lastWriter;
        if (last != null && last.length() >= fileSizeMax) {
            close(java.util.Objects.requireNonNull(lastKey));
        }
        while (bufferedBytes() > memoryMax && !open.isEmpty()) {
            closeGreatest();
        }
    }

    private long bufferedBytes() {
        return open.values().stream().mapToLong(DataWriter::length).sum();
    }

    private void closeGreatest() {
        open.entrySet().stream()
                .max(Comparator.comparingLong(entry -> entry.getValue().length()))
                .map(Map.Entry::getKey)
                .ifPresent(this::close);
    }

    private void close(PartitionKey partition) {
        DataWriter<StructLike> writer = open.remove(partition);
        lastKey = null;
        lastWriter = null;
        if (writer == null) {
            return;
        }
        try {
            writer.close();
        } catch (IOException e) {
            throw TableFlowException.retryable("a data file could not be written", e);
        }
        done.add(writer.toDataFile());
    }

    private void closeAll() {
        for (PartitionKey partition : List.copyOf(open.keySet())) {
            close(partition);
        }
    }

    /** Rows written so far. */
    public long rows() {
        return rows;
    }

    /** Closes all files and names them; a writer that was not completed leaves only orphans. */
    public List<DataFile> complete() {
        closeAll();
        return List.copyOf(done);
    }
}
