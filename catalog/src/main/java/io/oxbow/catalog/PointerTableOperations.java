package io.oxbow.catalog;

import java.util.Optional;
import java.util.UUID;
import org.apache.iceberg.BaseMetastoreTableOperations;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.CommitStateUnknownException;
import org.apache.iceberg.exceptions.NoSuchTableException;
import org.apache.iceberg.io.FileIO;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A table's metadata: written as a file, then made current by moving the table's pointer. Not
 * thread-safe, as Iceberg's own; each user has one of its own.
 */
final class PointerTableOperations extends BaseMetastoreTableOperations {

    private static final Logger LOG = LoggerFactory.getLogger(PointerTableOperations.class);

    private final PointerCatalog catalog;
    private final TableIdentifier name;
    private final Swap swap;
    private @Nullable String tableId;
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
        return catalog.io();
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
        version = table.get().version();
    }

    @Override
    @SuppressWarnings("NullAway") // Iceberg gives null for a table that is to be created
    protected void doCommit(@Nullable TableMetadata base, TableMetadata metadata) {
        if (base == null) {
            create(metadata);
        } else {
            replace(metadata);
        }
    }

    private void create(TableMetadata metadata) {
        catalog.namespaces().require(name.namespace());
        if (catalog.pointers().get(PointerKey.of(name)).isPresent()) {
            throw new AlreadyExistsException("Table already exists: %s", name);
        }
        String location = writeNewMetadataIfRequired(true, metadata);
        String id = UUID.randomUUID().toString();
        Swap.Result result;
        try {
            decide(
                    swap.run(PointerKey.ofTable(id), 0, PointerValue.ofTable(location)),
                    location,
                    metadata);
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

    /** A namespace that was dropped meanwhile takes the new table with it. */
    private void confirm(String id, long nameVersion) {
        if (!catalog.namespaces().touch(name.namespace())) {
            swap.run(PointerKey.of(name), nameVersion, null);
            catalog.removeTable(id);
            throw PointerNamespaces.missing(name.namespace());
        }
    }

    private void replace(TableMetadata metadata) {
        if (tableId == null) {
            throw new NoSuchTableException("Table does not exist: %s", name);
        }
        String location = writeNewMetadataIfRequired(false, metadata);
        Swap.Result result =
                swap(PointerKey.ofTable(tableId), version, PointerValue.ofTable(location));
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

    /** The pointer went on from ours, or past it: the metadata it now names remembers which. */
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

    /** A history that reaches back to what a commit was based on has the commit, if it happened. */
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
