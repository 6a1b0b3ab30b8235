package io.oxbow.tableflow.tend;

import io.oxbow.tableflow.commit.LoadedTable;
import io.oxbow.tableflow.config.TableConfig;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.iceberg.ExpireSnapshots;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotRef;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.util.SnapshotUtil;

/**
 * Expires a table's snapshots: those beyond the time-travel window, and the oldest where more are
 * left than metadata can hold. Branches and tags keep what they keep. Files are left to the {@link
 * Sweep}.
 */
final class SnapshotExpiry {

    /**
     * Bounds on the snapshots of a table that no tag names.
     *
     * @param max number from which on the oldest of them go
     * @param left number that is left then
     */
    record Untagged(int max, int left) {
        static final Untagged DEFAULT = new Untagged(900, 800);
    }

    /** Length of a metadata file from which fewer snapshots stay. */
    static final long METADATA_BYTES_MAX = 1_700_000;

    private final Untagged bounds;

    SnapshotExpiry(Untagged bounds) {
        this.bounds = bounds;
    }

    /**
     * Expires what is due; returns the number of snapshots that went.
     *
     * @param metadataBytes length of the table's present metadata file
     */
    int run(LoadedTable loaded, TableConfig config, long metadataBytes, long nowMillis) {
        TableMetadata metadata = loaded.metadata();
        long cutoff =
                cutoffMillis(
                        metadata,
                        nowMillis - config.snapshotRetentionMillis(),
                        leftMax(metadata, metadataBytes));
        ExpireSnapshots expiry =
                loaded.table()
                        .expireSnapshots()
                        .expireOlderThan(cutoff)
                        .retainLast(config.snapshotMinCount())
                        .cleanExpiredFiles(false);
        int expired = expiry.apply().size();
        if (expired > 0) {
            expiry.commit();
        }
        return expired;
    }

    /** Returns the number of snapshots whose time is over and that no rule keeps. */
    static long debt(TableMetadata metadata, TableConfig config, long nowMillis) {
        long cutoff = nowMillis - config.snapshotRetentionMillis();
        List<Snapshot> untagged = untagged(metadata);
        int kept = Math.min(config.snapshotMinCount(), untagged.size());
        return untagged.subList(0, untagged.size() - kept).stream()
                .filter(snapshot -> snapshot.timestampMillis() < cutoff)
                .count();
    }

    /** Returns the number of untagged snapshots that may stay: fewer where each is long. */
    private int leftMax(TableMetadata metadata, long metadataBytes) {
        int count = untagged(metadata).size();
        if (metadataBytes > METADATA_BYTES_MAX) {
            return (int)
                    Math.min(bounds.left(), count * METADATA_BYTES_MAX * 4 / 5 / metadataBytes);
        }
        return count > bounds.max() ? bounds.left() : Integer.MAX_VALUE;
    }

    private static long cutoffMillis(TableMetadata metadata, long byAge, int leftMax) {
        List<Snapshot> untagged = untagged(metadata);
        if (untagged.size() <= leftMax) {
            return byAge;
        }
        Snapshot oldestLeft = untagged.get(untagged.size() - Math.max(1, leftMax));
        return Math.max(byAge, oldestLeft.timestampMillis());
    }

    /** Returns the snapshots that no tag and no branch but the main one names, oldest first. */
    private static List<Snapshot> untagged(TableMetadata metadata) {
        Set<Long> kept = new HashSet<>();
        metadata.refs()
                .forEach((name, ref) -> {
                    if (ref.isTag()) {
                        kept.add(ref.snapshotId());
                    } else if (!name.equals(SnapshotRef.MAIN_BRANCH)) {
                        SnapshotUtil.ancestorIdsBetween(ref.snapshotId(), null, metadata::snapshot)
                                .forEach(kept::add);
                    }
                });
        List<Snapshot> untagged = new ArrayList<>();
        for (Snapshot snapshot : metadata.snapshots()) {
            if (!kept.contains(snapshot.snapshotId())) {
                untagged.add(snapshot);
            }
        }
        untagged.sort(Comparator.comparingLong(Snapshot::timestampMillis));
        return untagged;
    }

    /**
     * Returns the time back to which the table can be read as of any time; 0 for none. Iceberg
     * forgets what was current before the first expired snapshot.
     */
    static long eachCommitSinceMillis(TableMetadata metadata) {
        long oldest = 0;
        Snapshot snapshot = metadata.currentSnapshot();
        while (snapshot != null) {
            oldest = snapshot.timestampMillis();
            Long parent = snapshot.parentId();
            snapshot = parent == null ? null : metadata.snapshot(parent);
        }
        return oldest;
    }

    /** Returns the time of the oldest state of the table that can be read; 0 for none. */
    static long oldestMillis(TableMetadata metadata) {
        return metadata.snapshots().stream().mapToLong(Snapshot::timestampMillis).min().orElse(0);
    }
}
