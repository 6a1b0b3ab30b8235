package io.oxbow.tableflow.tend;

import static io.oxbow.tableflow.tend.TendedTable.DAY;
import static io.oxbow.tableflow.tend.TendedTable.HOUR;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.oxbow.s3stream.S3StreamException;
import io.oxbow.s3stream.store.ObjectStore;
import io.oxbow.s3stream.testkit.ForwardingStore;
import io.oxbow.s3stream.testkit.InMemoryObjectStore;
import io.oxbow.tableflow.commit.LoadedTable;
import io.oxbow.tableflow.verify.VerifyResult;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.deletes.PositionDelete;
import org.apache.iceberg.deletes.PositionDeleteWriter;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.PositionOutputStream;
import org.apache.iceberg.parquet.Parquet;
import org.junit.jupiter.api.Test;

/** Tests the tending of a table by an injected clock. */
class TendingTest {

    private final InMemoryObjectStore store = new InMemoryObjectStore();
    private final TendedTable tended = new TendedTable(store);

    private Table table() {
        return tended.world.table();
    }

    private List<FileScanTask> files() throws IOException {
        List<FileScanTask> files = new ArrayList<>();
        try (CloseableIterable<FileScanTask> tasks = table().newScan().planFiles()) {
            tasks.forEach(files::add);
        }
        return files;
    }

    private LoadedTable loaded() {
        return LoadedTable.load(
                        tended.world.catalog, tended.world.identifier(), tended.world.topicId)
                .orElseThrow();
    }

    @Test
    void statesOfTheWindowAreReadAndOlderOnesAreGoneFromMetadataAndStore() throws Exception {
        tended.world.set("table.partition.by", "");
        for (int i = 0; i < 70; i++) {
            tended.commit(1);
            tended.tend();
            tended.pass(Duration.ofHours(2));
        }
        tended.tend();

        long cutoff = tended.now.get() - 5 * DAY;
        assertThat(tended.metadata().snapshots())
                .allSatisfy(s -> assertThat(s.timestampMillis()).isGreaterThanOrEqualTo(cutoff));
        assertThat(tended.status().snapshotDebt()).isZero();
        assertThat(tended.status().oldestMillis()).isBetween(cutoff, cutoff + 3 * HOUR);
        for (Snapshot snapshot : tended.metadata().snapshots()) {
            assertThat(tended.rows(snapshot.snapshotId())).isPositive();
        }
        tended.assertRight();
        tended.pass(Duration.ofDays(30));
        for (int i = 0; i < 3; i++) {
            tended.tend();
            tended.pass(Duration.ofHours(2));
            tended.round();
        }
        tended.tend();
        assertThat(tended.stored()).isEqualTo(tended.named());
    }

    /** A store whose puts fail while the test wants that. */
    private static final class FailingStore extends ForwardingStore {

        private boolean fails;

        FailingStore(ObjectStore target) {
            super(target);
        }

        @Override
        public PutResult put(String key, List<ByteBuffer> body) {
            if (fails) {
                throw new S3StreamException(
                        "the store is away", S3StreamException.Retry.RETRYABLE, null);
            }
            return super.put(key, body);
        }
    }

    @Test
    void aMergeThatFailedIsMadeOnceTheStoreIsBack() throws Exception {
        var away = new FailingStore(store);
        var unlucky = new TendedTable(away);
        unlucky.world.set("table.partition.by", "");
        for (int i = 0; i < 20; i++) {
            unlucky.commit(1);
        }
        away.fails = true;
        assertThatThrownBy(unlucky::tend).hasStackTraceContaining("the store is away");

        away.fails = false;
        unlucky.pass(Duration.ofMinutes(1));
        unlucky.tend();
        unlucky.tend();

        assertThat(unlucky.status().layout().mostSmallFiles()).isLessThanOrEqualTo(12);
        unlucky.assertRight();
    }

    @Test
    void theNewestSnapshotsStayHoweverOldTheyAre() throws Exception {
        tended.world.set("table.snapshot.min.count", "3");
        for (int i = 0; i < 6; i++) {
            tended.commit(1);
        }
        tended.pass(Duration.ofDays(30));
        tended.tend();

        assertThat(tended.metadata().snapshots()).hasSize(3);
        tended.assertRight();
    }

    @Test
    void branchesAndTagsOfOthersKeepTheirSnapshotsAndTheirFiles() throws Exception {
        tended.commit(1);
        Snapshot first = table().currentSnapshot();
        table().manageSnapshots().createTag("audit", first.snapshotId()).commit();
        tended.commit(2);
        Snapshot second = table().currentSnapshot();
        table().manageSnapshots().createBranch("kept", second.snapshotId()).commit();
        for (int i = 0; i < 15; i++) {
            tended.commit(1);
        }
        for (int i = 0; i < 40; i++) {
            tended.pass(Duration.ofDays(1));
            tended.round();
            tended.tend();
        }

        assertThat(tended.metadata().refs()).containsKeys("audit", "kept");
        assertThat(tended.rows(first.snapshotId())).isEqualTo(1);
        assertThat(tended.rows(second.snapshotId())).isEqualTo(3);
        tended.assertRight();
    }

    @Test
    void noMoreUntaggedSnapshotsStayThanMetadataCanHoldTheOldestGoFirst() throws Exception {
        var busy = new TendedTable(store, new SnapshotExpiry.Untagged(20, 15));
        long begin = busy.now.get();
        for (int i = 0; i < 80; i++) {
            busy.commit(1);
            busy.pass(Duration.ofMinutes(10));
            busy.tend();
            assertThat(busy.metadata().snapshots().size() - busy.metadata().refs().size())
                    .isLessThan(20);
        }

        assertThat(busy.status().eachCommitSinceMillis())
                .isBetween(busy.now.get() - 4 * HOUR, busy.now.get() - HOUR);
        assertThat(busy.status().oldestMillis()).isBetween(begin, begin + HOUR);
        busy.assertRight();
    }

    @Test
    void smallFilesAreMergedInTheirOrderAndDeletedRowsStayDeleted() throws Exception {
        tended.world.set("table.partition.by", "");
        for (int i = 0; i < 15; i++) {
            tended.commit(3);
        }
        table().updateSchema()
                .addColumn("extra", org.apache.iceberg.types.Types.StringType.get())
                .commit();
        delete(files().getFirst(), 1);
        for (int i = 0; i < 10; i++) {
            tended.commit(2);
        }
        int rows = tended.world.rows().size();
        tended.tend();

        assertThat(rows).isEqualTo(64);
        assertThat(files()).hasSize(1);
        assertThat(files().getFirst().deletes()).isEmpty();
        assertThat(tended.world.rows()).hasSize(64);
        VerifyResult.Right right = (VerifyResult.Right) tended.verify();
        assertThat(right.foreignChanges().compared())
                .extracting(VerifyResult.ForeignChange::deleted)
                .containsExactly(1L);
    }

    private void delete(FileScanTask task, long position) throws IOException {
        table().newRowDelta().addDeletes(deletion(task, position)).commit();
    }

    private DeleteFile deletion(FileScanTask task, long position) throws IOException {
        PositionDeleteWriter<Object> out =
                Parquet.writeDeletes(
                                table().io()
                                        .newOutputFile(
                                                table().locationProvider()
                                                        .newDataLocation(
                                                                "deletes-%d.parquet"
                                                                        .formatted(
                                                                                System
                                                                                        .nanoTime()))))
                        .overwrite()
                        .withSpec(task.spec())
                        .withPartition(task.file().partition())
                        .buildPositionWriter();
        try (out) {
            out.write(PositionDelete.create().set(task.file().location(), position));
        }
        return out.toDeleteFile();
    }

    @Test
    void filesOfEachPartitionAndSpecAreMergedAmongThemselves() throws Exception {
        for (int i = 0; i < 30; i++) {
            tended.commit(1);
            tended.pass(Duration.ofHours(1));
        }
        tended.world.set("table.partition.by", "bucket(2,id)");
        for (int i = 0; i < 30; i++) {
            tended.commit(1);
            tended.pass(Duration.ofHours(1));
        }
        List<Long> ids = ids();
        tended.tend();

        assertThat(files().size()).isLessThan(40);
        assertThat(tended.status().layout().mostSmallFiles())
                .isLessThanOrEqualTo(FilePlan.SMALL_MAX);
        assertThat(ids()).isEqualTo(ids);
        tended.assertRight();
        tended.commit(1);
        tended.assertRight();
    }

    private List<Long> ids() {
        return tended.world.rows().stream().map(row -> (Long) row.getField("id")).toList();
    }

    @Test
    void aDeletionWhileFilesAreMergedEndsTheMergeAndNotTheDeletion() throws Exception {
        tended.world.set("table.partition.by", "");
        for (int i = 0; i < 20; i++) {
            tended.commit(2);
        }
        LoadedTable before = loaded();
        FilePlan plan = FilePlan.of(before.table(), 1 << 20);
        delete(files().get(3), 0);

        assertThat(new Compaction(new Random(1)).run(before, plan, 1)).isFalse();
        assertThat(tended.world.rows()).hasSize(39);
        tended.assertRight();

        LoadedTable again = loaded();
        plan = FilePlan.of(again.table(), 1 << 20);
        table().newDelete().deleteFromRowFilter(Expressions.alwaysTrue()).commit();
        assertThat(new Compaction(new Random(1)).run(again, plan, 1)).isFalse();
        assertThat(tended.world.rows()).isEmpty();
    }

    @Test
    void aRoundThatIsUnderWayWhenFilesAreMergedIsCommitted() throws Exception {
        tended.world.set("table.partition.by", "");
        for (int i = 0; i < 20; i++) {
            tended.commit(2);
        }
        LoadedTable before = loaded();
        FilePlan plan = FilePlan.of(before.table(), 1 << 20);
        tended.commit(2);

        assertThat(new Compaction(new Random(1)).run(before, plan, 1)).isTrue();
        assertThat(tended.world.rows()).hasSize(42);
        tended.assertRight();
    }

    @Test
    void aCommitterWhoseLeaseIsGoneMergesNothingOnceItsSuccessorHasCommitted() {
        tended.world.set("table.partition.by", "");
        for (int i = 0; i < 20; i++) {
            tended.commit(2);
        }
        LoadedTable before = loaded();
        FilePlan plan = FilePlan.of(before.table(), 1 << 20);
        tended.restart();
        tended.commit(1);

        assertThat(new Compaction(new Random(1)).run(before, plan, 1)).isFalse();
    }

    @Test
    void garbageGoesOnceItsWriterCannotCommitAndFilesOfOthersStay() throws Exception {
        tended.commit(1);
        String uuid = "-0189f7b1-5cc2-7bb0-9d37-0a0c3e5d6a01-00000.parquet";
        put("data/part-0-another-writer.parquet");
        put("metadata/another-writer-m0.avro");
        put("data/1" + uuid);
        put("data/0" + uuid);
        put("data/7" + uuid);
        put("metadata/oxbow-0-x-m0.avro");
        put("metadata/00007-0189f7b1-5cc2-7bb0-9d37-0a0c3e5d6a01.metadata.json");
        TreeSet<String> all = tended.stored();
        sweepWithoutRounds();
        assertThat(tended.stored()).containsAll(all);
        sweepWithoutRounds();
        assertThat(tended.stored())
                .contains("data/1" + uuid, "data/7" + uuid)
                .contains("data/part-0-another-writer.parquet", "metadata/another-writer-m0.avro")
                .doesNotContain("data/0" + uuid, "metadata/oxbow-0-x-m0.avro")
                .doesNotContain(
                        "metadata/00007-0189f7b1-5cc2-7bb0-9d37-0a0c3e5d6a01.metadata.json");

        tended.round();
        sweepWithoutRounds();
        assertThat(tended.stored()).doesNotContain("data/1" + uuid).contains("data/7" + uuid);
        assertThat(tended.status().unknownFiles()).isEqualTo(2);
        assertThat(tended.status().sweepDebt()).isEqualTo(1);
        tended.assertRight();
    }

    private void sweepWithoutRounds() {
        tended.pass(Duration.ofHours(2));
        tended.tend();
    }

    private void put(String place) throws IOException {
        try (PositionOutputStream out =
                table().io().newOutputFile(table().location() + "/" + place).create()) {
            out.write(1);
        }
    }

    @Test
    void schemasThatNoSnapshotNeedsGoAndRenamedColumnsKeepTheirSources() throws Exception {
        tended.commit(1);
        table().updateSchema().renameColumn("name", "title").commit();
        for (int i = 0; i < 5; i++) {
            table().updateSchema()
                    .addColumn("c" + i, org.apache.iceberg.types.Types.StringType.get())
                    .commit();
            tended.commit(1);
        }
        for (int i = 0; i < 20; i++) {
            tended.pass(Duration.ofDays(1));
            tended.commit(1);
            tended.tend();
        }

        assertThat(tended.metadata().schemas()).hasSizeLessThan(3);
        assertThat(table().schema().findField("name")).isNull();
        assertThat(tended.world.rows().getLast().getField("title")).isNotNull();
        tended.assertRight();
    }
}
