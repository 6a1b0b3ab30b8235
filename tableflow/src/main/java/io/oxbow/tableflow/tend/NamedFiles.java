package io.oxbow.tableflow.tend;

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
 * hold, statistics, and metadata files in its log. A file is known by a hash of its place in the
 * table's folder, in whatever spelling: of two that meet in one hash, both count as named.
 */
final class NamedFiles {

    /** Most names of manifests and lists that are remembered; beyond, all are read each time. */
    private static final int REMEMBERED_MAX = 4_000_000;

    private final Location folder;
    private final Set<Long> inside = new HashSet<>();
    private final Set<Long> foreign = new HashSet<>();

    /** Names in manifest lists and manifests, by the hash of these. */
    private final Map<Long, Names> read = new ConcurrentHashMap<>();

    private boolean isConfined = true;

    /**
     * Names that an immutable file holds.
     *
     * @param own hashes of places whose names committers here give
     * @param foreign hashes of other places
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
        NamedFiles named = new NamedFiles(Location.of(metadata.location()));
        Map<Long, Names> known = before == null ? Map.of() : before.read;
        List<String> files = new ArrayList<>();
        files.add(metadata.metadataFileLocation());
        metadata.previousFiles().forEach(entry -> files.add(entry.file()));
        metadata.statisticsFiles().forEach(file -> files.add(file.path()));
        metadata.partitionStatisticsFiles().forEach(file -> files.add(file.path()));
        Map<Long, ManifestFile> manifests = new ConcurrentHashMap<>();
        for (Snapshot snapshot : metadata.snapshots()) {
            if (snapshot.manifestListLocation() == null) {
                named.isConfined = false; // manifests in the metadata itself: not judged
            } else {
                files.add(snapshot.manifestListLocation());
            }
        }
        inParallel(metadata.snapshots(), snapshot -> named.list(snapshot, io, known, manifests));
        inParallel(
                manifests.entrySet(),
                manifest ->
                        named.read.put(
                                manifest.getKey(), named.files(manifest.getValue(), io, metadata)));
        named.add(named.names(files));
        named.read.values().forEach(named::add);
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
            Snapshot snapshot,
            FileIO io,
            Map<Long, Names> known,
            Map<Long, ManifestFile> manifests) {
        String list = snapshot.manifestListLocation();
        if (list == null) {
            return;
        }
        Names names = known.get(hash(list));
        if (names != null) {
            read.put(hash(list), names);
            names.all().forEach(manifest -> takeOver(known, manifest));
            return;
        }
        List<String> paths = new ArrayList<>();
        for (ManifestFile manifest : snapshot.allManifests(io)) {
            paths.add(manifest.path());
            if (!takeOver(known, hash(manifest.path()))) {
                manifests.put(hash(manifest.path()), manifest);
            }
        }
        read.put(hash(list), names(paths));
    }

    private boolean takeOver(Map<Long, Names> known, long manifest) {
        Names names = known.get(manifest);
        if (names != null) {
            read.put(manifest, names);
        }
        return names != null;
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
        return new Names(hashes(locations, true), hashes(locations, false), areConfined);
    }

    private long[] hashes(List<String> locations, boolean own) {
        return locations.stream()
                .filter(location -> OwnFiles.epoch(location).isPresent() == own)
                .mapToLong(this::hash)
                .toArray();
    }

    private void add(Names names) {
        names.all().forEach(inside::add);
        Arrays.stream(names.foreign()).forEach(foreign::add);
        isConfined &= names.isConfined();
    }

    /** Returns the hash of a file's place in the folder, or of the location of a file outside. */
    private long hash(String location) {
        Location file = Location.of(location);
        return hashOf(folder.contains(file) ? folder.keyOf(file) : location);
    }

    private static long hashOf(String place) {
        long hash = 0;
        for (int i = 0; i < place.length(); i++) {
            hash = (hash ^ place.charAt(i)) * 0x9E3779B97F4A7C15L;
            hash ^= hash >>> 29;
        }
        return hash;
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
        return inside.contains(hashOf(place));
    }

    /** Returns true if a place is one of these, and its name is not one that committers give. */
    boolean containsForeign(String place) {
        return foreign.contains(hashOf(place));
    }

    /** Returns what the next reading needs of this one: the names in manifests that stay. */
    NamedFiles remembered() {
        NamedFiles less = new NamedFiles(folder);
        long names = read.values().stream().mapToLong(each -> each.all().count()).sum();
        if (names <= REMEMBERED_MAX) {
            less.read.putAll(read);
        }
        less.foreign.addAll(foreign);
        return less;
    }
}
