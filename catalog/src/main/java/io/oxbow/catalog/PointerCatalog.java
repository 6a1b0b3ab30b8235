package io.oxbow.catalog;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.apache.iceberg.BaseMetastoreCatalog;
import org.apache.iceberg.Schema;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableOperations;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.SupportsNamespaces;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.exceptions.BadRequestException;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.NoSuchTableException;
import org.apache.iceberg.io.FileIO;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An Iceberg catalog over {@link TablePointers}. Thread-safe. Namespaces must be created before
 * what is in them; they nest.
 */
public final class PointerCatalog extends BaseMetastoreCatalog implements SupportsNamespaces {

    private static final Logger LOG = LoggerFactory.getLogger(PointerCatalog.class);

    private static final int TURNS = 100;

    /** Property of a namespace: the folder that its tables' folders lie in. */
    private static final String LOCATION = "location";

    private final Settings settings;
    private final TablePointers pointers;
    private final FileIO io;
    private final Swap swap;
    private final PointerNamespaces namespaces;
    private final MetadataCache metadata;
    private final TableFolders folders;

    /** Rule for commits of callers that are not trusted; null for those that are. */
    private final @Nullable CommitRule guard;

    /**
     * @param name in messages
     * @param location that all tables lie below, e.g. {@code file:///…} or {@code s3://…}
     * @param properties Iceberg's catalog properties, e.g. {@code table-default.*}
     * @param cacheBytes bound on the heap for parsed metadata of tables
     */
    public record Settings(
            String name, String location, Map<String, String> properties, long cacheBytes) {

        /** Default bound on the heap for parsed metadata of tables, in bytes. */
        public static final long CACHE_BYTES = 32L << 20;

        public Settings {
            properties = Map.copyOf(properties);
        }

        /** Makes settings with the default bound on cached metadata. */
        public Settings(String name, String location, Map<String, String> properties) {
            this(name, location, properties, CACHE_BYTES);
        }
    }

    /**
     * @param io reads and writes metadata and, on purge, deletes files; closed by who opened it
     */
    public PointerCatalog(Settings settings, TablePointers pointers, FileIO io) {
        this.settings = settings;
        this.pointers = pointers;
        this.io = io;
        this.swap = new Swap(pointers);
        this.namespaces = new PointerNamespaces(pointers);
        Location root = Location.of(settings.location());
        this.metadata =
                new MetadataCache(new ConfinedFileIO(io, root, root), settings.cacheBytes());
        this.folders = new TableFolders(root, pointers, metadata::read);
        this.guard = null;
    }

    private PointerCatalog(PointerCatalog unguarded, CommitRule guard) {
        this.settings = unguarded.settings;
        this.pointers = unguarded.pointers;
        this.io = unguarded.io;
        this.swap = unguarded.swap;
        this.namespaces = unguarded.namespaces;
        this.metadata = unguarded.metadata;
        this.folders = unguarded.folders;
        this.guard = guard;
    }

    /**
     * Returns this catalog for callers that are not trusted. Before a snapshot of theirs becomes
     * part of a table, all files that its manifests name are checked.
     *
     * @param rule that their commits keep, too
     */
    public PointerCatalog guarded(CommitRule rule) {
        return new PointerCatalog(this, rule);
    }

    Optional<CommitRule> guard() {
        return Optional.ofNullable(guard);
    }

    @Override
    public String name() {
        return settings.name();
    }

    /** Returns the heap of the parsed metadata that is kept, as it is estimated. */
    public long cachedBytes() {
        return metadata.bytes();
    }

    TablePointers pointers() {
        return pointers;
    }

    PointerNamespaces namespaces() {
        return namespaces;
    }

    TableFolders folders() {
        return folders;
    }

    /** Returns the file IO of a table: nothing is written or deleted outside {@code folder}. */
    FileIO io(Location folder) {
        return new ConfinedFileIO(io, folders.root(), folder);
    }

    TableMetadata readMetadata(String location) {
        return metadata.read(location);
    }

    @Override
    protected Map<String, String> properties() {
        return settings.properties();
    }

    @Override
    protected TableOperations newTableOps(TableIdentifier identifier) {
        return new PointerTableOperations(this, identifier);
    }

    @Override
    protected boolean isValidIdentifier(TableIdentifier identifier) {
        return !identifier.namespace().isEmpty()
                && !identifier.name().isEmpty()
                && isAddressable(identifier.name());
    }

    /** Returns false for a name that no request's path can carry: nobody could drop it again. */
    private static boolean isAddressable(String name) {
        return name.indexOf('\0') < 0;
    }

    /** Returns a folder that no other table has, had or will have, two levels below all tables. */
    @Override
    protected String defaultWarehouseLocation(TableIdentifier identifier) {
        Namespace namespace = identifier.namespace();
        String given = loadNamespaceMetadata(namespace).get(LOCATION);
        Location parent =
                given == null
                        ? folders.root()
                                .resolve(LocationName.of(String.join(".", namespace.levels())))
                        : folders.admitted(given);
        return parent.resolve(LocationName.of(identifier.name()) + "-" + UUID.randomUUID())
                .toString();
    }

    @Override
    public TableBuilder buildTable(TableIdentifier identifier, Schema schema) {
        return new BaseMetastoreCatalogTableBuilder(identifier, schema) {
            @Override
            public TableBuilder withLocation(@Nullable String location) {
                return location == null
                        ? this
                        : super.withLocation(folders.admitted(location).toString());
            }
        };
    }

    @Override
    public List<TableIdentifier> listTables(Namespace namespace) {
        namespaces.require(namespace);
        String prefix = PointerKey.namesIn(namespace);
        return pointers.list(prefix).keySet().stream()
                .filter(key -> PointerKey.isDirect(key, prefix))
                .sorted()
                .map(key -> TableIdentifier.of(namespace, PointerKey.last(key)))
                .toList();
    }

    @Override
    public boolean dropTable(TableIdentifier identifier, boolean purge) {
        if (!isValidIdentifier(identifier)) {
            return false;
        }
        Optional<TablePointers.Pointer> name = pointers.get(PointerKey.of(identifier));
        if (name.isEmpty()) {
            return false;
        }
        String tableId = PointerValue.tableId(name.get().value());
        Optional<TablePointers.Pointer> table = pointers.get(PointerKey.ofTable(tableId));
        if (purge && table.isPresent()) {
            new Purge(this, identifier, tableId, folders.of(tableId, table.get()))
                    .run(() -> drop(identifier, name.get()));
        } else {
            drop(identifier, name.get());
        }
        return true;
    }

    /**
     * Returns the reason why files in a table's folder may be another table's; empty if the folder
     * is the table's alone.
     *
     * @throws NoSuchTableException when there is no such table
     */
    public Optional<String> sharedFolder(TableIdentifier identifier) {
        String tableId =
                pointers.get(PointerKey.of(identifier))
                        .map(name -> PointerValue.tableId(name.value()))
                        .orElseThrow(() ->
                                new NoSuchTableException("Table does not exist: %s", identifier));
        TablePointers.Pointer table =
                pointers.get(PointerKey.ofTable(tableId))
                        .orElseThrow(() ->
                                new NoSuchTableException("Table does not exist: %s", identifier));
        return new FolderUse(this, tableId, folders.of(tableId, table)).byAnother();
    }

    /**
     * Removes a name and its table.
     *
     * @return the table's last metadata file
     * @throws CommitFailedException when the name has come to mean something else meanwhile
     */
    private Optional<String> drop(TableIdentifier identifier, TablePointers.Pointer name) {
        if (!Swap.isDone(swap.run(PointerKey.of(identifier), name.version(), null), identifier)) {
            throw new CommitFailedException(
                    "Table %s was dropped or renamed meanwhile", identifier);
        }
        return removeTable(PointerValue.tableId(name.value()));
    }

    /** Removes a table's pointer, and returns its last metadata file, if it was there. */
    Optional<String> removeTable(String tableId) {
        String key = PointerKey.ofTable(tableId);
        for (int turn = 0; turn < TURNS; turn++) {
            Optional<TablePointers.Pointer> now = pointers.get(key);
            if (now.isEmpty() || Swap.isDone(swap.run(key, now.get().version(), null), key)) {
                return now.map(pointer -> PointerValue.metadataLocation(pointer.value()));
            }
        }
        LOG.warn("pointer {} could not be removed and stays as garbage", key);
        return Optional.empty();
    }

    /**
     * {@inheritDoc}
     *
     * <p>A crash in the middle leaves the table under both names: one table still.
     */
    @Override
    public void renameTable(TableIdentifier from, TableIdentifier to) {
        TablePointers.Pointer old =
                pointers.get(PointerKey.of(from))
                        .orElseThrow(
                                () -> new NoSuchTableException("Table does not exist: %s", from));
        if (from.equals(to)) {
            return;
        }
        if (!isValidIdentifier(to)) {
            throw new BadRequestException("Invalid table identifier: %s", to);
        }
        namespaces.require(to.namespace());
        Swap.Result put = swap.run(PointerKey.of(to), 0, old.value());
        if (!(put instanceof Swap.Result.Done made)) {
            Swap.isDone(put, to);
            throw new AlreadyExistsException("Table already exists: %s", to);
        }
        if (!namespaces.touch(to.namespace())) {
            swap.run(PointerKey.of(to), made.version(), null);
            throw PointerNamespaces.missing(to.namespace());
        }
        if (!Swap.isDone(swap.run(PointerKey.of(from), old.version(), null), from)) {
            swap.run(PointerKey.of(to), made.version(), null);
            throw new NoSuchTableException("Table %s was dropped or renamed meanwhile", from);
        }
    }

    @Override
    public void createNamespace(Namespace namespace, Map<String, String> properties) {
        for (String level : namespace.levels()) {
            if (!isAddressable(level)) {
                throw new BadRequestException("Invalid namespace: %s", namespace);
            }
        }
        checkLocation(properties);
        namespaces.create(namespace, properties);
    }

    @Override
    public List<Namespace> listNamespaces(Namespace parent) {
        return namespaces.list(parent);
    }

    @Override
    public Map<String, String> loadNamespaceMetadata(Namespace namespace) {
        return namespaces.properties(namespace);
    }

    @Override
    public boolean dropNamespace(Namespace namespace) {
        return namespaces.drop(namespace);
    }

    @Override
    public boolean setProperties(Namespace namespace, Map<String, String> properties) {
        checkLocation(properties);
        return namespaces.alter(namespace, current -> current.putAll(properties));
    }

    @Override
    public boolean removeProperties(Namespace namespace, Set<String> properties) {
        return namespaces.alter(namespace, current -> current.keySet().removeAll(properties));
    }

    private void checkLocation(Map<String, String> properties) {
        String location = properties.get(LOCATION);
        if (location != null) {
            folders.requireOutside(folders.admitted(location));
        }
    }
}
