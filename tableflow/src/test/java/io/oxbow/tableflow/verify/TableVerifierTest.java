package io.oxbow.tableflow.verify;

import static io.oxbow.tableflow.MemoryLog.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.oxbow.tableflow.MemoryLogSource;
import io.oxbow.tableflow.TableFlowException;
import io.oxbow.tableflow.TableWorld;
import io.oxbow.tableflow.commit.ForeignLedger;
import io.oxbow.tableflow.shape.SystemColumns;
import io.oxbow.tableflow.shape.TableShape;
import io.oxbow.tableflow.translate.QuarantineTable;
import io.oxbow.tableflow.translate.TableRetention;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.StreamSupport;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.SupportsNamespaces;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.deletes.PositionDelete;
import org.apache.iceberg.deletes.PositionDeleteWriter;
import org.apache.iceberg.parquet.Parquet;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.junit.jupiter.api.Test;

/** Tests the findings of the verifier. */
class TableVerifierTest {

    private final TableWorld world = new TableWorld().set("table.partition.by", "");

    private VerifyResult verify(TableWorld of) {
        return verify(of, Long.MIN_VALUE);
    }

    private VerifyResult verify(TableWorld of, long expiredBefore) {
        return verify(
                of, new MemoryLogSource(of.log, 2), new TableVerifier.Gaps(expiredBefore, false));
    }

    private VerifyResult verify(TableWorld of, LogSource log, TableVerifier.Gaps gaps) {
        TableIdentifier quarantine = QuarantineTable.identifier(of.identifier());
        return new TableVerifier(
                        log,
                        new TableVerifier.Tables(
                                of.table(),
                                of.catalog.tableExists(quarantine)
                                        ? of.catalog.loadTable(quarantine)
                                        : null),
                        of.schemas,
                        gaps)
                .verify();
    }

    private void fill(TableWorld of, int salt) {
        of.log.append(
                0,
                "{\"id\":1,\"v\":2.5,\"tags\":[\"a\",null,1],\"x.y\":{\"z\":[1,2.5]},\"s\":%d}"
                        .formatted(salt),
                "{\"id\":2.5,\"v\":3,\"big\":123456789012345678901234567890,\"huge\":1e999}",
                "{\"id\":\"three\",\"tags\":[],\"o\":{}}",
                "not json");
        of.log.append(1, "{\"id\":4,\"s\":%d}".formatted(salt + 1), "{\"id\":5}");
        of.settle();
    }

    @Test
    void aTableThatHoldsItsLogIsRight() {
        fill(world, 0);
        world.log.append(0, "{\"id\":6}");

        VerifyResult result = verify(world);

        assertThat(result).isInstanceOf(VerifyResult.Right.class);
        assertThat(((VerifyResult.Right) result).lag()).isEqualTo(1);
        assertThat(result.partitions())
                .extracting(
                        VerifyResult.PartitionReport::rows,
                        VerifyResult.PartitionReport::quarantined)
                .containsExactly(tuple(3L, 1L), tuple(2L, 0L));
    }

    /** A cleaning takes records out of the log of a compacted topic; their rows stay. */
    @Test
    void aTableKeepsWhatACleanedLogForgets() {
        fill(world, 0);
        var forgetting = new ForgettingLog(new MemoryLogSource(world.log, 2), Set.of(1L, 3L));

        VerifyResult cleaned =
                verify(world, forgetting, new TableVerifier.Gaps(Long.MIN_VALUE, true));

        assertThat(cleaned).isInstanceOf(VerifyResult.Right.class);
        assertThat(((VerifyResult.Right) cleaned).notVerifiable()).isEqualTo(2);
        assertThat(cleaned.partitions())
                .extracting(
                        VerifyResult.PartitionReport::rows,
                        VerifyResult.PartitionReport::quarantined)
                .containsExactly(tuple(2L, 0L), tuple(2L, 0L));
        assertThat(verify(world, forgetting, TableVerifier.Gaps.NONE))
                .isInstanceOf(VerifyResult.Wrong.class);
    }

    /** Lacks some offsets of the first partition. */
    private record ForgettingLog(LogSource log, Set<Long> forgotten) implements LogSource {

        @Override
        public int partitions() {
            return log.partitions();
        }

        @Override
        public long startOffset(int partition) {
            return log.startOffset(partition);
        }

        @Override
        public long endOffset(int partition) {
            return log.endOffset(partition);
        }

        @Override
        public void read(
                int partition,
                long fromOffset,
                long toOffset,
                Consumer<ConsumerRecord<byte[], byte[]>> records) {
            log.read(
                    partition,
                    fromOffset,
                    toOffset,
                    record -> {
                        if (partition > 0 || !forgotten.contains(record.offset())) {
                            records.accept(record);
                        }
                    });
        }

        @Override
        public void close() {}
    }

    /** As it is between its creation and its first commit. */
    @Test
    void aTableWithNoSnapshotYetIsBehind() {
        world.log.append(0, "{\"id\":1}", "{\"id\":2}");
        world.log.append(1, "{\"id\":3}");
        bareTable();

        VerifyResult.Right right = (VerifyResult.Right) verify(world);

        assertThat(right.lag()).isEqualTo(3);
        assertThat(right.partitions())
                .extracting(VerifyResult.PartitionReport::toOffset)
                .containsExactly(0L, 0L);
    }

    @Test
    void aTableThatOnlyOthersWroteToIsRefused() {
        world.log.append(0, "{\"id\":1}");
        bareTable().newAppend().commit();

        assertThatThrownBy(() -> verify(world))
                .isInstanceOf(TableFlowException.class)
                .hasMessageContaining("carries offsets of ours");
    }

    /** It has no current snapshot either, and yet is not new. */
    @Test
    void aTableThatWasReplacedIsRefused() {
        fill(world, 0);
        world.catalog
                .buildTable(world.identifier(), world.table().schema())
                .replaceTransaction()
                .commitTransaction();

        assertThatThrownBy(() -> verify(world))
                .isInstanceOf(TableFlowException.class)
                .hasMessageContaining("carries offsets of ours");
    }

    private Table bareTable() {
        TableIdentifier identifier = world.identifier();
        ((SupportsNamespaces) world.catalog).createNamespace(identifier.namespace());
        return world.catalog.createTable(
                identifier, TableShape.fresh(new SystemColumns("kafka_")).renumbered().schema());
    }

    /** A renamed column takes fields of its old name as well; records may have both. */
    @Test
    void fieldsOfARenamedColumnsOldAndNewNameAreBothKept() {
        world.log.append(0, "{\"id\":1,\"city\":\"Oslo\",\"in\":{\"a\":1}}");
        world.settle();
        world.table()
                .updateSchema()
                .renameColumn("city", "town")
                .renameColumn("in.a", "b")
                .commit();
        world.log.append(
                0,
                "{\"id\":2,\"city\":\"old\"}",
                "{\"id\":3,\"town\":\"new\"}",
                "{\"id\":4,\"city\":\"old\",\"town\":\"new\",\"in\":{\"b\":2,\"a\":1}}",
                "{\"id\":5,\"town\":\"new\",\"city\":\"old\",\"in\":{\"a\":1,\"b\":2}}",
                "{\"id\":6,\"town\":null,\"city\":\"old\"}",
                "{\"id\":7,\"city\":\"old\",\"town\":7}",
                "{\"id\":8,\"city\":\"old\",\"town\":8,\"later\":1}",
                "{\"id\":9,\"city\":\"old\",\"town\":9}");
        world.settle();

        assertThat(world.quarantine()).isEmpty();
        assertThat(world.rows())
                .extracting(row -> row.getField("town"), row -> row.getField("city__string"))
                .containsExactly(
                        tuple("Oslo", null),
                        tuple("old", null),
                        tuple("new", null),
                        tuple("new", "old"),
                        tuple("new", "old"),
                        tuple("old", null),
                        tuple(null, "old"),
                        tuple(null, "old"),
                        tuple(null, "old"));
        assertThat(verify(world)).isInstanceOf(VerifyResult.Right.class);
    }

    @Test
    void avroOfEveryKindIsRight() {
        String text =
                "{\"type\":\"record\",\"name\":\"R\",\"fields\":["
                        + "{\"name\":\"i\",\"type\":\"int\"},{\"name\":\"f\",\"type\":\"float\"},"
                        + "{\"name\":\"u\",\"type\":[\"null\",\"string\",\"long\"]},"
                        + "{\"name\":\"m\",\"type\":{\"type\":\"map\",\"values\":{\"type\":\"array\",\"items\":\"int\"}}},"
                        + "{\"name\":\"ts\",\"type\":{\"type\":\"long\",\"logicalType\":\"timestamp-millis\"}},"
                        + "{\"name\":\"d\",\"type\":{\"type\":\"bytes\",\"logicalType\":\"decimal\",\"precision\":9,\"scale\":2}},"
                        + "{\"name\":\"date\",\"type\":{\"type\":\"int\",\"logicalType\":\"date\"}},"
                        + "{\"name\":\"uuid\",\"type\":{\"type\":\"string\",\"logicalType\":\"uuid\"}},"
                        + "{\"name\":\"next\",\"type\":[\"null\",\"R\"]}]}";
        Schema schema = new Schema.Parser().parse(text);
        world.registry.put(1, schema);
        world.registry.put(
                2,
                new Schema.Parser()
                        .parse(
                                "{\"type\":\"record\",\"name\":\"R\",\"fields\":[{\"name\":\"renamed\",\"type\":\"long\",\"aliases\":[\"i\"]},{\"name\":\"f\",\"type\":\"string\"}]}"));
        GenericData.Record inner = record(schema, 2, null);
        GenericData.Record outer = record(schema, 1, inner);
        GenericData.Record second = new GenericData.Record(world.schema(2));
        second.put("renamed", 1L << 40);
        second.put("f", "text now");
        world.log.append(
                0,
                new SimpleRecord(
                        5L,
                        bytes("key"),
                        world.avro(1, outer),
                        new Header[] {new RecordHeader("h", bytes("v"))}),
                new SimpleRecord(-1L, null, world.avro(2, second)),
                new SimpleRecord(6L, bytes("key"), (byte[]) null));
        world.settle();

        assertThat(verify(world)).isInstanceOf(VerifyResult.Right.class);
        assertThat(world.quarantine()).isEmpty();
    }

    private static GenericData.Record record(
            Schema schema, int i, GenericData.@org.jspecify.annotations.Nullable Record next) {
        GenericData.Record record = new GenericData.Record(schema);
        record.put("i", i);
        record.put("f", 0.1f);
        record.put("u", i == 1 ? (Object) "x" : (Object) 7L);
        record.put("m", Map.of("k", List.of(1, 2)));
        record.put("ts", 1_700_000_000_123L);
        record.put("d", java.nio.ByteBuffer.wrap(new byte[] {1, 0}));
        record.put("date", 20_000);
        record.put("uuid", "01890A5D-AC96-774B-BCCE-B302099A8057");
        record.put("next", next);
        return record;
    }

    private static DataFile firstFile(Table table) {
        return files(table).getFirst();
    }

    private static List<DataFile> files(Table table) {
        try (var tasks = table.newScan().planFiles()) {
            return StreamSupport.stream(tasks.spliterator(), false)
                    .map(FileScanTask::file)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static DataFile copy(Table from, Table to, DataFile file) {
        String path = file.location() + ".copy.parquet";
        try (var in = from.io().newInputFile(file.location()).newStream();
                var out = to.io().newOutputFile(path).createOrOverwrite()) {
            in.transferTo(out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return DataFiles.builder(to.spec()).copy(file).withPath(path).build();
    }

    @Test
    void foreignDeletionsAreReportedWithSnapshotAndTotals() {
        fill(world, 0);
        fill(world, 10);
        Table table = world.table();
        table.newDelete().deleteFile(firstFile(table)).commit();
        long deletion = table.currentSnapshot().snapshotId();
        fill(world, 20);

        VerifyResult.Right right = (VerifyResult.Right) verify(world);

        assertThat(right.foreignChanges().compared())
                .singleElement()
                .satisfies(change -> {
                    assertThat(change.snapshotId()).isEqualTo(deletion);
                    assertThat(change.operation()).isEqualTo("delete");
                    assertThat(change.deleted()).isEqualTo(5);
                    assertThat(change.altered()).isZero();
                });
    }

    @Test
    void foreignOverwritesAreReportedWithTheirSnapshot() {
        fill(world, 0);
        TableWorld other = new TableWorld().set("table.partition.by", "");
        fill(other, 7);
        Table table = world.table();
        table.newOverwrite()
                .deleteFile(firstFile(table))
                .addFile(copy(other.table(), table, firstFile(other.table())))
                .commit();

        VerifyResult.Right right = (VerifyResult.Right) verify(world);

        // Of the five rows, two hold the salt.
        assertThat(right.foreignChanges().compared())
                .extracting(
                        VerifyResult.ForeignChange::deleted, VerifyResult.ForeignChange::altered)
                .containsExactly(tuple(0L, 2L));
    }

    /** As merge-on-read engines delete: the file stays, and another says which rows are gone. */
    @Test
    void rowsThatOthersDeletedByPositionAreToldAndTheirNeighboursAreRight() throws IOException {
        fill(world, 0);
        Table table = world.table();
        PositionDeleteWriter<Object> out =
                Parquet.writeDeletes(
                                table.io()
                                        .newOutputFile(
                                                table.locationProvider()
                                                        .newDataLocation("deletes.parquet")))
                        .overwrite()
                        .withSpec(table.spec())
                        .buildPositionWriter();
        try (out) {
            out.write(PositionDelete.create().set(firstFile(table).location(), 1L));
        }
        table.newRowDelta().addDeletes(out.toDeleteFile()).commit();
        fill(world, 10);

        VerifyResult.Right right = (VerifyResult.Right) verify(world);

        assertThat(right.foreignChanges().compared())
                .extracting(
                        VerifyResult.ForeignChange::deleted, VerifyResult.ForeignChange::altered)
                .containsExactly(tuple(1L, 0L));
    }

    /** The row was there after the deletion, so that explains nothing. */
    @Test
    void aLossByAnothersCompactionIsALossBesideADeletion() {
        fill(world, 0);
        Table table = world.table();
        DataFile first = firstFile(table);
        DataFile twin = copy(table, table, first);
        table.newOverwrite().deleteFile(first).addFile(twin).commit();
        TableWorld other = new TableWorld().set("table.partition.by", "");
        fill(other, 7);
        table.newRewrite()
                .rewriteFiles(
                        Set.of(twin), Set.of(copy(other.table(), table, firstFile(other.table()))))
                .commit();

        VerifyResult.Wrong wrong = (VerifyResult.Wrong) verify(world);

        assertThat(wrong.totals()).isEqualTo(Map.of(VerifyResult.Kind.ALTERED, 2L));
        assertThat(wrong.foreignChanges().compared()).isEmpty();
    }

    private static void expireAllButTheLast(Table table) {
        table.expireSnapshots().expireOlderThan(Long.MAX_VALUE).retainLast(1).commit();
    }

    private void deleteTheFirstFile() {
        Table table = world.table();
        table.newDelete().deleteFile(firstFile(table)).commit();
    }

    @Test
    void aDeletionIsToldAfterTheSnapshotBeforeItExpired() {
        fill(world, 0);
        fill(world, 10);
        deleteTheFirstFile();
        expireAllButTheLast(world.table());

        assertExplainedByNumbers(5, 0);
    }

    @Test
    void aDeletionIsToldAfterItsOwnSnapshotExpired() {
        fill(world, 0);
        fill(world, 10);
        deleteTheFirstFile();
        fill(world, 20);
        expireAllButTheLast(world.table());
        fill(world, 30);

        assertExplainedByNumbers(5, 0);
    }

    /** Nothing of ours was committed between them, and their snapshots are gone but for one. */
    @Test
    void deletionsBetweenTwoCommitsAreToldThoughTheFirstOfThemExpired() {
        fill(world, 0);
        fill(world, 10);
        fill(world, 20);
        deleteTheFirstFile();
        deleteTheFirstFile();
        expireAllButTheLast(world.table());
        fill(world, 30);

        assertExplainedByNumbers(10, 0);
    }

    @Test
    void foreignRewritesAreReportedAfterTheirSnapshotExpired() {
        fill(world, 0);
        TableWorld other = new TableWorld().set("table.partition.by", "");
        fill(other, 7);
        Table table = world.table();
        table.newOverwrite()
                .deleteFile(firstFile(table))
                .addFile(copy(other.table(), table, firstFile(other.table())))
                .commit();
        fill(world, 10);
        expireAllButTheLast(world.table());

        assertExplainedByNumbers(0, 2);
    }

    @Test
    void manyDeletionsAreAddedUp() {
        for (int i = 0; i < 40; i++) {
            fill(world, i);
            deleteTheFirstFile();
        }
        fill(world, 50);
        expireAllButTheLast(world.table());

        assertExplainedByNumbers(200, 0);
        assertThat(ForeignLedger.of(world.table()).entries()).hasSize(32);
    }

    private void assertExplainedByNumbers(long missing, long differing) {
        VerifyResult.Right right = (VerifyResult.Right) verify(world);
        assertThat(right.foreignChanges().compared()).isEmpty();
        VerifyResult.NotCompared rest = right.foreignChanges().notCompared();
        assertThat(rest.missing()).isEqualTo(missing);
        assertThat(rest.differing()).isEqualTo(differing);
        assertThat(rest.changes().deletedMax()).isEqualTo(missing);
    }

    /** As a compaction with a fault would do it. */
    @Test
    void aLossBesideADeletionThatExpiredIsFound() {
        fill(world, 0);
        fill(world, 10);
        fill(world, 20);
        deleteTheFirstFile();
        Table table = world.table();
        List<DataFile> files = files(table);
        DataFile kept = files.getFirst();
        table.newRewrite()
                .rewriteFiles(Set.copyOf(files), Set.of(copy(table, table, kept)))
                .commit();
        fill(world, 30);
        expireAllButTheLast(world.table());

        VerifyResult.Wrong wrong = (VerifyResult.Wrong) verify(world);

        assertThat(wrong.findings())
                .extracting(VerifyResult.Finding::kind)
                .contains(VerifyResult.Kind.MISSING);
        assertThat(wrong.totals()).isEqualTo(Map.of(VerifyResult.Kind.MISSING, 10L));
        assertThat(wrong.foreignChanges().notCompared().changes().deletedMax()).isEqualTo(5);
    }

    @Test
    void aDuplicatedFileIsFound() {
        fill(world, 0);
        Table table = world.table();
        table.newAppend().appendFile(copy(table, table, firstFile(table))).commit();

        VerifyResult.Wrong wrong = (VerifyResult.Wrong) verify(world);

        assertThat(wrong.findings())
                .extracting(VerifyResult.Finding::kind)
                .containsOnly(VerifyResult.Kind.DUPLICATE);
    }

    @Test
    void anAlteredFileIsFound() {
        fill(world, 0);
        TableWorld other = new TableWorld().set("table.partition.by", "");
        fill(other, 7);
        Table table = world.table();
        DataFile mine = firstFile(table);
        table.newRewrite()
                .rewriteFiles(
                        Set.of(mine), Set.of(copy(other.table(), table, firstFile(other.table()))))
                .commit();

        VerifyResult.Wrong wrong = (VerifyResult.Wrong) verify(world);

        // Of the five rows, two hold the salt.
        assertThat(wrong.findings())
                .extracting(
                        VerifyResult.Finding::kind,
                        VerifyResult.Finding::partition,
                        VerifyResult.Finding::offset)
                .containsExactly(
                        tuple(VerifyResult.Kind.ALTERED, 0, 0L),
                        tuple(VerifyResult.Kind.ALTERED, 1, 0L));
    }

    @Test
    void aDroppedQuarantineFileIsFound() {
        fill(world, 0);
        Table quarantine = world.catalog.loadTable(QuarantineTable.identifier(world.identifier()));
        quarantine.newDelete().deleteFile(firstFile(quarantine)).commit();

        VerifyResult.Wrong wrong = (VerifyResult.Wrong) verify(world);

        assertThat(wrong.findings().getFirst())
                .isEqualTo(
                        new VerifyResult.Finding(
                                0,
                                3,
                                VerifyResult.Kind.MISSING,
                                "no row and nothing in quarantine"));
    }

    @Test
    void aLogThatIsShorterThanItsTableIsFound() {
        fill(world, 0);
        TableWorld shorter = new TableWorld();
        shorter.log.append(0, "{\"id\":1}");
        shorter.catalog = world.catalog;
        shorter.set("table.partition.by", "");

        assertThat(verify(shorter)).isInstanceOf(VerifyResult.Wrong.class);
    }

    @Test
    void trimmedOffsetsAreNotVerifiable() {
        fill(world, 0);
        world.log.trim(1, 2);

        VerifyResult.Right right = (VerifyResult.Right) verify(world);

        assertThat(right.notVerifiable()).isEqualTo(2);
    }

    @Test
    void expiredRowsAreNotMissed() {
        world.set("table.retention.ms", "1000");
        fill(world, 0);
        long now = System.currentTimeMillis();
        new TableRetention(world.catalog, io.oxbow.s3stream.env.Environment.system().clock())
                .run(world.topic(), 1, now);
        assertThat(world.rows()).isEmpty();

        VerifyResult result = verify(world, now - 1000);

        assertThat(result).isInstanceOf(VerifyResult.Right.class);
        assertThat(result.partitions().getFirst().expired()).isEqualTo(3);
        assertThat(verify(world)).isInstanceOf(VerifyResult.Wrong.class);
    }
}
