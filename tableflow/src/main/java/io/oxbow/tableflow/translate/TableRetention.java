package io.oxbow.tableflow.translate;

import io.oxbow.s3stream.env.Clock;
import io.oxbow.tableflow.TableFlowException;
import io.oxbow.tableflow.commit.CommitOutcome;
import io.oxbow.tableflow.commit.LoadedTable;
import io.oxbow.tableflow.commit.TableCommitter;
import io.oxbow.tableflow.shape.SystemColumns;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.expressions.StrictMetricsEvaluator;
import org.apache.iceberg.io.CloseableIterable;

/**
 * A table's own retention: removes files in which every row is too old, by metadata alone. A file
 * with newer rows, or with rows that have no timestamp, stays.
 */
public final class TableRetention {

    private static final long INTERVAL_MIN_MILLIS = 10_000;
    private static final long INTERVAL_MAX_MILLIS = 600_000;

    private final Catalog catalog;
    private final Clock clock;
    private long nextRunMillis;
    private long lastRetentionMillis = -1;

    public TableRetention(Catalog catalog, Clock clock) {
        this.catalog = catalog;
        this.clock = clock;
    }

    /**
     * Runs if a tenth of the retention has passed since the last time, within reason, or if the
     * retention was altered.
     */
    public void runIfDue(TableTopic topic, long epoch) {
        long retention = topic.config().retentionMillis();
        long now = clock.wallMillis();
        if (retention < 0 || (now < nextRunMillis && retention == lastRetentionMillis)) {
            return;
        }
        lastRetentionMillis = retention;
        nextRunMillis = now + Math.clamp(retention / 10, INTERVAL_MIN_MILLIS, INTERVAL_MAX_MILLIS);
        run(topic, epoch, now);
    }

    /**
     * Removes files from the table whose newest row is older than the retention; returns their
     * number.
     */
    public int run(TableTopic topic, long epoch, long nowMillis) {
        LoadedTable loaded =
                LoadedTable.load(catalog, topic.config().identifier(), topic.id()).orElse(null);
        long cutoffMillis = nowMillis - topic.config().retentionMillis();
        if (loaded == null
                || topic.config().retentionMillis() < 0
                || loaded.table().currentSnapshot() == null
                || cutoffMillis <= 0) {
            return 0;
        }
        List<DataFile> old = filesBefore(loaded.table(), cutoffMillis * 1_000, loaded);
        if (old.isEmpty()) {
            return 0;
        }
        CommitOutcome outcome = new TableCommitter(loaded, epoch).remove(old);
        return outcome instanceof CommitOutcome.Committed ? old.size() : 0;
    }

    private static List<DataFile> filesBefore(Table table, long cutoffMicros, LoadedTable loaded) {
        SystemColumns system =
                new SystemColumns(
                        loaded.metadata().property(TableProperties.COLUMN_PREFIX, "kafka_"));
        Expression tooOld = Expressions.lessThan(system.timestamp(), cutoffMicros);
        var allTooOld = new StrictMetricsEvaluator(table.schema(), tooOld);
        List<DataFile> files = new ArrayList<>();
        try (CloseableIterable<FileScanTask> tasks =
                table.newScan().filter(tooOld).includeColumnStats().planFiles()) {
            for (FileScanTask task : tasks) {
                if (allTooOld.eval(task.file())) {
                    files.add(task.file());
                }
            }
        } catch (IOException e) {
            throw TableFlowException.retryable("cannot plan files of " + table.name(), e);
        }
        return files;
    }
}
