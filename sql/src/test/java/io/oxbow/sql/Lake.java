package io.oxbow.sql;

import io.javalin.Javalin;
import io.oxbow.catalog.CatalogRoutes;
import io.oxbow.catalog.PointerCatalog;
import io.oxbow.catalog.TablePointers;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.PartitionKey;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.RowDelta;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.GenericFileWriterFactory;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.InternalRecordWrapper;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.deletes.EqualityDeleteWriter;
import org.apache.iceberg.deletes.PositionDelete;
import org.apache.iceberg.deletes.PositionDeleteWriter;
import org.apache.iceberg.io.DataWriter;
import org.apache.iceberg.io.OutputFileFactory;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/** Tables on a local directory, behind the real catalog on a real server. */
final class Lake implements AutoCloseable {

    private final PointerCatalog catalog;
    private final Javalin server;
    private final SqlEngine engine;
    private int files;

    Lake(Path directory) {
        catalog =
                new PointerCatalog(
                        new PointerCatalog.Settings("lake", directory.toUri().toString(), Map.of()),
                        new Pointers(),
                        new LocalFileIO());
        catalog.createNamespace(Namespace.of("default"));
        server =
                Javalin.create(
                                config -> {
                                    config.concurrency.useVirtualThreads = true;
                                    config.startup.showJavalinBanner = false;
                                    CatalogRoutes.register(
                                            catalog,
                                            config,
                                            new CatalogRoutes.Settings("/iceberg", Map.of()));
                                })
                        .start("127.0.0.1", 0);
        engine = SqlEngine.open("http://127.0.0.1:" + server.port() + "/iceberg", Map.of());
    }

    SqlEngine engine() {
        return engine;
    }

    PointerCatalog catalog() {
        return catalog;
    }

    Table create(String name, Schema schema) {
        return create(name, schema, PartitionSpec.unpartitioned());
    }

    Table create(String name, Schema schema, PartitionSpec spec) {
        TableIdentifier identifier = TableIdentifier.parse(name);
        String[] levels = identifier.namespace().levels();
        for (int i = 1; i <= levels.length; i++) {
            Namespace namespace = Namespace.of(java.util.Arrays.copyOf(levels, i));
            if (!catalog.namespaceExists(namespace)) {
                catalog.createNamespace(namespace);
            }
        }
        return catalog.createTable(identifier, schema, spec, Map.of("format-version", "2"));
    }

    static Record row(Schema schema, @Nullable Object... values) {
        GenericRecord record = GenericRecord.create(schema);
        for (int i = 0; i < values.length; i++) {
            record.set(i, values[i]);
        }
        return record;
    }

    static Record struct(Types.StructType type, @Nullable Object... values) {
        GenericRecord record = GenericRecord.create(type);
        for (int i = 0; i < values.length; i++) {
            record.set(i, values[i]);
        }
        return record;
    }

    /** Appends rows as one file per partition; returns the files. */
    List<DataFile> append(Table table, Record... rows) throws IOException {
        List<DataFile> written = new ArrayList<>();
        Map<String, List<Record>> partitions = new TreeMap<>();
        Map<String, PartitionKey> keys = new TreeMap<>();
        for (Record row : rows) {
            PartitionKey key = new PartitionKey(table.spec(), table.schema());
            key.partition(new InternalRecordWrapper(table.schema().asStruct()).wrap(row));
            partitions.computeIfAbsent(key.toPath(), _ -> new ArrayList<>()).add(row);
            keys.put(key.toPath(), key);
        }
        for (Map.Entry<String, List<Record>> partition : partitions.entrySet()) {
            PartitionKey key = keys.get(partition.getKey());
            DataWriter<Record> writer =
                    factory(table)
                            .newDataWriter(
                                    output(table).newOutputFile(table.spec(), key),
                                    table.spec(),
                                    key);
            try (writer) {
                partition.getValue().forEach(writer::write);
            }
            written.add(writer.toDataFile());
        }
        var append = table.newAppend();
        written.forEach(append::appendFile);
        append.commit();
        return written;
    }

    void deletePosition(Table table, DataFile file, long position) throws IOException {
        PositionDeleteWriter<Record> writer =
                factory(table)
                        .newPositionDeleteWriter(
                                output(table).newOutputFile(), table.spec(), file.partition());
        try (writer) {
            writer.write(PositionDelete.<Record>create().set(file.location(), position));
        }
        RowDelta delta = table.newRowDelta();
        delta.addDeletes(writer.toDeleteFile()).commit();
    }

    void deleteEqual(Table table, String column, Object value) throws IOException {
        Schema schema = table.schema().select(column);
        EqualityDeleteWriter<Record> writer =
                new GenericFileWriterFactory.Builder(table)
                        .deleteFileFormat(FileFormat.PARQUET)
                        .equalityFieldIds(new int[] {table.schema().findField(column).fieldId()})
                        .equalityDeleteRowSchema(schema)
                        .build()
                        .newEqualityDeleteWriter(output(table).newOutputFile(), table.spec(), null);
        try (writer) {
            writer.write(row(schema, value));
        }
        RowDelta delta = table.newRowDelta();
        delta.addDeletes(writer.toDeleteFile()).commit();
    }

    private static GenericFileWriterFactory factory(Table table) {
        return new GenericFileWriterFactory.Builder(table)
                .dataFileFormat(FileFormat.PARQUET)
                .deleteFileFormat(FileFormat.PARQUET)
                .build();
    }

    private OutputFileFactory output(Table table) {
        return OutputFileFactory.builderFor(table, 1, ++files).format(FileFormat.PARQUET).build();
    }

    /** All rows, each as its values' text joined by a bar. */
    List<String> query(String sql) {
        List<String> rows = new ArrayList<>();
        try (ResultTable result = engine.query(sql)) {
            result.forEachRemaining(
                    row -> rows.add(String.join("|", row.stream().map(ValueText::of).toList())));
        }
        return rows;
    }

    @Override
    public void close() {
        engine.close();
        server.stop();
    }

    private static final class Pointers implements TablePointers {
        private final TreeMap<String, Pointer> pointers = new TreeMap<>();
        private long lastVersion;

        @Override
        public synchronized Optional<Pointer> get(String key) {
            return Optional.ofNullable(pointers.get(key));
        }

        @Override
        public synchronized Map<String, Pointer> list(String prefix) {
            return new TreeMap<>(pointers.subMap(prefix, prefix + Character.MAX_VALUE));
        }

        @Override
        public synchronized Outcome put(String key, long expectedVersion, byte @Nullable [] value) {
            Pointer now = pointers.get(key);
            long version = now == null ? 0 : now.version();
            if (version != expectedVersion) {
                return new Outcome.Conflict(version);
            }
            if (value == null) {
                pointers.remove(key);
            } else {
                pointers.put(key, new Pointer(++lastVersion, value));
            }
            return new Outcome.Set(lastVersion);
        }
    }
}
