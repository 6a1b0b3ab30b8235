package io.oxbow.tableflow.tend;

import io.oxbow.tableflow.commit.LayoutCommits;
import io.oxbow.tableflow.commit.LoadedTable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.iceberg.ContentFile;
import org.apache.iceberg.ManifestFile;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.TableProperties;
import org.jspecify.annotations.Nullable;

/** Merges a table's small manifests when there are many, those with the fewest entries first. */
final class ManifestMerge {

    /** Number of manifests from which on they are merged. */
    private static final int MANIFESTS_MAX = 40;

    /** Number of manifests that a merge leaves at most, unless they are large. */
    private static final int MANIFESTS_LEFT = 20;

    private ManifestMerge() {}

    static void run(LoadedTable table, long epoch) {
        Snapshot current = table.table().currentSnapshot();
        if (current == null) {
            return;
        }
        long target =
                table.metadata()
                        .propertyAsLong(
                                TableProperties.MANIFEST_TARGET_SIZE_BYTES,
                                TableProperties.MANIFEST_TARGET_SIZE_BYTES_DEFAULT);
        List<ManifestFile> small = new ArrayList<>(current.dataManifests(table.table().io()));
        small.removeIf(manifest -> manifest.length() >= target / 2);
        // By their entries: the length of a small one is mostly its header.
        small.sort(Comparator.comparingLong(ManifestMerge::entries));
        long[] sizes = small.stream().mapToLong(ManifestMerge::entries).toArray();
        Set<String> chosen = new HashSet<>();
        small.subList(0, FilePlan.count(sizes, Long.MAX_VALUE, MANIFESTS_MAX, MANIFESTS_LEFT))
                .forEach(manifest -> chosen.add(manifest.path()));
        if (!chosen.isEmpty()) {
            new LayoutCommits(table, epoch)
                    .rewriteManifests(
                            manifest -> chosen.contains(manifest.path()), ContentFile::specId);
        }
    }

    private static long entries(ManifestFile manifest) {
        return count(manifest.addedFilesCount())
                + count(manifest.existingFilesCount())
                + count(manifest.deletedFilesCount());
    }

    private static long count(@Nullable Integer files) {
        return files == null ? 0 : files;
    }
}
