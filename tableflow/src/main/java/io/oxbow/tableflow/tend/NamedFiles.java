package io.oxbow.tableflow.tend;

import io.oxbow.catalog.Location;
import io.oxbow.tableflow.TableFlowException;
import java.io.IOException;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.iceberg.ManifestFile;
import org.apache.iceberg.ManifestFiles;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.util.Tasks;
import org.apache.iceberg.util.ThreadPools;

/**
 * The files that a table's metadata names: all snapshots' manifest lists, manifests and what these
 * hold, statistics, and metadata files in its log. Files are told apart by their place in the
 * table's folder, in whatever spelling.
 */
final class NamedFiles {

    private final Location folder;
    private final Set<String> inside = Collections.synchronizedSet(new HashSet<>());
    private volatile boolean isConfined = true;

    private NamedFiles(Location folder) {
        this.folder = folder;
    }

    /** Reads the names in a table's metadata and in all of its manifests. */
    static NamedFiles of(TableMetadata metadata, FileIO io) {
        NamedFiles named = new NamedFiles(Location.of(metadata.location()));
        named.add(metadata.metadataFileLocation());
        metadata.previousFiles().forEach(entry -> named.add(entry.file()));
        metadata.statisticsFiles().forEach(file -> named.add(file.path()));
        metadata.partitionStatisticsFiles().forEach(file -> named.add(file.path()));
        Map<String, ManifestFile> manifests = Collections.synchronizedMap(new HashMap<>());
        Tasks.foreach(metadata.snapshots())
                .executeWith(ThreadPools.getWorkerPool())
                .stopOnFailure()
                .throwFailureWhenFinished()
                .run(snapshot -> named.addManifests(snapshot, io, manifests));
        Tasks.foreach(manifests.values())
                .executeWith(ThreadPools.getWorkerPool())
                .stopOnFailure()
                .throwFailureWhenFinished()
                .run(manifest -> named.addFiles(manifest, io, metadata));
        return named;
    }

    private void addManifests(Snapshot snapshot, FileIO io, Map<String, ManifestFile> manifests) {
        String list = snapshot.manifestListLocation();
        if (list == null) {
            isConfined = false; // manifests in the metadata itself: of a form that is not judged
            return;
        }
        add(list);
        for (ManifestFile manifest : snapshot.allManifests(io)) {
            manifests.put(manifest.path(), manifest);
        }
    }

    private void addFiles(ManifestFile manifest, FileIO io, TableMetadata metadata) {
        add(manifest.path());
        try (CloseableIterable<String> paths =
                ManifestFiles.readPaths(manifest, io, metadata.specsById())) {
            paths.forEach(this::add);
        } catch (IOException e) {
            throw TableFlowException.retryable("cannot read " + manifest.path(), e);
        }
    }

    private void add(String location) {
        Location file = Location.of(location);
        if (folder.contains(file)) {
            inside.add(folder.keyOf(file));
        } else {
            isConfined = false;
        }
    }

    /** Returns true if all of these files lie in the table's folder. */
    boolean isConfined() {
        return isConfined;
    }

    /** Returns a file's place in the folder; empty for a name that no metadata may have. */
    Optional<String> placeOf(String location) {
        try {
            return Optional.of(folder.keyOf(Location.of(location)));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    boolean contains(String place) {
        return inside.contains(place);
    }

    /** Returns the places of these files. */
    Set<String> places() {
        return inside;
    }
}
