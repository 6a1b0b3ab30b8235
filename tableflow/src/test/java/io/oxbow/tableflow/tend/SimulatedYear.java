package io.oxbow.tableflow.tend;

import io.oxbow.s3stream.store.ObjectStore;
import io.oxbow.s3stream.testkit.InMemoryObjectStore;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotSummary;
import org.apache.iceberg.Table;

/**
 * A year of a table that is committed to and tended, by a clock that is set on after each commit.
 * Looks at even intervals note the table's size and costs.
 */
final class SimulatedYear {

    static final int DAYS = 366;

    /** Number of looks. */
    static final int LOOKS = 61;

    /** Speed of the records' time against the clock's: an hour of the clock is a day's. */
    private static final int HOURS_PER_DAY = 24;

    private static final int RECORDS_PER_COMMIT = 4;

    /** Heap that the store in memory needs for an object besides its bytes. */
    private static final long OBJECT_HEAP = 256;

    private final InMemoryObjectStore bucket = new InMemoryObjectStore();
    private final CountedStore store = new CountedStore(bucket);
    private final TendedTable tended;
    private final int commits;
    private final List<Look> looks = new ArrayList<>();
    private final Cost rounds = new Cost();
    private final Cost tending = new Cost();

    /**
     * State of the table at a look, and what a commit cost since the look before.
     *
     * @param day of the year
     * @param partitions that have files
     */
    record Look(
            double day,
            long heapBytes,
            long metadataBytes,
            long dataFiles,
            long partitions,
            long mostSmallFiles,
            long manifests,
            Stored data,
            Stored other,
            long rows,
            Spent commit,
            Spent tending) {}

    /** Objects in the bucket, and their bytes. */
    record Stored(long objects, long bytes) {}

    /** Average cost of a commit, or of the tending after one. */
    record Spent(double requests, double bytes, double millis) {}

    private final class Cost {

        private long requests;
        private long bytes;
        private long nanos;
        private int times;

        void run(Runnable work) {
            long requestsBefore = store.requests();
            long bytesBefore = store.bytes();
            long before = System.nanoTime();
            work.run();
            nanos += System.nanoTime() - before;
            requests += store.requests() - requestsBefore;
            bytes += store.bytes() - bytesBefore;
            times++;
        }

        Spent take() {
            Spent spent =
                    new Spent(
                            (double) requests / times, (double) bytes / times, nanos / 1e6 / times);
            requests = 0;
            bytes = 0;
            nanos = 0;
            times = 0;
            return spent;
        }
    }

    /**
     * @param settings of the topic's table
     */
    SimulatedYear(int commits, Map<String, String> settings) {
        this.commits = commits;
        tended = new TendedTable(store, new SnapshotExpiry.Untagged(60, 50));
        settings.forEach(tended.world::set);
    }

    List<Look> run() {
        long begin = tended.now.get();
        int perLook = commits / LOOKS;
        for (int i = 1; i <= perLook * LOOKS; i++) {
            long time = DAYS * TendedTable.DAY * i / (perLook * LOOKS);
            rounds.run(() -> tended.commit(RECORDS_PER_COMMIT, begin + time));
            tended.world.log.forget(0, tended.world.log.nextOffset(0));
            tending.run(tended::tend);
            tended.now.set(begin + time / HOURS_PER_DAY);
            if (i % perLook == 0) {
                looks.add(look((double) DAYS * i / (perLook * LOOKS)));
            }
        }
        return looks;
    }

    private Look look(double day) {
        Table table = tended.world.table();
        Snapshot now = table.currentSnapshot();
        Stored all = stored("");
        Stored data = stored(table.location().substring("memory://bucket/".length()) + "/data/");
        FilePlan plan = FilePlan.of(table, 128 << 20);
        return new Look(
                day,
                heap() - all.bytes() - all.objects() * OBJECT_HEAP,
                tended.status().metadataBytes(),
                Long.parseLong(now.summary().get(SnapshotSummary.TOTAL_DATA_FILES_PROP)),
                plan.partitions(),
                plan.layout().mostSmallFiles(),
                now.allManifests(table.io()).size(),
                data,
                new Stored(all.objects() - data.objects(), all.bytes() - data.bytes()),
                Long.parseLong(now.summary().get(SnapshotSummary.TOTAL_RECORDS_PROP)),
                rounds.take(),
                tending.take());
    }

    private Stored stored(String prefix) {
        long objects = 0;
        long bytes = 0;
        String last = "";
        List<ObjectStore.ObjectSummary> page;
        do {
            page = ((ObjectStore.ListResult.Listed) bucket.list(prefix, last, 1_000)).objects();
            for (ObjectStore.ObjectSummary object : page) {
                objects++;
                bytes += object.size();
                last = object.key();
            }
        } while (!page.isEmpty());
        return new Stored(objects, bytes);
    }

    private static long heap() {
        for (int i = 0; i < 2; i++) {
            System.gc();
        }
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }
}
