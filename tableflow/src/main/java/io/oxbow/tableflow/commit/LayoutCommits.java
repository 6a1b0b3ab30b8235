package io.oxbow.tableflow.commit;

import io.oxbow.tableflow.TableFlowException;
import java.util.Collection;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.ManifestFile;
import org.apache.iceberg.RewriteFiles;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotAncestryValidator;
import org.apache.iceberg.SnapshotUpdate;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.CommitStateUnknownException;
import org.apache.iceberg.exceptions.ValidationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Commits changes of a table's layout, which alter no row and carry no progress. A round that is
 * under way is not superseded by them. They are refused once a higher epoch has committed, as files
 * that they bring may be gone by then.
 */
public final class LayoutCommits {

    /** Summary's word for the kind of such a commit. */
    public static final String KIND = "oxbow.layout";

    private static final Logger LOG = LoggerFactory.getLogger(LayoutCommits.class);

    private final LoadedTable loaded;
    private final long epoch;

    /**
     * A replacement of data files by others with the same rows.
     *
     * @param deletes delete files that were applied and meet no other data file
     * @param fromSnapshotId snapshot that the rows were read from
     * @param sequenceNumber that snapshot's
     */
    public record Replacement(
            Collection<DataFile> replaced,
            Collection<DeleteFile> deletes,
            Collection<DataFile> added,
            long fromSnapshotId,
            long sequenceNumber) {}

    /**
     * @param epoch at which this node may commit to the table
     */
    public LayoutCommits(LoadedTable loaded, long epoch) {
        this.loaded = loaded;
        this.epoch = epoch;
    }

    /**
     * Replaces data files. Rows that somebody deleted since they were read end it.
     *
     * @return false if the table has changed so that it cannot be
     */
    public boolean replace(Replacement replacement) {
        return commit(
                "compaction",
                table -> {
                    RewriteFiles rewrite =
                            table.newRewrite()
                                    .validateFromSnapshot(replacement.fromSnapshotId())
                                    .dataSequenceNumber(replacement.sequenceNumber());
                    replacement.replaced().forEach(rewrite::deleteFile);
                    replacement.deletes().forEach(rewrite::deleteFile);
                    replacement.added().forEach(rewrite::addFile);
                    return rewrite;
                });
    }

    /**
     * Rewrites manifests so that each has neighbouring partitions.
     *
     * @return false if the table has changed so that it cannot be
     */
    public boolean rewriteManifests(
            Predicate<ManifestFile> which, Function<DataFile, Object> cluster) {
        return commit(
                "manifests", table -> table.rewriteManifests().clusterBy(cluster).rewriteIf(which));
    }

    private boolean commit(String kind, Function<Table, SnapshotUpdate<?>> update) {
        var operations =
                new EvolvingOperations(loaded.operations(), epoch, null, updated -> Map.of());
        try {
            SnapshotUpdate<?> pending =
                    update.apply(new BaseTable(operations, loaded.table().name()));
            pending.set(KIND, kind);
            pending.validateWith(noLaterEpoch());
            pending.commit();
            return true;
        } catch (ValidationException | CommitFailedException e) {
            LOG.info("{} of {} is not made: {}", kind, loaded.table().name(), e.getMessage());
            return false;
        } catch (CommitStateUnknownException e) {
            throw new TableFlowException(
                    "the outcome of a change of the layout is unknown; the table will say",
                    TableFlowException.Retry.UNKNOWN,
                    e);
        }
    }

    private SnapshotAncestryValidator noLaterEpoch() {
        return new SnapshotAncestryValidator() {
            @Override
            public boolean validate(Iterable<Snapshot> ancestors) {
                TableMetadata now = loaded.operations().current();
                return Ancestry.progress(now)
                        .map(progress -> progress.committerEpoch() <= epoch)
                        .orElse(true);
            }

            @Override
            public String errorMessage() {
                return "another committer has the table";
            }
        };
    }
}
