package io.oxbow.tableflow.write;

import io.oxbow.s3stream.S3StreamException;
import io.oxbow.tableflow.TableFlowException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.Table;
import org.apache.iceberg.encryption.EncryptedOutputFile;
import org.apache.iceberg.io.DataWriter;
import org.jspecify.annotations.Nullable;

/** Writes the rows of one round into Parquet files, one open file per table partition. */
public final class TableWriter {

    /** Most rows between two checks of memory: asking a writer for its size costs. */
    private static final int ROWS_PER_CHECK = 512;

    private static final long BYTES_PER_CHECK = 4L << 20;

    private static final int OPEN_FILES_MAX = 64;

    /** Longest path of a partition as directories: local file systems take 255 bytes a name. */
    private static final int PATH_LENGTH_MAX = 200;

    private final Table table;
    private final ParquetFiles files;
    private final PartitionSpec spec;
    private final String fileNamePrefix;
    private final long memoryMax;
    private final long fileSizeMax;
    private final Map<StructLike, DataWriter<StructLike>> open = new HashMap<>();
    private final List<DataFile> done = new ArrayList<>();
    private @Nullable Schema schema;
    private @Nullable StructLike lastKey;
    private @Nullable DataWriter<StructLike> lastWriter;
    private int fileCount;
    private long rows;
    private long bytesSinceCheck;

    /**
     * @param fileNamePrefix unique to the node epoch and the round
     * @param memoryMax what open files may hold in memory together, in bytes
     * @param fileSizeMax a file of about this size is closed, in bytes
     */
    public TableWriter(Table table, String fileNamePrefix, long memoryMax, long fileSizeMax) {
        this(table, table.spec(), fileNamePrefix, memoryMax, fileSizeMax);
    }

    /**
     * @param spec that files are partitioned by; one of the table's
     */
    public TableWriter(
            Table table,
            PartitionSpec spec,
            String fileNamePrefix,
            long memoryMax,
            long fileSizeMax) {
        this.table = table;
        this.files = new ParquetFiles(table);
        this.spec = spec;
        this.fileNamePrefix = fileNamePrefix;
        this.memoryMax = memoryMax;
        this.fileSizeMax = fileSizeMax;
    }

    /** Sets the schema of rows from now on; files of an earlier one are closed. */
    public void use(Schema newSchema) {
        if (schema != newSchema) {
            closeAll();
            schema = newSchema;
        }
    }

    /**
     * Writes a row of the schema in use.
     *
     * @param bytes of memory that the row takes, about
     * @throws RowsRefusedException when that spoilt a file
     */
    public void write(StructLike row, StructLike partition, long bytes) {
        DataWriter<StructLike> writer = writer(partition);
        try {
            writer.write(row);
        } catch (RuntimeException | StackOverflowError e) {
            throw spoilt(e);
        }
        rows++;
        bytesSinceCheck += bytes;
        if (rows % ROWS_PER_CHECK == 0 || bytesSinceCheck >= BYTES_PER_CHECK) {
            bytesSinceCheck = 0;
            bound();
        }
    }

    /** Returns the exception for a failed write; storage that fails is no fault of any row. */
    private static RuntimeException spoilt(Throwable e) {
        return e instanceof TableFlowException
                        || e instanceof UncheckedIOException
                        || e instanceof S3StreamException
                ? (RuntimeException) e
                : new RowsRefusedException(e);
    }

    private DataWriter<StructLike> writer(StructLike partition) {
        DataWriter<StructLike> last = lastWriter;
        if (last != null && (partition == lastKey || partition.equals(lastKey))) {
            lastKey = partition; // rows that follow mostly share the object: no comparison
            return last;
        }
        DataWriter<StructLike> writer = open.get(partition);
        if (writer == null) {
            if (open.size() >= OPEN_FILES_MAX) {
                closeGreatest();
            }
            writer = newWriter(partition);
            open.put(partition, writer);
        }
        lastKey = partition;
        lastWriter = writer;
        return writer;
    }

    private DataWriter<StructLike> newWriter(StructLike partition) {
        String name = "%s-%05d.parquet".formatted(fileNamePrefix, fileCount++);
        String location =
                spec.isUnpartitioned() || !isPath(spec.partitionToPath(partition))
                        ? table.locationProvider().newDataLocation(name)
                        : table.locationProvider().newDataLocation(spec, partition, name);
        EncryptedOutputFile file = table.encryption().encrypt(table.io().newOutputFile(location));
        return new DataWriter<>(
                files.open(file.encryptingOutputFile(), Objects.requireNonNull(schema)),
                FileFormat.PARQUET,
                location,
                spec,
                partition,
                file.keyMetadata());
    }

    /**
     * Returns true if every store takes the partition as directories; a file's place means nothing
     * to a table.
     */
    private static boolean isPath(String partition) {
        return partition.length() <= PATH_LENGTH_MAX;
    }

    private void bound() {
        DataWriter<StructLike> last = lastWriter;
        if (last != null && last.length() >= fileSizeMax) {
            close(Objects.requireNonNull(lastKey));
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

    private void close(StructLike partition) {
        DataWriter<StructLike> writer = open.remove(partition);
        lastKey = null;
        lastWriter = null;
        if (writer == null) {
            return;
        }
        try {
            writer.close();
            done.add(writer.toDataFile());
        } catch (IOException e) {
            throw TableFlowException.retryable("a data file could not be written", e);
        } catch (RuntimeException | StackOverflowError e) {
            throw spoilt(e);
        }
    }

    private void closeAll() {
        for (StructLike partition : List.copyOf(open.keySet())) {
            close(partition);
        }
    }

    /** Returns the number of rows written so far. */
    public long rows() {
        return rows;
    }

    /** Closes all files and returns them; a writer that was not completed leaves only orphans. */
    public List<DataFile> complete() {
        closeAll();
        return List.copyOf(done);
    }
}
