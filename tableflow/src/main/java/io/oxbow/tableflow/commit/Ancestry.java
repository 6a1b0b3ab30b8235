package io.oxbow.tableflow.commit;

import io.oxbow.tableflow.TableFlowException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.TableMetadata;
import org.jspecify.annotations.Nullable;

/** Finds a table's progress: in its snapshots' ancestry, or where expiry cut it, in a property. */
final class Ancestry {

    /**
     * Prefix of the properties that copy the newest commit's summary, for when others expire its
     * snapshot.
     */
    private static final String KEPT = "oxbow.progress.";

    private static final String KEPT_SEQUENCE = "oxbow.progress.sequence-number";

    private Ancestry() {}

    /**
     * Returns the table's progress; empty if no ancestor of the current snapshot is a commit of
     * ours.
     */
    static Optional<TableProgress> progress(TableMetadata metadata) {
        Snapshot oldest = null;
        for (Snapshot snapshot = metadata.currentSnapshot();
                snapshot != null;
                snapshot = parent(metadata, snapshot)) {
            Optional<TableProgress> progress = TableProgress.of(snapshot.summary());
            if (progress.isPresent()) {
                return progress;
            }
            oldest = snapshot;
        }
        return oldest == null || oldest.parentId() == null
                ? Optional.empty()
                : Optional.of(kept(metadata, oldest));
    }

    private static @Nullable Snapshot parent(TableMetadata metadata, Snapshot snapshot) {
        Long parent = snapshot.parentId();
        return parent == null ? null : metadata.snapshot(parent);
    }

    /**
     * Returns the progress from the table's properties, where the ancestors end in a snapshot that
     * was expired. The commit that the properties copy must be older than every ancestor left.
     */
    private static TableProgress kept(TableMetadata metadata, Snapshot oldest) {
        Map<String, String> words = new HashMap<>();
        metadata.properties()
                .forEach((key, value) -> {
                    if (key.startsWith(KEPT)) {
                        words.put("oxbow." + key.substring(KEPT.length()), value);
                    }
                });
        String sequence = metadata.properties().get(KEPT_SEQUENCE);
        Optional<TableProgress> progress = TableProgress.of(words);
        if (progress.isPresent()
                && sequence != null
                && Long.parseLong(sequence) < oldest.sequenceNumber()) {
            return progress.get();
        }
        throw TableFlowException.fatal(
                "no snapshot of the table has its progress any more: those that had it were expired, and its properties do not stand in for them");
    }

    /**
     * Returns the properties that stand in for the newest snapshot's summary once that snapshot is
     * expired.
     */
    static Map<String, String> keep(TableProgress progress, long sequenceNumber) {
        Map<String, String> properties = new HashMap<>();
        progress.summary()
                .forEach((key, value) ->
                        properties.put(KEPT + key.substring("oxbow.".length()), value));
        properties.put(KEPT_SEQUENCE, Long.toString(sequenceNumber));
        return properties;
    }

    /**
     * Returns true if the newest commit of ours among these ancestors is the given one. None at all
     * is right when there has been none, and when the metadata says that it was expired.
     */
    static boolean buildsOn(
            Iterable<Snapshot> ancestors, TableProgress base, TableMetadata metadata) {
        for (Snapshot snapshot : ancestors) {
            Optional<TableProgress> progress = TableProgress.of(snapshot.summary());
            if (progress.isPresent()) {
                return progress.get().commitId().equals(base.commitId());
            }
        }
        UUID none = TableProgress.none(base.topicId()).commitId();
        return progress(metadata).map(TableProgress::commitId).orElse(none).equals(base.commitId());
    }
}
