package io.oxbow.catalog;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.apache.iceberg.BaseMetastoreCatalog;
import org.apache.iceberg.CatalogProperties;
import org.apache.iceberg.CatalogUtil;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableOperations;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.SupportsNamespaces;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.exceptions.NoSuchTableException;
import org.apache.iceberg.io.FileIO;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An Iceberg catalog over {@link TablePointers}. Thread-safe. Namespaces must be created before
 * what is in them; they nest.
 */
public final class PointerCatalog extends BaseMetastoreCatalog implements SupportsNamespaces {

    private static final Logger LOG = LoggerFactory.getLogger(PointerCatalog.class);

    private static final int TURNS = 100;

    private final Settings settings;
    private final TablePointers pointers;
    private final FileIO io;
    private final Swap swap;
    private final PointerNamespaces namespaces;
    private final MetadataCache metadata;

    /**
     * @param name in messages
     * @param location URI that tables without a location of their own are put under, e.g. {@code
     *     file:///…} or {@code s3://…}
     * @param properties Iceberg's catalog properties, e.g. {@code table-default.*}
     */
    public record Settings(String name, String location, Map<String, String> properties) {
        public Settings {
            while (location.endsWith("/")) {
                location = location.substring(0, location.length() - 1);
            }
            properties = Map.copyOf(properties);
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
        this.metadata = new MetadataCache(io);
    }

    @Override
    public String name() {
        return settings.name();
    }

    TablePointers pointers() {
        return pointers;
    }

    PointerNamespaces namespaces() {
        return namespaces;
    }

    FileIO io() {
        return io;
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
        return !identifier.namespace().isEmpty() && !identifier.name().isEmpty();
    }

    @Override
    protected String defaultWarehouseLocation(TableIdentifier identifier) {
        Map<String, String> namespace = loadNamespaceMetadata(identifier.namespace());
        String table = LocationName.of(identifier.name());
        if (Boolean.parseBoolean(properties().get(CatalogProperties.UNIQUE_TABLE_LOCATION))) {
            table += "-" + UUID.randomUUID();
        }
        String parent = namespace.get("location");
        if (parent != null) {
            return parent.replaceAll("/+$", "") + "/" + table;
        }
        StringBuilder location = new StringBuilder(settings.location());
        for (String level : identifier.namespace().levels()) {
            location.append('/').append(LocationName.of(level));
        }
        return location.append('/').append(table).toString();
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
        boolean dropped =
                Swap.isDone(
                        swap.run(PointerKey.of(identifier), name.get().version(), null),
                        identifier);
        if (!dropped) {
            return dropTable(identifier, purge);
        }
        Optional<String> last = removeTable(PointerValue.tableId(name.get().value()));
        if (purge) {
            last.ifPresent(location -> purge(identifier, location));
        }
        return true;
    }

    /** Only garbage is at stake: the table is gone whether or not its files are. */
    private void purge(TableIdentifier identifier, String location) {
        try {
            CatalogUtil.dropTableData(io, readMetadata(location));
        } catch (RuntimeException e) {
            LOG.warn("{} is dropped, but its files could not all be deleted", identifier, e);
        }
    }

    /** Takes a table's pointer away, and says what its last metadata was, if it was there. */
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
        return namespaces.alter(namespace, current -> current.putAll(properties));
    }

    @Override
    public boolean removeProperties(Namespace namespace, Set<String> properties) {
        return namespaces.alter(namespace, current -> current.keySet().removeAll(properties));
    }
}
