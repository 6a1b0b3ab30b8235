package io.oxbow.tableflow.tend;

import io.oxbow.tableflow.TableFlowException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.ContentFile;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.Table;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.util.ContentFileUtil;
import org.apache.iceberg.util.StructLikeMap;

/**
 * Plan of what to merge. Of a partition with many undersized files the smallest are taken, as long
 * as the next is not larger than all before it together: a row that is rewritten is in a file of at
 * least twice the size afterwards, so it is rewritten a logarithmic number of times.
 */
final class FilePlan {

    /** Number of undersized files of a partition from which on they are merged. */
    static final int SMALL_MAX = 12;

    /** Number of undersized files of a partition that a merge leaves at most. */
    private static final int SMALL_LEFT = 6;

    private static final double SMALL_SHARE = 0.75;
    private static final double DELETED_SHARE = 0.3;
    private static final int DELETE_FILES_MAX = 10;

    private final long targetBytes;
    private final List<Partition> partitions = new ArrayList<>();
    private int smallFiles;
    private int mostSmall;
    private int files;

    /** Files to be merged, all of one partition. */
    record Merge(PartitionSpec spec, StructLike partition, List<FileScanTask> tasks) {
        long bytes() {
            return FilePlan.bytes(tasks);
        }
    }

    private record Partition(PartitionSpec spec, StructLike values, List<FileScanTask> small) {}

    private FilePlan(long targetBytes) {
        this.targetBytes = targetBytes;
    }

    /** Makes the plan of a table's present files. */
    static FilePlan of(Table table, long targetBytes) {
        return of(table, Expressions.alwaysTrue(), targetBytes);
    }

    /**
     * Makes the plan of some of a table's present files.
     *
     * @param which filter that holds for whole partitions
     */
    static FilePlan of(Table table, Expression which, long targetBytes) {
        FilePlan plan = new FilePlan(targetBytes);
        Map<Integer, StructLikeMap<Partition>> bySpec = new HashMap<>();
        try (CloseableIterable<FileScanTask> tasks =
                table.newScan().filter(which).ignoreResiduals().planFiles()) {
            for (FileScanTask task : tasks) {
                plan.files++;
                if (plan.isCandidate(task)) {
                    StructLike values = task.file().partition();
                    bySpec.computeIfAbsent(
                                    task.spec().specId(),
                                    _ -> StructLikeMap.create(task.spec().partitionType()))
                            .computeIfAbsent(
                                    values,
                                    () -> new Partition(task.spec(), values, new ArrayList<>()))
                            .small()
                            .add(task);
                }
            }
        } catch (IOException e) {
            throw TableFlowException.retryable("cannot plan files of " + table.name(), e);
        }
        bySpec.values().forEach(partitions -> partitions.values().forEach(plan::add));
        return plan;
    }

    private void add(Partition partition) {
        int small = (int) partition.small().stream().filter(this::isSmall).count();
        smallFiles += small;
        mostSmall = Math.max(mostSmall, small);
        partitions.add(partition);
    }

    private boolean isCandidate(FileScanTask task) {
        return task.file().format() == FileFormat.PARQUET && (isSmall(task) || isMuchDeleted(task));
    }

    private boolean isSmall(FileScanTask task) {
        return task.file().fileSizeInBytes() < targetBytes * SMALL_SHARE;
    }

    private static boolean isMuchDeleted(FileScanTask task) {
        long deleted =
                task.deletes().stream()
                        .filter(ContentFileUtil::isFileScoped)
                        .mapToLong(ContentFile::recordCount)
                        .sum();
        return task.deletes().size() >= DELETE_FILES_MAX
                || deleted >= DELETED_SHARE * task.file().recordCount() && deleted > 0;
    }

    long targetBytes() {
        return targetBytes;
    }

    int partitions() {
        return partitions.size();
    }

    /** Returns the counts of the files. */
    TendingStatus.Layout layout() {
        long debt = partitions.stream().mapToLong(partition -> bytes(merge(partition))).sum();
        return new TendingStatus.Layout(files, smallFiles, mostSmall, debt);
    }

    /**
     * Returns merges that are due, of partitions with most files first, up to about so many bytes.
     */
    List<Merge> merges(long bytesMax) {
        List<Merge> due = new ArrayList<>();
        for (Partition partition : partitions) {
            List<FileScanTask> tasks = merge(partition);
            if (!tasks.isEmpty()) {
                due.add(new Merge(partition.spec(), partition.values(), tasks));
            }
        }
        due.sort(Comparator.comparingInt((Merge merge) -> merge.tasks().size()).reversed());
        List<Merge> first = new ArrayList<>();
        long bytes = 0;
        for (Merge merge : due) {
            bytes += merge.bytes();
            if (bytes > bytesMax && !first.isEmpty()) {
                break;
            }
            first.add(merge);
        }
        return first;
    }

    private List<FileScanTask> merge(Partition partition) {
        List<FileScanTask> small = new ArrayList<>();
        List<FileScanTask> chosen = new ArrayList<>();
        for (FileScanTask task : partition.small()) {
            (isMuchDeleted(task) ? chosen : small).add(task);
        }
        small.sort(Comparator.comparingLong(task -> task.file().fileSizeInBytes()));
        long[] sizes = small.stream().mapToLong(task -> task.file().fileSizeInBytes()).toArray();
        chosen.addAll(small.subList(0, count(sizes, targetBytes, SMALL_MAX, SMALL_LEFT)));
        return chosen;
    }

    /**
     * Returns how many of the smallest files to merge.
     *
     * @param max number of files that are too few for it
     * @param left most files that stay, unless they are larger than all that is merged
     */
    static int count(long[] ascending, long targetBytes, int max, int left) {
        if (ascending.length <= max) {
            return 0;
        }
        int least = ascending.length - left + 1;
        long sum = ascending[0];
        int count = 1;
        while (count < ascending.length
                && (count < 2
                        || sum + ascending[count] <= targetBytes
                                && (count < least || ascending[count] <= sum))) {
            sum += ascending[count++];
        }
        return count;
    }

    private static long bytes(List<FileScanTask> tasks) {
        return tasks.stream().mapToLong(task -> task.file().fileSizeInBytes()).sum();
    }
}
