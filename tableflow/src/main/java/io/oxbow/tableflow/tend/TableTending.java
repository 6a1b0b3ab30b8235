package io.oxbow.tableflow.tend;

import io.oxbow.catalog.FolderIO;
import io.oxbow.catalog.PointerCatalog;
import io.oxbow.s3stream.env.Environment;
import io.oxbow.tableflow.commit.LoadedTable;
import io.oxbow.tableflow.config.TableConfig;
import java.util.Optional;
import java.util.UUID;
import java.util.function.LongSupplier;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotSummary;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.ValidationException;
import org.apache.iceberg.expressions.Expression;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tends one table, a turn at a time. Used by one thread; the status is read by any. */
final class TableTending {

    private static final Logger LOG = LoggerFactory.getLogger(TableTending.class);

    /** Number of files that may be added before the files are looked at again. */
    private static final int NEW_FILES_MAX = 6;

    static final long SWEEP_INTERVAL_MILLIS = 3_600_000;
    private static final long SWEEP_FIRST_MILLIS = 600_000;
    private static final long PLAN_INTERVAL_MILLIS = 600_000;

    /** Interval in which all files are looked at, whatever was added. */
    private static final long WHOLE_INTERVAL_MILLIS = 86_400_000;

    /** Pause after a merge that failed. */
    private static final long RETRY_MILLIS = 30_000;

    private final Catalog catalog;
    private final Environment environment;
    private final LongSupplier roundsEnded;
    private final SnapshotExpiry expiry;
    private final Compaction compaction;
    private final Sweep sweep = new Sweep();
    private final TouchedPartitions touched = new TouchedPartitions();
    private long nextSweepMillis;
    private long nextPlanMillis;
    private long nextWholeMillis;
    private long plannedFiles = -1;
    private long plannedSnapshot = -1;
    private boolean isShared;
    private TendingStatus.Layout layout = TendingStatus.Layout.NONE;
    private Sweep.Result swept = new Sweep.Result(0, 0, 0);
    private volatile TendingStatus status = TendingStatus.NONE;

    /** A turn at a table, with the settings and the epoch by which it is taken. */
    record Turn(TableIdentifier identifier, UUID topicId, TableConfig config, long epoch) {}

    /**
     * @param roundsEnded number of the topic's rounds that have come to their end in this process
     */
    TableTending(
            Catalog catalog,
            Environment environment,
            SnapshotExpiry expiry,
            LongSupplier roundsEnded) {
        this.catalog = catalog;
        this.expiry = expiry;
        this.environment = environment;
        this.roundsEnded = roundsEnded;
        this.compaction = new Compaction(environment.random());
        this.nextSweepMillis = environment.clock().wallMillis() + SWEEP_FIRST_MILLIS;
    }

    TendingStatus status() {
        return status;
    }

    /**
     * Takes a turn. A step that fails holds no other up.
     *
     * @return true if there is more to do at once
     * @throws RuntimeException the first failure of a step
     */
    boolean run(Turn turn) {
        if (load(turn).isEmpty()) {
            return false;
        }
        Steps steps = new Steps();
        boolean[] merged = new boolean[1];
        steps.take(() -> load(turn).ifPresent(table -> HourTags.run(table, turn.config(), now())));
        steps.take(() -> load(turn).ifPresent(table -> expire(turn, table)));
        steps.take(() -> load(turn).ifPresent(table -> merged[0] = compact(turn, table)));
        steps.take(() -> load(turn).ifPresent(table -> ManifestMerge.run(table, turn.epoch())));
        steps.take(() -> load(turn).ifPresent(table -> sweepIfDue(turn, table)));
        steps.take(() -> load(turn).ifPresent(table -> look(turn, table)));
        steps.end();
        return merged[0];
    }

    /** A step of a turn. */
    @FunctionalInterface
    private interface Step {
        void run();
    }

    /** Steps of a turn: each is taken, whatever became of those before it. */
    private static final class Steps {

        private @Nullable RuntimeException failure;

        void take(Step step) {
            try {
                step.run();
            } catch (CommitFailedException e) {
                LOG.info("a step of tending waits for the next turn: {}", e.getMessage());
            } catch (RuntimeException e) {
                RuntimeException first = failure;
                if (first == null) {
                    failure = e;
                } else {
                    first.addSuppressed(e);
                }
            }
        }

        void end() {
            RuntimeException first = failure;
            if (first != null) {
                throw first;
            }
        }
    }

    private long now() {
        return environment.clock().wallMillis();
    }

    private Optional<LoadedTable> load(Turn turn) {
        return LoadedTable.load(catalog, turn.identifier(), turn.topicId())
                .filter(table -> table.metadata().currentSnapshot() != null);
    }

    private void expire(Turn turn, LoadedTable table) {
        if (table.metadata()
                .propertyAsBoolean(
                        TableProperties.GC_ENABLED, TableProperties.GC_ENABLED_DEFAULT)) {
            expiry.run(table, turn.config(), status.metadataBytes(), now());
        }
    }

    private static long metadataBytes(LoadedTable table) {
        return table.table().io().newInputFile(table.metadata().metadataFileLocation()).getLength();
    }

    private boolean compact(Turn turn, LoadedTable table) {
        if (!isPlanDue(table)) {
            return false;
        }
        FilePlan plan = plan(turn, table);
        // A merge that does not come to its end leaves the files as they were: what was due stays
        // due.
        planned(table, false, RETRY_MILLIS);
        boolean merged = compaction.run(table, plan, turn.epoch());
        planned(table, !merged, merged ? 0 : PLAN_INTERVAL_MILLIS);
        if (!merged) {
            touched.settled(table.table());
        }
        return merged;
    }

    /** Looks at the partitions that have new files, and now and then at the whole table. */
    private FilePlan plan(Turn turn, LoadedTable table) {
        long targetBytes = Compaction.targetBytes(turn.config().fileTargetBytes());
        Snapshot current = table.table().currentSnapshot();
        if (now() >= nextWholeMillis || current != null && hasNewDeletes(current)) {
            touched.all();
        }
        touched.update(table.table());
        Optional<Expression> filter = touched.filter(table.table());
        if (filter.isPresent()) {
            try {
                FilePlan plan = FilePlan.of(table.table(), filter.get(), targetBytes);
                layout = layout.with(current == null ? 0 : total(current), plan.layout());
                return plan;
            } catch (ValidationException e) {
                LOG.info("all files of {} are looked at: {}", turn.identifier(), e.getMessage());
            }
        }
        FilePlan plan = FilePlan.of(table.table(), targetBytes);
        layout = plan.layout();
        nextWholeMillis = now() + WHOLE_INTERVAL_MILLIS;
        return plan;
    }

    private static boolean hasNewDeletes(Snapshot snapshot) {
        return snapshot.summary().containsKey(SnapshotSummary.ADDED_DELETE_FILES_PROP);
    }

    /**
     * Returns true if enough has changed since the files were looked at for something to be due.
     */
    private boolean isPlanDue(LoadedTable table) {
        Snapshot current = table.table().currentSnapshot();
        if (current == null || current.snapshotId() == plannedSnapshot) {
            return false;
        }
        return hasNewDeletes(current)
                || plannedFiles < 0
                || Math.abs(total(current) - plannedFiles) >= NEW_FILES_MAX
                || now() >= nextPlanMillis;
    }

    /**
     * @param settled true if nothing is due in the files of this snapshot
     * @param againMillis when files are looked at again if few have come
     */
    private void planned(LoadedTable table, boolean settled, long againMillis) {
        Snapshot current = table.table().currentSnapshot();
        if (current != null) {
            plannedSnapshot = settled ? current.snapshotId() : -1;
            plannedFiles = total(current);
        }
        nextPlanMillis = now() + againMillis;
    }

    private static long total(Snapshot snapshot) {
        return Long.parseLong(
                snapshot.summary().getOrDefault(SnapshotSummary.TOTAL_DATA_FILES_PROP, "0"));
    }

    private static int manifests(LoadedTable table) {
        Snapshot current = table.table().currentSnapshot();
        return current == null ? 0 : current.allManifests(table.table().io()).size();
    }

    private void sweepIfDue(Turn turn, LoadedTable table) {
        if (now() < nextSweepMillis || !(table.table().io() instanceof FolderIO io)) {
            return;
        }
        nextSweepMillis = now() + SWEEP_INTERVAL_MILLIS;
        SchemaCleanup.run(table);
        if (catalog instanceof PointerCatalog pointers) {
            Optional<String> shared = pointers.sharedFolder(turn.identifier());
            if (shared.isPresent()) {
                if (!isShared) {
                    LOG.warn("no file of {} is deleted: {}", turn.identifier(), shared.get());
                }
                isShared = true;
                return;
            }
        }
        swept =
                sweep.run(
                        table.operations(),
                        io,
                        new Sweep.Writers(
                                turn.epoch(),
                                table.progress().committerEpoch(),
                                roundsEnded.getAsLong()));
    }

    private void look(Turn turn, LoadedTable table) {
        status =
                new TendingStatus(
                        table.metadata().snapshots().size(),
                        layout,
                        manifests(table),
                        metadataBytes(table),
                        SnapshotExpiry.debt(table.metadata(), turn.config(), now()),
                        swept.waiting(),
                        swept.unknown(),
                        SnapshotExpiry.eachCommitSinceMillis(table.metadata()),
                        SnapshotExpiry.oldestMillis(table.metadata()));
    }
}
