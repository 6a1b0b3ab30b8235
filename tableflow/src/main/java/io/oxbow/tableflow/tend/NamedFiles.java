package io.oxbow.tableflow.tend;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.oxbow.catalog.Location;
import io.oxbow.tableflow.TableFlowException;
import io.oxbow.tableflow.commit.OwnFiles;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.LongStream;
import org.apache.iceberg.ManifestFile;
import org.apache.iceberg.ManifestFiles;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.util.Tasks;
import org.apache.iceberg.util.ThreadPools;
import org.jspecify.annotations.Nullable;

/**
 * The files that a table's metadata names: all snapshots' manifest lists, manifests and what these
 * hold, statistics, and metadata files in its log. A file is known by a digest of its place in the
 * table's folder, in whatever spelling: of two that share one, both count as named.
 */
final class NamedFiles {

    /** Most names in manifests that are remembered; beyond, all are read each time. */
    private static final int REMEMBERED_MAX = 4_000_000;

    private final Location folder;
    private final Set<Long> inside = new HashSet<>();
    private final Set<Long> foreign = new HashSet<>();

    /** Locations of manifests, by the location of their list. */
    private final Map<String, List<String>> lists = new ConcurrentHashMap<>();

    /** Names in manifests, by the manifests' locations. */
    private final Map<String, Names> manifests = new ConcurrentHashMap<>();

    private boolean isConfined = true;

    /**
     * Names that an immutable file holds.
     *
     * @param own digests of places whose names committers here give
     * @param foreign digests of other places
     * @param isConfined true if all places lie in the table's folder
     */
    private record Names(long[] own, long[] foreign, boolean isConfined) {
        LongStream all() {
            return LongStream.concat(Arrays.stream(own), Arrays.stream(foreign));
        }
    }

    private NamedFiles(Location folder) {
        this.folder = folder;
    }

    /**
     * Reads the names in a table's metadata and in all of its manifests.
     *
     * @param before what was read earlier: a manifest that it has is not read again
     */
    static NamedFiles of(TableMetadata metadata, FileIO io, @Nullable NamedFiles before) {
        Location folder = Location.of(metadata.location());
        NamedFiles named = new NamedFiles(folder);
        NamedFiles known = before == null ? new NamedFiles(folder) : before;
        List<String> files = new ArrayList<>();
        files.add(metadata.metadataFileLocation());
        metadata.previousFiles().forEach(entry -> files.add(entry.file()));
        metadata.statisticsFiles().forEach(file -> files.add(file.path()));
        metadata.partitionStatisticsFiles().forEach(file -> files.add(file.path()));
        Map<String, ManifestFile> unread = new ConcurrentHashMap<>();
        inParallel(metadata.snapshots(), snapshot -> named.list(snapshot, io, known, unread));
        inParallel(
                unread.values(),
                manifest ->
                        named.manifests.put(manifest.path(), named.files(manifest, io, metadata)));
        for (Snapshot snapshot : metadata.snapshots()) {
            if (snapshot.manifestListLocation() == null) {
                named.isConfined = false; // manifests in the metadata itself: not judged
            } else {
                files.add(snapshot.manifestListLocation());
            }
        }
        files.addAll(named.manifests.keySet());
        named.add(named.names(files));
        named.manifests.values().forEach(named::add);
        return named;
    }

    private static <T> void inParallel(Iterable<T> items, Tasks.Task<T, RuntimeException> task) {
        Tasks.foreach(items)
                .executeWith(ThreadPools.getWorkerPool())
                .stopOnFailure()
                .throwFailureWhenFinished()
                .run(task);
    }

    /** Takes over what is known of a snapshot, and notes its manifests that are to be read. */
    private void list(
            Snapshot snapshot, FileIO io, NamedFiles known, Map<String, ManifestFile> unread) {
        String list = snapshot.manifestListLocation();
        if (list == null) {
            return;
        }
        List<String> paths = known.lists.get(list);
        if (paths == null || !known.manifests.keySet().containsAll(paths)) {
            paths = new ArrayList<>();
            for (ManifestFile manifest : snapshot.allManifests(io)) {
                paths.add(manifest.path());
                if (!known.manifests.containsKey(manifest.path())) {
                    unread.put(manifest.path(), manifest);
                }
            }
        }
        lists.put(list, paths);
        for (String path : paths) {
            Names names = known.manifests.get(path);
            if (names != null) {
                manifests.put(path, names);
            }
        }
    }

    private Names files(ManifestFile manifest, FileIO io, TableMetadata metadata) {
        List<String> files = new ArrayList<>();
        try (CloseableIterable<String> paths =
                ManifestFiles.readPaths(manifest, io, metadata.specsById())) {
            paths.forEach(files::add);
        } catch (IOException e) {
            throw TableFlowException.retryable("cannot read " + manifest.path(), e);
        }
        return names(files);
    }

    private Names names(List<String> locations) {
        boolean areConfined = locations.stream().map(Location::of).allMatch(folder::contains);
        return new Names(digests(locations, true), digests(locations, false), areConfined);
    }

    private long[] digests(List<String> locations, boolean own) {
        return locations.stream()
                .filter(location -> OwnFiles.epoch(location).isPresent() == own)
                .mapToLong(this::digest)
                .toArray();
    }

    private void add(Names names) {
        names.all().forEach(inside::add);
        Arrays.stream(names.foreign()).forEach(foreign::add);
        isConfined &= names.isConfined();
    }

    /** Returns the digest of a file's place in the folder, or of the location of a file outside. */
    private long digest(String location) {
        Location file = Location.of(location);
        return digestOf(folder.contains(file) ? folder.keyOf(file) : location);
    }

    private static long digestOf(String place) {
        return UUID.nameUUIDFromBytes(place.getBytes(UTF_8)).getLeastSignificantBits();
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
        return inside.contains(digestOf(place));
    }

    /** Returns true if a place is one of these, and its name is not one that committers give. */
    boolean containsForeign(String place) {
        return foreign.contains(digestOf(place));
    }

    /** Returns what the next reading needs of this one: the names in manifests that stay. */
    NamedFiles remembered() {
        NamedFiles less = new NamedFiles(folder);
        long names = manifests.values().stream().mapToLong(each -> each.all().count()).sum();
        if (names <= REMEMBERED_MAX) {
            less.lists.putAll(lists);
            less.manifests.putAll(manifests);
        }
        less.foreign.addAll(foreign);
        return less;
    }
}
