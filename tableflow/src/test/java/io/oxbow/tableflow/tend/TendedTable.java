package io.oxbow.tableflow.tend;

import static org.assertj.core.api.Assertions.assertThat;

import io.oxbow.catalog.PointerCatalog;
import io.oxbow.s3stream.env.Clock;
import io.oxbow.s3stream.env.Environment;
import io.oxbow.s3stream.store.ObjectStore;
import io.oxbow.tableflow.MemoryLog;
import io.oxbow.tableflow.MemoryLogSource;
import io.oxbow.tableflow.TableWorld;
import io.oxbow.tableflow.odd.MemoryPointers;
import io.oxbow.tableflow.translate.QuarantineTable;
import io.oxbow.tableflow.translate.RoundResult;
import io.oxbow.tableflow.verify.TableVerifier;
import io.oxbow.tableflow.verify.VerifyResult;
import io.oxbow.tableflow.write.ObjectStoreFileIO;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.iceberg.HasTableOperations;
import org.apache.iceberg.ManifestFile;
import org.apache.iceberg.ManifestFiles;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.FileIO;
import org.apache.kafka.common.record.internal.SimpleRecord;

/** A table over a store in memory, its rounds, and the tending of it by a test's clock. */
final class TendedTable {

    static final long DAY = Duration.ofDays(1).toMillis();
    static final long HOUR = Duration.ofHours(1).toMillis();

    final TableWorld world = new TableWorld();
    final AtomicLong now =
            new AtomicLong(
                    System.currentTimeMillis() / DAY * DAY - Duration.ofDays(800).toMillis());
    private final Environment environment;
    private final SnapshotExpiry.Untagged untagged;
    private TopicTending tending;
    private long rounds;
    private long records;

    TendedTable(ObjectStore store) {
        this(store, SnapshotExpiry.Untagged.DEFAULT);
    }

    TendedTable(ObjectStore store, SnapshotExpiry.Untagged untagged) {
        this.untagged = untagged;
        ObjectStoreFileIO io = new ObjectStoreFileIO(store);
        world.catalog =
                new TimedCatalog(
                        new PointerCatalog(
                                new PointerCatalog.Settings(
                                        "tended", io.location().toString(), Map.of()),
                                new MemoryPointers(),
                                io),
                        now::get);
        world.partitions = 1;
        Environment machine = Environment.system();
        this.environment =
                new Environment(
                        new TestClock(),
                        machine.threads(),
                        machine.diskThreads(),
                        machine.random());
        this.tending = newTending();
    }

    private TopicTending newTending() {
        return new TopicTending(world.catalog, environment, untagged, () -> rounds);
    }

    /** Lets a process die and another begin, at the next epoch. */
    void restart() {
        world.epoch++;
        tending = newTending();
    }

    /** Appends records of now, and commits them. */
    void commit(int count) {
        commit(count, now.get());
    }

    /** Appends records of a time, and commits them. */
    void commit(int count, long recordMillis) {
        SimpleRecord[] batch = new SimpleRecord[count];
        for (int i = 0; i < count; i++) {
            batch[i] =
                    new SimpleRecord(
                            recordMillis,
                            null,
                            MemoryLog.bytes(
                                    "{\"id\":%d,\"name\":\"n%d\"}".formatted(records, records)));
            records++;
        }
        world.log.append(0, batch);
        round();
    }

    void round() {
        RoundResult result;
        do {
            result = world.round();
            rounds++;
        } while (result instanceof RoundResult.Superseded);
    }

    void pass(Duration time) {
        now.addAndGet(time.toMillis());
    }

    /** Takes turns until there is no more to do at once. */
    void tend() {
        while (tending.run(world.topic(), world.epoch)) {
            // on
        }
    }

    TendingStatus status() {
        return tending.status();
    }

    TableMetadata metadata() {
        return ((HasTableOperations) world.table()).operations().refresh();
    }

    /** Returns the places of all files in the table's folder. */
    TreeSet<String> stored() {
        Table table = world.table();
        TreeSet<String> places = new TreeSet<>();
        ((io.oxbow.catalog.FolderIO) table.io())
                .list(table.location())
                .forEach(file ->
                        places.add(file.location().substring(table.location().length() + 1)));
        return places;
    }

    /** Returns the places of all files that the table names. */
    TreeSet<String> named() {
        Table table = world.table();
        TreeSet<String> locations = new TreeSet<>();
        TableMetadata metadata = metadata();
        locations.add(metadata.metadataFileLocation());
        metadata.previousFiles().forEach(entry -> locations.add(entry.file()));
        for (Snapshot snapshot : metadata.snapshots()) {
            locations.add(snapshot.manifestListLocation());
            for (ManifestFile manifest : snapshot.allManifests(table.io())) {
                locations.add(manifest.path());
                try (CloseableIterable<String> paths =
                        ManifestFiles.readPaths(manifest, table.io(), table.specs())) {
                    paths.forEach(locations::add);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        }
        TreeSet<String> places = new TreeSet<>();
        locations.forEach(
                location -> places.add(location.substring(table.location().length() + 1)));
        return places;
    }

    /** Asserts that each snapshot can be read, and that the table holds its log. */
    void assertRight() throws Exception {
        assertThat(stored()).containsAll(named());
        FileIO io = world.table().io();
        for (Snapshot snapshot : metadata().snapshots()) {
            assertThat(snapshot.allManifests(io)).isNotNull();
        }
        assertThat(verify()).isInstanceOf(VerifyResult.Right.class);
    }

    VerifyResult verify() {
        TableIdentifier quarantine = QuarantineTable.identifier(world.identifier());
        return new TableVerifier(
                        new MemoryLogSource(world.log, world.partitions),
                        new TableVerifier.Tables(
                                world.table(),
                                world.catalog.tableExists(quarantine)
                                        ? world.catalog.loadTable(quarantine)
                                        : null),
                        world.schemas,
                        TableVerifier.Gaps.NONE)
                .verify();
    }

    /** Returns the number of rows that a snapshot has. */
    int rows(long snapshotId) throws Exception {
        List<Record> rows = new ArrayList<>();
        try (CloseableIterable<Record> all =
                IcebergGenerics.read(world.table()).useSnapshot(snapshotId).build()) {
            all.forEach(rows::add);
        }
        return rows.size();
    }

    private final class TestClock implements Clock {
        @Override
        public long wallMillis() {
            return now.get();
        }

        @Override
        public long nanoTime() {
            return now.get() * 1_000_000;
        }

        @Override
        public Cancellable after(Duration delay, Runnable task) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void sleep(Duration duration) {
            pass(duration);
        }
    }
}
