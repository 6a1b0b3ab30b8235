package io.oxbow.tableflow.tend;

import io.oxbow.tableflow.TableFlowException;
import io.oxbow.tableflow.commit.LayoutCommits;
import io.oxbow.tableflow.commit.LoadedTable;
import io.oxbow.tableflow.commit.OwnFiles;
import io.oxbow.tableflow.write.TableWriter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.random.RandomGenerator;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.Table;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.util.ContentFileUtil;

/**
 * Merges small data files of a partition into larger ones, in the order in which they were
 * committed, without the rows that were deleted. Nothing of it counts until its commit.
 */
final class Compaction {

    /** Most bytes that one turn reads, unless one merge alone needs more. */
    private static final long TURN_BYTES_MAX = 256L << 20;

    private static final int HEAP_SHARE = 8;

    private final RandomGenerator random;

    Compaction(RandomGenerator random) {
        this.random = random;
    }

    /**
     * Merges the partitions of a plan that need it most.
     *
     * @return true if files were merged
     */
    boolean run(LoadedTable loaded, FilePlan plan, long epoch) {
        List<FilePlan.Merge> merges = plan.merges(TURN_BYTES_MAX);
        Snapshot read = loaded.table().currentSnapshot();
        if (merges.isEmpty() || read == null) {
            return false;
        }
        List<DataFile> replaced = new ArrayList<>();
        List<DeleteFile> deletes = new ArrayList<>();
        List<DataFile> added = new ArrayList<>();
        for (FilePlan.Merge merge : merges) {
            added.addAll(write(loaded.table(), merge, plan.targetBytes(), epoch));
            for (FileScanTask task : merge.tasks()) {
                replaced.add(task.file());
                task.deletes().stream().filter(ContentFileUtil::isFileScoped).forEach(deletes::add);
            }
        }
        return new LayoutCommits(loaded, epoch)
                .replace(
                        new LayoutCommits.Replacement(
                                replaced,
                                deletes,
                                added,
                                read.snapshotId(),
                                read.sequenceNumber()));
    }

    /**
     * Returns the size of files to write: an eighth of the heap at most, as one is gathered there.
     */
    static long targetBytes(long wanted) {
        return Math.min(wanted, Runtime.getRuntime().maxMemory() / HEAP_SHARE);
    }

    private List<DataFile> write(Table table, FilePlan.Merge merge, long targetBytes, long epoch) {
        RowReader reader = new RowReader(table);
        TableWriter writer =
                new TableWriter(
                        table,
                        merge.spec(),
                        OwnFiles.prefix(epoch, random),
                        Long.MAX_VALUE,
                        targetBytes);
        writer.use(reader.schema());
        List<FileScanTask> inOrder = new ArrayList<>(merge.tasks());
        inOrder.sort(Comparator.comparingLong(Compaction::sequence));
        for (FileScanTask task : inOrder) {
            long bytes = task.file().fileSizeInBytes() / Math.max(1, task.file().recordCount()) + 1;
            try (CloseableIterable<StructLike> rows = reader.rows(task)) {
                rows.forEach(row -> writer.write(row, merge.partition(), bytes));
            } catch (IOException e) {
                throw TableFlowException.retryable("cannot read " + task.file().location(), e);
            }
        }
        return writer.complete();
    }

    private static long sequence(FileScanTask task) {
        Long sequence = task.file().fileSequenceNumber();
        return sequence == null ? 0 : sequence;
    }
}
