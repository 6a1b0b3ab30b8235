package io.oxbow.tableflow.commit;

import io.oxbow.tableflow.TableFlowException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.apache.iceberg.AppendFiles;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFiles;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotAncestryValidator;
import org.apache.iceberg.SnapshotUpdate;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.CommitStateUnknownException;
import org.apache.iceberg.exceptions.ValidationException;
import org.jspecify.annotations.Nullable;

/**
 * Commits rounds to one table, each on the condition that the table's progress is as it was read.
 */
public final class TableCommitter {

    private final LoadedTable loaded;
    private final long epoch;

    /**
     * @param loaded the table as the round found it
     * @param epoch at which this node may commit to tables; a table that a higher epoch has
     *     committed to is left alone
     */
    public TableCommitter(LoadedTable loaded, long epoch) {
        this.loaded = loaded;
        this.epoch = epoch;
        if (loaded.progress().committerEpoch() > epoch) {
            throw TableFlowException.fatal(
                    "the table was committed to at epoch %d, this committer's is %d"
                            .formatted(loaded.progress().committerEpoch(), epoch));
        }
    }

    /**
     * Adds the files of translated ranges, their offsets and the schema's growth to the table in
     * one step.
     */
    public CommitOutcome append(
            List<TranslatedRange> ranges,
            List<DataFile> files,
            @Nullable SchemaChange growth,
            long watermarkMillis) {
        for (TranslatedRange range : ranges) {
            if (!loaded.progress().canApply(range)) {
                return new CommitOutcome.Superseded(
                        "%s does not follow %s".formatted(range, loaded.progress()));
            }
        }
        TableProgress next =
                loaded.progress().apply(ranges, epoch, watermarkMillis, UUID.randomUUID());
        return commit(
                next,
                growth,
                table -> {
                    AppendFiles append = table.newAppend();
                    files.forEach(append::appendFile);
                    return append;
                });
    }

    /** Removes whole files from the table; its offsets stay as they are. */
    public CommitOutcome remove(Collection<DataFile> files) {
        TableProgress same =
                loaded.progress()
                        .apply(
                                List.of(),
                                epoch,
                                loaded.progress().watermarkMillis(),
                                UUID.randomUUID());
        return commit(
                same,
                null,
                table -> {
                    DeleteFiles delete = table.newDelete();
                    files.forEach(delete::deleteFile);
                    return delete;
                });
    }

    private interface Update {
        SnapshotUpdate<?> on(Table table);
    }

    private CommitOutcome commit(TableProgress next, @Nullable SchemaChange growth, Update update) {
        var operations =
                new EvolvingOperations(
                        loaded.operations(), epoch, growth, updated -> kept(next, updated));
        try {
            SnapshotUpdate<?> pending = update.on(new BaseTable(operations, loaded.table().name()));
            next.summary().forEach(pending::set);
            pending.validateWith(buildsOnWhatWasRead());
            pending.commit();
            return new CommitOutcome.Committed(next);
        } catch (SupersededException e) {
            return new CommitOutcome.Superseded(String.valueOf(e.getMessage()));
        } catch (ValidationException e) {
            return new CommitOutcome.Superseded(String.valueOf(e.getMessage()));
        } catch (CommitFailedException e) {
            return new CommitOutcome.Superseded(
                    "others committed too often in the meantime: " + e.getMessage());
        } catch (CommitStateUnknownException e) {
            return afterUnknown(next, e);
        }
    }

    private static Map<String, String> kept(TableProgress next, TableMetadata updated) {
        Snapshot snapshot = Objects.requireNonNull(updated.currentSnapshot());
        Map<String, String> kept = Ancestry.keep(next, snapshot.sequenceNumber());
        kept.putAll(ForeignLedger.carriedOn(updated));
        return kept;
    }

    private SnapshotAncestryValidator buildsOnWhatWasRead() {
        return new SnapshotAncestryValidator() {
            @Override
            public boolean validate(Iterable<Snapshot> ancestors) {
                return Ancestry.buildsOn(
                        ancestors, loaded.progress(), loaded.operations().current());
            }

            @Override
            public String errorMessage() {
                return "the table's snapshots no longer carry the offsets that this commit builds on";
            }
        };
    }

    /**
     * Returns the outcome of a commit that is in doubt, from the table's own ancestry, as soon as
     * that can be read.
     */
    private CommitOutcome afterUnknown(TableProgress next, CommitStateUnknownException cause) {
        try {
            TableMetadata now = loaded.operations().refresh();
            boolean landed =
                    Ancestry.progress(now)
                            .filter(p -> p.commitId().equals(next.commitId()))
                            .isPresent();
            if (landed) {
                return new CommitOutcome.Committed(next);
            }
        } catch (RuntimeException e) {
            cause.addSuppressed(e);
        }
        throw new TableFlowException(
                "the outcome of a commit is unknown; the table will say",
                TableFlowException.Retry.UNKNOWN,
                cause);
    }
}
