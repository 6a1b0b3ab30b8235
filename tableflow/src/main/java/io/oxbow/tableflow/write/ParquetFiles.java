package io.oxbow.tableflow.write;

import io.oxbow.tableflow.TableFlowException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URL;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.MetricsConfig;
import org.apache.iceberg.Schema;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.parquet.InternalWriter;
import org.apache.iceberg.inmemory.InMemoryOutputFile;
import org.apache.iceberg.io.FileAppender;
import org.apache.iceberg.io.OutputFile;
import org.apache.iceberg.parquet.Parquet;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/** Opens Parquet files for a table's rows. */
public final class ParquetFiles {

    /** Columns of the types that Parquet's writers treat differently. */
    private static final Schema SAMPLE =
            new Schema(
                    Types.NestedField.optional(1, "number", Types.LongType.get()),
                    Types.NestedField.optional(2, "text", Types.StringType.get()),
                    Types.NestedField.optional(3, "share", Types.DoubleType.get()),
                    Types.NestedField.optional(4, "truth", Types.BooleanType.get()));

    private static final int SAMPLE_ROWS = 200;

    /**
     * Hides Hadoop's defaults, of which no file needs any. Otherwise Hadoop reads them for each
     * file, a hundred kilobytes of XML, which takes as long as to write a small one.
     */
    private static final ClassLoader WITHOUT_DEFAULTS =
            new ClassLoader(ParquetFiles.class.getClassLoader()) {
                @Override
                public @Nullable URL getResource(String name) {
                    return name.startsWith("core-") ? null : super.getResource(name);
                }
            };

    private final Table table;

    public ParquetFiles(Table table) {
        this.table = table;
    }

    FileAppender<StructLike> open(OutputFile file, Schema schema) {
        Parquet.WriteBuilder builder =
                Parquet.write(file)
                        .schema(schema)
                        .setAll(table.properties())
                        .metricsConfig(MetricsConfig.forTable(table))
                        .createWriterFunc(InternalWriter::createWriter)
                        .overwrite();
        for (Types.NestedField column : schema.columns()) {
            // Parquet's dictionary hashes bytes so that big-endian numbers, which keys often are,
            // collide in their thousands: it would cost more than all the rest together.
            if (column.type() instanceof Types.BinaryType) {
                builder.withDictionaryEncoding(column.name(), false);
            }
        }
        Thread thread = Thread.currentThread();
        ClassLoader usual = thread.getContextClassLoader();
        try {
            thread.setContextClassLoader(WITHOUT_DEFAULTS);
            return builder.build();
        } catch (IOException e) {
            throw TableFlowException.retryable("cannot open " + file.location(), e);
        } finally {
            thread.setContextClassLoader(usual);
        }
    }

    /** Writes rows to nowhere; returns the failure, or null if a file would hold them. */
    public @Nullable Throwable tryWrite(Schema schema, List<Row> rows) {
        try {
            FileAppender<StructLike> file = open(new InMemoryOutputFile(), schema);
            try (file) {
                rows.forEach(file::add);
            }
            file.metrics();
            return null;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (RuntimeException | StackOverflowError e) {
            return e;
        }
    }

    /**
     * Writes a few rows to nowhere by a table's properties; returns the failure, or null if there
     * is none.
     */
    public static @Nullable Throwable tryOut(Map<String, String> properties) {
        try (FileAppender<StructLike> file =
                Parquet.write(new InMemoryOutputFile())
                        .schema(SAMPLE)
                        .setAll(properties)
                        .metricsConfig(MetricsConfig.fromProperties(properties))
                        .createWriterFunc(InternalWriter::createWriter)
                        .overwrite()
                        .build()) {
            for (int i = 0; i < SAMPLE_ROWS; i++) {
                Row row = new Row(4);
                row.put(0, (long) i);
                row.put(1, "row " + i);
                row.put(2, i / 7.0);
                row.put(3, i % 3 == 0);
                file.add(row);
            }
            return null;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (RuntimeException e) {
            return e;
        }
    }
}
