package io.oxbow.tableflow.translate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.oxbow.tableflow.FaultyCatalog;
import io.oxbow.tableflow.FaultyCatalog.Fault;
import io.oxbow.tableflow.TableFlowException;
import io.oxbow.tableflow.TableWorld;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.ExpireSnapshots;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Tests that each record ends up in one of the two tables, once, whatever happens around a commit.
 */
@Tag("slow")
class ExactlyOnceTest {

    private final TableWorld world = new TableWorld().set("table.value.format", "json");
    private final FaultyCatalog faulty = new FaultyCatalog(world.catalog);
    private int produced;

    @BeforeEach
    void useFaultyCatalog() {
        world.catalog = faulty;
    }

    private void produce(int count) {
        for (int i = 0; i < count; i++) {
            String bad = produced % 7 == 3 ? "not json " : "";
            world.log.append(
                    produced % 2, bad + "{\"n\":%d,\"f%d\":1}".formatted(produced, produced % 5));
            produced++;
        }
    }

    private static List<String> places(List<Record> rows) {
        List<String> places = new ArrayList<>();
        rows.forEach(
                r -> places.add(r.getField("kafka_partition") + ":" + r.getField("kafka_offset")));
        return places;
    }

    private void assertExactlyOnce() {
        List<String> all = new ArrayList<>(places(world.rows()));
        all.addAll(places(world.quarantine()));
        Set<String> expected = new HashSet<>();
        for (int p = 0; p < 2; p++) {
            for (long o = 0; o < world.log.nextOffset(p); o++) {
                expected.add(p + ":" + o);
            }
        }
        assertThat(all).doesNotHaveDuplicates().containsExactlyInAnyOrderElementsOf(expected);
        assertThat(world.quarantine()).hasSize((produced + 3) / 7);
    }

    private void roundThatMayFail() {
        try {
            world.round();
        } catch (RuntimeException e) {
            // The next round looks at the tables, as a new process would.
        }
    }

    @ParameterizedTest
    @EnumSource(Fault.class)
    void aFaultAtAnyCommitOfTheFirstRoundsIsSurvived(Fault fault) {
        for (int at = 0; at < 6; at++) {
            produce(20);
            faulty.next(fault, at % 3);
            roundThatMayFail();
            roundThatMayFail();
            faulty.clear();
            world.settle();
            assertExactlyOnce();
        }
    }

    @Test
    void randomFaultsAndForeignCommitsAreSurvived() {
        Random random = new Random(42);
        for (int i = 0; i < 60; i++) {
            produce(random.nextInt(15));
            if (random.nextInt(3) == 0) {
                faulty.next(
                        Fault.values()[random.nextInt(Fault.values().length)], random.nextInt(3));
            }
            roundThatMayFail();
            if (random.nextInt(4) == 0 && faulty.tableExists(world.identifier())) {
                compact(faulty.unwatched(world.identifier()));
            }
        }
        faulty.clear();
        world.settle();
        assertExactlyOnce();
    }

    @Test
    void aRecordThatWasBadThenStaysInQuarantineThoughItCouldBeReadNow() {
        world.set("table.value.format", "avro");
        world.registry.put(1, org.apache.avro.Schema.create(org.apache.avro.Schema.Type.LONG));
        world.registry.put(2, org.apache.avro.Schema.create(org.apache.avro.Schema.Type.STRING));
        byte[] first = world.avro(1, 5L);
        byte[] second = world.avro(2, "x");
        var laterKnown = world.registry.remove(2);
        world.log.append(
                0,
                new org.apache.kafka.common.record.internal.SimpleRecord(1L, null, first),
                new org.apache.kafka.common.record.internal.SimpleRecord(2L, null, second));
        faulty.next(Fault.REFUSED_FOR_GOOD, 1); // the quarantine is committed, the table is not
        assertThatThrownBy(world::round).isInstanceOf(RuntimeException.class);
        faulty.clear();
        assertThat(places(world.quarantine())).containsExactly("0:1");

        world.registry.put(2, java.util.Objects.requireNonNull(laterKnown));
        world.settle();

        assertThat(places(world.rows())).containsExactly("0:0");
        assertThat(places(world.quarantine())).containsExactly("0:1");
    }

    /** As another engine's rewrite does it. */
    private static void compact(Table table) {
        List<DataFile> files = files(table);
        if (files.size() < 2) {
            return;
        }
        var rewrite = table.newRewrite().validateFromSnapshot(table.currentSnapshot().snapshotId());
        // The test's stand-in for a merged file: the first two files go, copies of them come.
        DataFile a = files.get(0);
        rewrite.rewriteFiles(
                Set.of(a),
                Set.of(
                        org.apache.iceberg.DataFiles.builder(table.specs().get(a.specId()))
                                .copy(a)
                                .withPath(copy(table, a.location()))
                                .build()));
        rewrite.commit();
    }

    private static String copy(Table table, String path) {
        String to = path + ".rewritten-" + java.util.UUID.randomUUID() + ".parquet";
        try (var in = table.io().newInputFile(path).newStream();
                var out = table.io().newOutputFile(to).create()) {
            in.transferTo(out);
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        return to;
    }

    private static List<DataFile> files(Table table) {
        List<DataFile> files = new ArrayList<>();
        for (FileScanTask task : table.newScan().planFiles()) {
            files.add(task.file());
        }
        return files;
    }

    @Test
    void aForeignCompactionInBetweenChangesNothing() {
        produce(10);
        world.settle();
        produce(10);
        world.settle();
        compact(world.table());

        produce(10);
        world.settle();

        assertExactlyOnce();
    }

    @Test
    void aForeignDeleteStaysDone() {
        world.set("table.partition.by", "kafka_partition");
        produce(10);
        world.settle();
        world.table()
                .newDelete()
                .deleteFromRowFilter(Expressions.equal("kafka_partition", 1))
                .commit();

        produce(4);
        world.settle();

        assertThat(places(world.rows())).doesNotContain("1:0", "1:1").contains("0:6", "1:6");
    }

    @Test
    void aRollbackIsMetByTranslatingAgain() {
        produce(10);
        world.settle();
        long before = world.table().currentSnapshot().snapshotId();
        produce(10);
        world.settle();
        world.table().manageSnapshots().rollbackTo(before).commit();

        world.settle();

        assertExactlyOnce();
    }

    @Test
    void expiryOfAllButAForeignSnapshotIsSurvived() {
        produce(10);
        world.settle();
        produce(10);
        world.settle();
        compact(world.table());
        Table table = world.table();
        ExpireSnapshots expire =
                table.expireSnapshots()
                        .expireOlderThan(System.currentTimeMillis() + TimeUnit.DAYS.toMillis(1))
                        .retainLast(1);
        expire.commit();
        assertThat(world.table().snapshots()).hasSize(1);

        assertThat(world.round()).isInstanceOf(RoundResult.Idle.class);
        produce(10);
        world.settle();

        assertExactlyOnce();
    }

    @Test
    void aForeignRenameAddAndDropOfColumnsIsFollowed() {
        produce(10);
        world.settle();
        world.table()
                .updateSchema()
                .renameColumn("n", "number")
                .addColumn("mine", Types.StringType.get())
                .deleteColumn("f1")
                .commit();
        produce(10);
        world.settle();

        assertExactlyOnce();
        assertThat(world.rows()).allSatisfy(r -> assertThat(r.getField("number")).isNotNull());
        assertThat(world.table().schema().findField("n")).isNull();
        assertThat(world.table().schema().findField("f1")).isNotNull();
    }

    @Test
    void aForeignSchemaChangeDuringTheRoundSupersedesIt() {
        produce(4);
        world.settle();
        world.log.append(0, "{\"n\":4,\"fresh\":true}");
        produced++;
        faulty.beforeNextCommit(() ->
                faulty.unwatched(world.identifier())
                        .updateSchema()
                        .addColumn("mine", Types.LongType.get())
                        .commit());

        assertThat(world.round()).isInstanceOf(RoundResult.Superseded.class);
        world.settle();

        assertThat(world.rows()).hasSize(4);
        assertThat(world.rows().stream().filter(r -> r.getField("fresh") != null)).hasSize(1);
    }

    @Test
    void twoCommittersOfOneRoundGiveOneCopy() {
        produce(10);
        world.settle();
        produce(10);
        faulty.beforeNextCommit(() -> {
            world.catalog = faulty.delegate();
            world.settle();
            world.catalog = faulty;
        });

        assertThat(world.round()).isInstanceOf(RoundResult.Superseded.class);
        world.settle();

        assertExactlyOnce();
    }

    @Test
    void aCommitterOfAnEarlierEpochIsRefused() {
        world.epoch = 5;
        produce(4);
        world.settle();
        produce(4);

        world.epoch = 4;

        assertThatThrownBy(world::round)
                .isInstanceOf(TableFlowException.class)
                .hasMessageContaining("epoch 5");
    }

    @Test
    void aTableOfAnotherTopicOrOwnerIsLeftAlone() {
        produce(4);
        world.settle();
        world.topicId = new java.util.UUID(1, 2);
        assertThatThrownBy(world::round).hasMessageContaining("earlier topic");

        world.set("table.name", "foreign");
        TableIdentifier foreign = world.identifier();
        world.catalog.createTable(
                foreign,
                new org.apache.iceberg.Schema(
                        Types.NestedField.optional(1, "x", Types.LongType.get())));
        assertThatThrownBy(world::round).hasMessageContaining("not Oxbow's");
    }

    @Test
    void offsetsThatLeftTheLogAreReportedAndNotWaitedFor() {
        produce(4);
        world.settle();
        produce(20);
        world.log.trim(0, 8);

        RoundResult.Advanced advanced = (RoundResult.Advanced) world.round();

        assertThat(advanced.ranges().getFirst().trimmed()).isEqualTo(6);
        assertThat(advanced.progress().nextOffsets()).isEqualTo(Map.of(0, 12L, 1, 12L));
    }

    @Test
    void controlBatchesLeaveNoRowsAndNoHole() {
        produce(2);
        var marker =
                org.apache.kafka.common.record.internal.MemoryRecords.withEndTransactionMarker(
                        world.log.nextOffset(0),
                        1L,
                        0,
                        9L,
                        (short) 0,
                        new org.apache.kafka.common.record.internal.EndTransactionMarker(
                                org.apache.kafka.common.record.internal.ControlRecordType.COMMIT,
                                0));
        world.log.appendBatch(0, marker, 1);
        world.settle();

        assertThat(places(world.rows())).containsExactly("0:0", "1:0");
        assertThat(world.round()).isInstanceOf(RoundResult.Idle.class);
    }

    @Test
    void aDamagedBatchStopsTheRoundAndAddsNothing() {
        produce(2);
        world.settle();
        var good =
                org.apache.kafka.common.record.internal.MemoryRecords.withRecords(
                        1L,
                        org.apache.kafka.common.compress.Compression.NONE,
                        new org.apache.kafka.common.record.internal.SimpleRecord(
                                "{}".getBytes(java.nio.charset.StandardCharsets.UTF_8)));
        good.buffer().put(good.buffer().limit() - 2, (byte) 'x');
        world.log.appendBatch(0, good, 1);

        assertThatThrownBy(world::round).hasMessageContaining("damaged");
        assertThat(world.rows()).hasSize(2);
    }

    @Test
    void retentionDropsWholeOldFilesAndKeepsTheOffsets() {
        world.set("table.retention.ms", "60000");
        produce(20);
        world.settle();
        long oldest = System.currentTimeMillis();
        world.log.append(
                0,
                new org.apache.kafka.common.record.internal.SimpleRecord(
                        oldest,
                        null,
                        "{\"n\":1}".getBytes(java.nio.charset.StandardCharsets.UTF_8)));
        world.settle();

        var retention =
                new TableRetention(
                        world.catalog, io.oxbow.s3stream.env.Environment.system().clock());
        int dropped = retention.run(world.topic(), world.epoch, System.currentTimeMillis());

        assertThat(dropped).isPositive();
        assertThat(places(world.rows())).containsExactly("0:10");
        assertThat(world.round()).isInstanceOf(RoundResult.Idle.class);
        assertThat(retention.run(world.topic(), world.epoch, System.currentTimeMillis())).isZero();
    }
}
