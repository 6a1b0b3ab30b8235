package io.oxbow.tableflow.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.oxbow.catalog.PointerCatalog;
import io.oxbow.s3stream.store.local.LocalObjectStore;
import io.oxbow.tableflow.TableWorld;
import io.oxbow.tableflow.odd.MemoryPointers;
import io.oxbow.tableflow.translate.QuarantineTable;
import io.oxbow.tableflow.write.ObjectStoreFileIO;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.HasTableOperations;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.BadRequestException;
import org.apache.iceberg.exceptions.ValidationException;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Tests what clients of the catalog may do to a topic's table. It is refused with the reason, or
 * the topic's next records become rows all the same.
 */
@Timeout(value = 240, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ClientCommitsTest {

    private static final List<String> ODD =
            List.of("x", "", "-1", "1", "99", "9223372036854775807");

    @TempDir Path directory = Path.of("");
    private final TableWorld world = new TableWorld();
    private PointerCatalog catalog;
    private int records;

    @BeforeEach
    void live() throws Exception {
        var io = new ObjectStoreFileIO(LocalObjectStore.open(directory.resolve("tables")));
        catalog =
                new PointerCatalog(
                        new PointerCatalog.Settings("oxbow", io.location().toString(), Map.of()),
                        new MemoryPointers(),
                        io);
        world.catalog = catalog;
        goesOn();
    }

    private Table client() {
        return client(world.identifier());
    }

    private Table client(TableIdentifier name) {
        return catalog.guarded(new ClientCommits()).loadTable(name);
    }

    /**
     * Two records more, with a column that is new, are two rows more, and none is in quarantine.
     */
    private void goesOn() {
        long rows = records == 0 ? 0 : rows();
        int bad = world.quarantine().size();
        records += 2;
        world.log.append(
                0,
                "{\"id\":%d,\"name\":\"a\",\"in\":{\"x\":1}}".formatted(records),
                "{\"id\":%d,\"later%d\":1}".formatted(records, records));
        world.settle();
        assertThat(rows()).isEqualTo(rows + 2);
        assertThat(world.quarantine()).hasSize(bad);
    }

    private long rows() {
        return Long.parseLong(
                world.table().currentSnapshot().summary().getOrDefault("total-records", "0"));
    }

    private boolean taken(Consumer<Table> change) {
        try {
            change.accept(client());
            return true;
        } catch (BadRequestException | ValidationException | IllegalArgumentException e) {
            assertThat(e.getMessage()).isNotBlank();
            return false;
        }
    }

    static List<String> keys() {
        return List.of(
                "write.parquet.compression-codec",
                "write.parquet.compression-level",
                "write.parquet.row-group-size-bytes",
                "write.parquet.page-size-bytes",
                "write.parquet.page-row-limit",
                "write.parquet.page-version",
                "write.parquet.dict-size-bytes",
                "write.parquet.bloom-filter-max-bytes",
                "write.parquet.bloom-filter-enabled.column.id",
                "write.parquet.bloom-filter-fpp.column.id",
                "write.parquet.bloom-filter-ndv.column.id",
                "write.parquet.stats-enabled.column.id",
                "write.parquet.row-group-check-min-record-count",
                "write.parquet.row-group-check-max-record-count",
                "write.metadata.metrics.default",
                "write.metadata.metrics.max-inferred-column-defaults",
                "write.metadata.metrics.column.id",
                "write.metadata.compression-codec",
                "write.metadata.previous-versions-max",
                "write.metadata.delete-after-commit.enabled",
                "write.summary.partition-limit",
                "write.object-storage.enabled",
                "write.object-storage.partitioned-paths",
                "write.format.default",
                "write.avro.compression-codec",
                "write.manifest.compression-codec",
                "write.manifest.compression-level",
                "write.target-file-size-bytes",
                "commit.retry.num-retries",
                "commit.retry.min-wait-ms",
                "commit.retry.max-wait-ms",
                "commit.retry.total-timeout-ms",
                "commit.manifest.target-size-bytes",
                "commit.manifest.min-count-to-merge",
                "commit.manifest-merge.enabled",
                "commit.status-check.num-retries",
                "history.expire.max-snapshot-age-ms",
                "history.expire.max-ref-age-ms",
                "history.expire.min-snapshots-to-keep",
                "gc.enabled",
                "compatibility.snapshot-id-inheritance.enabled",
                "encryption.key-id",
                "schema.name-mapping.default",
                "format-version",
                "comment");
    }

    @ParameterizedTest
    @MethodSource("keys")
    void propertyIsRefusedOrRecordsGoOn(String key) {
        for (String value : ODD) {
            Map<String, String> before = Map.copyOf(world.table().properties());
            if (!taken(table -> table.updateProperties().set(key, value).commit())) {
                assertThat(world.table().properties()).isEqualTo(before);
            } else {
                goesOn();
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "write.parquet.compression-codec,lzo",
        "write.parquet.compression-codec,brotli",
        "write.parquet.compression-level,99",
        "write.parquet.row-group-size-bytes,64MB",
        "commit.retry.num-retries,x",
        "write.metadata.previous-versions-max,0",
        "write.parquet.page-size-bytes,1",
        "write.manifest.compression-codec,x",
        "oxbow.topic-id,other",
        "oxbow.progress.next-offsets,1:5",
        "oxbow.anything,1"
    })
    void refusalSaysTheKeyAndWhatIsAllowed(String key, String value) {
        assertThatThrownBy(() -> client().updateProperties().set(key, value).commit())
                .isInstanceOfAny(BadRequestException.class, ValidationException.class)
                .hasMessageContaining(key);
        assertThatThrownBy(() ->
                        catalog.guarded(new ClientCommits())
                                .buildTable(TableIdentifier.of("shop", "u"), new Schema())
                                .withProperty(key, value)
                                .create())
                .isInstanceOfAny(BadRequestException.class, ValidationException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "write.parquet.compression-codec,SNAPPY",
        "write.parquet.compression-codec,lz4_raw",
        "write.parquet.compression-codec,gzip",
        "write.parquet.compression-codec,uncompressed",
        "write.parquet.compression-level,7",
        "write.parquet.row-group-size-bytes,1048576",
        "write.parquet.page-version,v2",
        "write.parquet.bloom-filter-enabled.column.id,true",
        "comment,anything"
    })
    void usualValueIsTaken(String key, String value) {
        client().updateProperties().set(key, value).commit();
        assertThat(world.table().properties()).containsEntry(key, value);
        goesOn();
    }

    @Test
    void valuesThatDoNotGoTogetherAreRefused() {
        assertThatThrownBy(() ->
                        client().updateProperties()
                                .set("write.parquet.row-group-check-min-record-count", "100")
                                .set("write.parquet.row-group-check-max-record-count", "1")
                                .commit())
                .isInstanceOf(BadRequestException.class)
                .hasMessageContaining("maximum record count");
        goesOn();
    }

    private static Map<String, Consumer<Table>> schemaChanges() {
        Map<String, Consumer<Table>> changes = new TreeMap<>();
        for (String column :
                List.of(
                        "kafka_partition",
                        "kafka_offset",
                        "kafka_timestamp",
                        "kafka_ingest_time",
                        "kafka_headers",
                        "kafka_key",
                        "id",
                        "name",
                        "in",
                        "in.x")) {
            changes.put(
                    "drop " + column,
                    t -> {
                        if (column.equals("kafka_timestamp")) {
                            t.updateSpec().removeField("kafka_timestamp_day").commit();
                        }
                        t.updateSchema().deleteColumn(column).commit();
                    });
            changes.put(
                    "rename " + column,
                    t -> t.updateSchema().renameColumn(column, "renamed").commit());
            changes.put("first " + column, t -> t.updateSchema().moveFirst(column).commit());
            changes.put(
                    "optional " + column,
                    t -> t.updateSchema().makeColumnOptional(column).commit());
            changes.put(
                    "required " + column,
                    t ->
                            t.updateSchema()
                                    .allowIncompatibleChanges()
                                    .requireColumn(column)
                                    .commit());
            changes.put(
                    "doc " + column, t -> t.updateSchema().updateColumnDoc(column, "d").commit());
        }
        changes.put(
                "widen kafka_partition",
                t ->
                        t.updateSchema()
                                .updateColumn("kafka_partition", Types.LongType.get())
                                .commit());
        changes.put(
                "add required",
                t ->
                        t.updateSchema()
                                .allowIncompatibleChanges()
                                .addRequiredColumn("must", Types.LongType.get())
                                .commit());
        changes.put(
                "add required inside",
                t ->
                        t.updateSchema()
                                .allowIncompatibleChanges()
                                .addRequiredColumn("in", "must", Types.LongType.get())
                                .commit());
        changes.put(
                "add map with required values",
                t ->
                        t.updateSchema()
                                .addColumn(
                                        "m",
                                        Types.MapType.ofRequired(
                                                1001,
                                                1002,
                                                Types.StringType.get(),
                                                Types.StructType.of(
                                                        Types.NestedField.required(
                                                                1003, "r", Types.LongType.get()))))
                                .commit());
        changes.put(
                "add of another type than records have",
                t -> t.updateSchema().addColumn("later", Types.BooleanType.get()).commit());
        changes.put(
                "add kafka_value",
                t -> t.updateSchema().addColumn("kafka_value", Types.BooleanType.get()).commit());
        changes.put(
                "name dropped and made anew with another type",
                t -> {
                    t.updateSchema().deleteColumn("name").commit();
                    t.updateSchema().addColumn("name", Types.IntegerType.get()).commit();
                });
        changes.put(
                "names changed in a ring",
                t ->
                        t.updateSchema()
                                .renameColumn("id", "name")
                                .renameColumn("name", "id")
                                .commit());
        changes.put(
                "identifier fields",
                t ->
                        t.updateSchema()
                                .setIdentifierFields("kafka_partition", "kafka_offset")
                                .commit());
        changes.put("sort order", t -> t.replaceSortOrder().asc("id").desc("name").commit());
        changes.put(
                "partition spec",
                t ->
                        t.updateSpec()
                                .addField("in_x", Expressions.ref("in.x"))
                                .addField("name_trunc", Expressions.truncate("name", 1))
                                .commit());
        changes.put(
                "no partitions", t -> t.updateSpec().removeField("kafka_timestamp_day").commit());
        changes.put(
                "partition column dropped",
                t -> {
                    t.updateSpec().addField("p", Expressions.bucket("name", 4)).commit();
                    t.updateSpec().removeField("p").commit();
                    t.updateSchema().deleteColumn("name").commit();
                });
        changes.put(
                "all rows deleted",
                t -> t.newDelete().deleteFromRowFilter(Expressions.alwaysTrue()).commit());
        changes.put(
                "snapshots expired",
                t ->
                        t.expireSnapshots()
                                .expireOlderThan(System.currentTimeMillis() + 1)
                                .retainLast(1)
                                .commit());
        changes.put("branch", t -> t.manageSnapshots().createBranch("b").commit());
        changes.put("version 3", t -> t.updateProperties().set("format-version", "3").commit());
        return changes;
    }

    static List<String> schemaChangeNames() {
        return List.copyOf(schemaChanges().keySet());
    }

    @ParameterizedTest
    @MethodSource("schemaChangeNames")
    void changeOfTheTableIsRefusedOrRecordsGoOn(String change) {
        Consumer<Table> made = schemaChanges().get(change);
        boolean taken = taken(made);
        if (change.contains(" kafka_")
                && change.matches("(drop|rename|widen) .*")
                && !change.endsWith("key")) {
            assertThat(taken).isFalse();
        }
        if (change.equals("all rows deleted")) {
            records = 0; // counts from none
        }
        goesOn();
    }

    @Test
    void quarantineKeepsItsColumns() {
        world.log.append(0, "[1");
        world.settle();
        assertThat(world.quarantine()).hasSize(1);
        TableIdentifier name = QuarantineTable.identifier(world.identifier());

        assertThatThrownBy(() -> client(name).updateSchema().moveFirst("error").commit())
                .isInstanceOf(BadRequestException.class)
                .hasMessageContaining("quarantine");
        client(name).newDelete().deleteFromRowFilter(Expressions.alwaysTrue()).commit();

        world.log.append(0, "[2");
        world.settle();
        assertThat(world.quarantine()).hasSize(1);
    }

    /** Progress is read from such words: records would be skipped. */
    @ParameterizedTest
    @ValueSource(strings = {"oxbow.next-offsets", "oxbow.commit-id", "oxbow.x"})
    void snapshotOfAClientSaysNothingOfProgress(String key) {
        Table table = client();
        assertThatThrownBy(() ->
                        table.newAppend()
                                .appendFile(
                                        DataFiles.builder(table.spec())
                                                .withPath(table.location() + "/data/1.parquet")
                                                .withPartitionPath("kafka_timestamp_day=2024-01-01")
                                                .withFormat(FileFormat.PARQUET)
                                                .withFileSizeInBytes(4)
                                                .withRecordCount(1)
                                                .build())
                                .set(key, "0:100")
                                .commit())
                .isInstanceOf(BadRequestException.class)
                .hasMessageContaining(key);
        goesOn();
    }

    @Test
    void droppedTableIsRegisteredWithAllThatItHad() {
        String location =
                ((HasTableOperations) world.table()).operations().current().metadataFileLocation();
        catalog.dropTable(world.identifier(), false);

        catalog.guarded(new ClientCommits()).registerTable(world.identifier(), location);

        goesOn();
    }
}
