package io.oxbow.catalog;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.exceptions.BadRequestException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The folder of each table. No new table's folder overlaps another's; tables that were made before
 * this was a rule keep theirs, so a deletion by folder asks here first. Thread-safe.
 */
final class TableFolders {

    private static final Logger LOG = LoggerFactory.getLogger(TableFolders.class);
    private static final String TABLES = PointerKey.ofTable("");

    private final Location root;
    private final TablePointers pointers;
    private final Function<String, TableMetadata> metadata;
    private final Map<String, Location> older = new ConcurrentHashMap<>();
    private final Set<Location> emptied = ConcurrentHashMap.newKeySet();

    /**
     * @param root that all tables lie below
     * @param metadata reads a table's metadata file
     */
    TableFolders(Location root, TablePointers pointers, Function<String, TableMetadata> metadata) {
        this.root = root;
        this.pointers = pointers;
        this.metadata = metadata;
    }

    Location root() {
        return root;
    }

    /**
     * Returns the folder that a new table may have, as far as its place alone says.
     *
     * @throws BadRequestException when it lies elsewhere or some client might read it otherwise
     */
    Location admitted(String location) {
        Location folder;
        try {
            folder = Location.of(location);
        } catch (IllegalArgumentException e) {
            throw new BadRequestException(e, "location: %s", e.getMessage());
        }
        if (!root.contains(folder)) {
            throw new BadRequestException("Tables lie below %s; '%s' does not", root, location);
        }
        if (root.keyOf(folder).indexOf('%') >= 0) {
            throw new BadRequestException(
                    "A table's location has no '%%', which some clients unescape: '%s'", location);
        }
        return folder;
    }

    /**
     * Refuses a folder that overlaps another table's.
     *
     * @param tableId whose folder it is or will be; does not count as another
     */
    void requireFree(Location folder, String tableId) {
        overlap(folder, tableId)
                .ifPresent(other -> {
                    throw new BadRequestException(
                            "The folder %s overlaps that of another table, %s", folder, other);
                });
        for (Location going : emptied) {
            if (going.overlaps(folder)) {
                throw new BadRequestException("The folder %s is just being emptied", going);
            }
        }
    }

    /**
     * Refuses a place for tables that is a table's folder or lies in one: none could be made there.
     */
    void requireOutside(Location place) {
        pointers.list(TABLES).entrySet().stream()
                .map(entry -> of(entry.getKey().substring(TABLES.length()), entry.getValue()))
                .filter(folder -> folder.equals(place) || folder.contains(place))
                .findFirst()
                .ifPresent(folder -> {
                    throw new BadRequestException(
                            "%s is no place for tables: it lies in the folder of a table, %s",
                            place, folder);
                });
    }

    /** Returns the folder of another table that overlaps this one. */
    Optional<Location> overlap(Location folder, String tableId) {
        return pointers.list(TABLES).entrySet().stream()
                .filter(entry -> !entry.getKey().equals(TABLES + tableId))
                .map(entry -> of(entry.getKey().substring(TABLES.length()), entry.getValue()))
                .filter(folder::overlaps)
                .findFirst();
    }

    /** Returns the folder of the table with this pointer. */
    Location of(String tableId, TablePointers.Pointer pointer) {
        return PointerValue.folder(pointer.value())
                .orElseGet(() ->
                        older.computeIfAbsent(
                                tableId,
                                _ -> read(PointerValue.metadataLocation(pointer.value()))));
    }

    /** Returns the folder of a table that was made before pointers said it. */
    private Location read(String metadataLocation) {
        try {
            return Location.of(metadata.apply(metadataLocation).location());
        } catch (RuntimeException e) {
            LOG.warn("{} cannot be read; its table's folder is guessed", metadataLocation, e);
            int end = metadataLocation.lastIndexOf("/metadata/");
            return Location.of(metadataLocation.substring(0, Math.max(1, end)));
        }
    }

    /** Returns the metadata of all other tables that may name files outside their folders. */
    List<TableMetadata> unconfined(String tableId) {
        return pointers.list(TABLES).entrySet().stream()
                .filter(entry -> !entry.getKey().equals(TABLES + tableId))
                .map(Map.Entry::getValue)
                .filter(pointer -> PointerValue.folder(pointer.value()).isEmpty())
                .map(pointer -> metadata.apply(PointerValue.metadataLocation(pointer.value())))
                .toList();
    }

    /** Keeps a folder from getting a new table while its last one's files are deleted. */
    void whileEmptied(Location folder, Runnable work) {
        emptied.add(folder);
        try {
            work.run();
        } finally {
            emptied.remove(folder);
        }
    }
}
