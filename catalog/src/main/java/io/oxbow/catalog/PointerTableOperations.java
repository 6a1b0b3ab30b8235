package io.oxbow.catalog;

import java.util.Optional;
import java.util.UUID;
import org.apache.iceberg.BaseMetastoreTableOperations;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.exceptions.BadRequestException;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.CommitStateUnknownException;
import org.apache.iceberg.exceptions.NoSuchTableException;
import org.apache.iceberg.io.FileIO;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Operations on a table's metadata, which is written as a file, then made current by moving the
 * table's pointer. Not thread-safe, as Iceberg's own; each user has one of its own.
 */
final class PointerTableOperations extends BaseMetastoreTableOperations {

    private static final Logger LOG = LoggerFactory.getLogger(PointerTableOperations.class);

    private final PointerCatalog catalog;
    private final TableIdentifier name;
    private final Swap swap;
    private @Nullable String tableId;
    private @Nullable Location folder;
    private boolean confined;
    private long version;

    PointerTableOperations(PointerCatalog catalog, TableIdentifier name) {
        this.catalog = catalog;
        this.name = name;
        this.swap = new Swap(catalog.pointers());
    }

    @Override
    protected String tableName() {
        return catalog.name() + "." + name;
    }

    @Override
    public FileIO io() {
        Location root = catalog.folders().root();
        return catalog.io(folder == null ? root : folder);
    }

    @Override
    protected void doRefresh() {
        Optional<TablePointers.Pointer> found = catalog.pointers().get(PointerKey.of(name));
        String id = found.map(pointer -> PointerValue.tableId(pointer.value())).orElse(null);
        Optional<TablePointers.Pointer> table =
                id == null ? Optional.empty() : catalog.pointers().get(PointerKey.ofTable(id));
        if (table.isEmpty()) {
            if (currentMetadataLocation() != null) {
                throw new NoSuchTableException("Table does not exist: %s", name);
            }
            disableRefresh();
            return;
        }
        String location = PointerValue.metadataLocation(table.get().value());
        refreshFromMetadataLocation(location, null, 5, catalog::readMetadata);
        tableId = id;
        folder = Location.of(current().location());
        confined = PointerValue.folder(table.get().value()).isPresent();
        version = table.get().version();
    }

    @Override
    @SuppressWarnings("NullAway") // Iceberg gives null for a table that is to be created
    protected void doCommit(@Nullable TableMetadata base, TableMetadata metadata) {
        if (base == null) {
            create(metadata);
        } else {
            replace(base, metadata);
        }
    }

    private void create(TableMetadata wanted) {
        catalog.namespaces().require(name.namespace());
        if (catalog.pointers().get(PointerKey.of(name)).isPresent()) {
            throw new AlreadyExistsException("Table already exists: %s", name);
        }
        String id = UUID.randomUUID().toString();
        Location place = catalog.folders().admitted(wanted.location());
        catalog.folders().requireFree(place, id);
        folder = place;
        TableMetadata metadata = admit(place, null, wanted);
        String location = writeNewMetadataIfRequired(true, metadata);
        Swap.Result result;
        try {
            decide(
                    swap.run(
                            PointerKey.ofTable(id),
                            0,
                            PointerValue.ofTable(location, Optional.of(place))),
                    location,
                    metadata);
            requireStillFree(place, id);
            result = swap.run(PointerKey.of(name), 0, PointerValue.ofName(id));
        } catch (PointersUnavailableException e) {
            discard(location, metadata);
            throw e;
        }
        switch (result) {
            case Swap.Result.Done done -> confirm(id, done.version());
            case Swap.Result.Lost _ -> {
                catalog.removeTable(id);
                discard(location, metadata);
                throw new AlreadyExistsException("Table already exists: %s", name);
            }
            case Swap.Result.Undecided undecided ->
                    throw new CommitStateUnknownException(undecided.cause());
        }
    }

    /** Refuses a creation that met another in one folder: the later one, or both, give way. */
    private void requireStillFree(Location place, String id) {
        try {
            catalog.folders().requireFree(place, id);
        } catch (BadRequestException e) {
            catalog.removeTable(id);
            throw e;
        }
    }

    private TableMetadata admit(
            Location place, @Nullable TableMetadata base, TableMetadata wanted) {
        TableFolder own = new TableFolder(place);
        TableMetadata admitted = own.admit(base, wanted);
        catalog.guard()
                .ifPresent(rule -> {
                    boolean registered = base == null && wanted.metadataFileLocation() != null;
                    if (!registered) {
                        rule.check(base, admitted);
                    }
                    new TableFiles(io())
                            .added(base, admitted, file -> own.check("a file of a snapshot", file));
                });
        return admitted;
    }

    /**
     * Confirms that the namespace is still there; one that was dropped meanwhile takes the new
     * table with it.
     */
    private void confirm(String id, long nameVersion) {
        if (!catalog.namespaces().touch(name.namespace())) {
            swap.run(PointerKey.of(name), nameVersion, null);
            catalog.removeTable(id);
            throw PointerNamespaces.missing(name.namespace());
        }
    }

    private void replace(TableMetadata base, TableMetadata wanted) {
        Location place = folder;
        if (tableId == null || place == null) {
            throw new NoSuchTableException("Table does not exist: %s", name);
        }
        if (!base.uuid().equals(wanted.uuid())) {
            throw new BadRequestException(
                    "A table keeps its UUID, %s; '%s' would be another table",
                    base.uuid(), wanted.uuid());
        }
        TableMetadata metadata = admit(place, base, wanted);
        String location = writeNewMetadataIfRequired(false, metadata);
        Optional<Location> known = confined ? Optional.of(place) : Optional.empty();
        Swap.Result result =
                swap(PointerKey.ofTable(tableId), version, PointerValue.ofTable(location, known));
        if (result instanceof Swap.Result.Undecided undecided) {
            result = findInHistory(PointerKey.ofTable(tableId), location, undecided);
        }
        decide(result, location, metadata);
    }

    private void decide(Swap.Result result, String location, TableMetadata metadata) {
        switch (result) {
            case Swap.Result.Done _ -> {}
            case Swap.Result.Lost lost -> {
                discard(location, metadata);
                throw new CommitFailedException(
                        "Cannot commit to %s: another commit came first (expected version %d, found %d)",
                        name, version, lost.actualVersion());
            }
            case Swap.Result.Undecided undecided ->
                    throw new CommitStateUnknownException(undecided.cause());
        }
    }

    /** Looks for a commit in the history of the metadata that the pointer now names. */
    private Swap.Result findInHistory(
            String key, String location, Swap.Result.Undecided undecided) {
        Optional<TablePointers.Pointer> now = catalog.pointers().get(key);
        if (now.isEmpty() || now.get().version() <= version) {
            return undecided;
        }
        TableMetadata current =
                catalog.readMetadata(PointerValue.metadataLocation(now.get().value()));
        if (remembers(current, location)) {
            return new Swap.Result.Done(now.get().version());
        }
        return remembers(current, currentMetadataLocation())
                ? new Swap.Result.Lost(now.get().version())
                : undecided;
    }

    /**
     * Returns true if the history reaches back to the base of the commit: then it has the commit,
     * if that happened.
     */
    private static boolean remembers(TableMetadata metadata, String location) {
        return metadata.previousFiles().stream().anyMatch(entry -> entry.file().equals(location));
    }

    private Swap.Result swap(String key, long expectedVersion, byte @Nullable [] value) {
        try {
            return swap.run(key, expectedVersion, value);
        } catch (PointersUnavailableException e) {
            throw new CommitFailedException(e, "Cannot commit to %s now: %s", name, e.getMessage());
        }
    }

    /** Removes a metadata file that certainly nothing refers to; one that was registered stays. */
    private void discard(String location, TableMetadata metadata) {
        if (location.equals(metadata.metadataFileLocation())) {
            return;
        }
        try {
            io().deleteFile(location);
        } catch (RuntimeException e) {
            LOG.warn("{}: metadata of a lost commit stays as garbage: {}", name, location, e);
        }
    }
}
