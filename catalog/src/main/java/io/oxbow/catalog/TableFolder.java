package io.oxbow.catalog;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.iceberg.PartitionStatisticsFile;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.StatisticsFile;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.exceptions.BadRequestException;
import org.jspecify.annotations.Nullable;

/**
 * The folder that a table has to itself: all that its metadata names lies there. What earlier
 * metadata named already is left alone.
 */
@SuppressWarnings("deprecation") // an old property is refused like the others
final class TableFolder {

    private static final List<String> PATHS =
            List.of(
                    TableProperties.WRITE_DATA_LOCATION,
                    TableProperties.WRITE_METADATA_LOCATION,
                    TableProperties.OBJECT_STORE_PATH,
                    TableProperties.WRITE_FOLDER_STORAGE_LOCATION);

    private final Location location;

    TableFolder(Location location) {
        this.location = location;
    }

    /**
     * Returns the metadata with its location and paths spelled in the one way.
     *
     * @param base what it takes the place of; null for a new table's
     * @throws BadRequestException when it names a place outside
     */
    TableMetadata admit(@Nullable TableMetadata base, TableMetadata metadata) {
        if (!read("location", metadata.location()).equals(location)) {
            throw new BadRequestException(
                    "A table stays where it is: '%s' is not %s", metadata.location(), location);
        }
        Set<String> known = base == null ? Set.of() : files(base);
        for (String file : files(metadata)) {
            if (!known.contains(file)) {
                check("a file", file);
            }
        }
        Map<String, String> before = base == null ? Map.of() : base.properties();
        return spelled(base, metadata, paths(before, metadata.properties()));
    }

    private Map<String, String> paths(Map<String, String> before, Map<String, String> after) {
        String provider = after.get(TableProperties.WRITE_LOCATION_PROVIDER_IMPL);
        if (provider != null
                && !provider.equals(before.get(TableProperties.WRITE_LOCATION_PROVIDER_IMPL))) {
            throw new BadRequestException(
                    "%s is not allowed: files of a table stay in its folder",
                    TableProperties.WRITE_LOCATION_PROVIDER_IMPL);
        }
        Map<String, String> spelled = new HashMap<>();
        for (String key : PATHS) {
            String path = after.get(key);
            if (path != null && !path.equals(before.get(key))) {
                Location place = read(key, path);
                if (!place.equals(location)) {
                    check(key, path);
                }
                spelled.put(key, place.toString());
            }
        }
        return spelled;
    }

    private TableMetadata spelled(
            @Nullable TableMetadata base, TableMetadata metadata, Map<String, String> paths) {
        String place = base == null ? location.toString() : base.location();
        boolean asItStands =
                metadata.metadataFileLocation() != null
                        || (place.equals(metadata.location())
                                && metadata.properties().entrySet().containsAll(paths.entrySet()));
        return asItStands
                ? metadata
                : TableMetadata.buildFrom(metadata).setLocation(place).setProperties(paths).build();
    }

    /**
     * Returns every file that metadata itself names: manifest lists, statistics, earlier metadata.
     */
    private static Set<String> files(TableMetadata metadata) {
        Set<String> files = new HashSet<>();
        for (Snapshot snapshot : metadata.snapshots()) {
            String list = snapshot.manifestListLocation();
            if (list == null) {
                throw new BadRequestException(
                        "Snapshot %d has no manifest list", snapshot.snapshotId());
            }
            files.add(list);
        }
        for (StatisticsFile file : metadata.statisticsFiles()) {
            files.add(file.path());
        }
        for (PartitionStatisticsFile file : metadata.partitionStatisticsFiles()) {
            files.add(file.path());
        }
        metadata.previousFiles().forEach(entry -> files.add(entry.file()));
        if (metadata.metadataFileLocation() != null) {
            files.add(metadata.metadataFileLocation());
        }
        return files;
    }

    /** Refuses a file that lies outside the folder. */
    void check(String what, String file) {
        if (!contains(file)) {
            throw new BadRequestException(
                    "The table's folder is %s; %s lies outside: '%s'", location, what, file);
        }
    }

    boolean contains(String file) {
        return location.contains(read("a file", file));
    }

    private static Location read(String what, String text) {
        try {
            return Location.of(text);
        } catch (IllegalArgumentException e) {
            throw new BadRequestException(e, "%s: %s", what, e.getMessage());
        }
    }
}
