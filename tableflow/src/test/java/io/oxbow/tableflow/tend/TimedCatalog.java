package io.oxbow.tableflow.tend;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.HasTableOperations;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableMetadataParser;
import org.apache.iceberg.TableOperations;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.SupportsNamespaces;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.LocationProvider;

/**
 * A catalog whose snapshots have the time of a test's clock. Iceberg gives them the machine's, and
 * refuses one that is older than the one before: the test's clock stays in the past.
 */
final class TimedCatalog implements Catalog, SupportsNamespaces {

    /** End of the names of the times in metadata. */
    private static final String TIME = "-ms\":";

    private final Catalog delegate;
    private final LongSupplier millis;

    TimedCatalog(Catalog delegate, LongSupplier millis) {
        this.delegate = delegate;
        this.millis = millis;
    }

    /** Gives the test's time to all that has the machine's, which is later. */
    private TableMetadata timed(TableMetadata metadata) {
        String json = TableMetadataParser.toJson(metadata);
        StringBuilder timed = new StringBuilder(json.length());
        int copied = 0;
        int colon = json.indexOf(TIME);
        while (colon >= 0) {
            int from = colon + TIME.length();
            int to = from;
            while (Character.isDigit(json.charAt(to))) {
                to++;
            }
            long time = Long.parseLong(json, from, to, 10);
            timed.append(json, copied, from).append(Math.min(time, millis.getAsLong()));
            copied = to;
            colon = json.indexOf(TIME, to);
        }
        return TableMetadataParser.fromJson(timed.append(json, copied, json.length()).toString());
    }

    @Override
    public Table loadTable(TableIdentifier identifier) {
        Table table = delegate.loadTable(identifier);
        return new BaseTable(
                new Operations(((HasTableOperations) table).operations()), table.name());
    }

    private final class Operations implements TableOperations {
        private final TableOperations inner;

        Operations(TableOperations inner) {
            this.inner = inner;
        }

        @Override
        public TableMetadata current() {
            return inner.current();
        }

        @Override
        public TableMetadata refresh() {
            return inner.refresh();
        }

        @Override
        public void commit(TableMetadata base, TableMetadata metadata) {
            inner.commit(base, timed(metadata));
        }

        @Override
        public FileIO io() {
            return inner.io();
        }

        @Override
        public String metadataFileLocation(String fileName) {
            return inner.metadataFileLocation(fileName);
        }

        @Override
        public LocationProvider locationProvider() {
            return inner.locationProvider();
        }
    }

    @Override
    public TableBuilder buildTable(TableIdentifier identifier, Schema schema) {
        return delegate.buildTable(identifier, schema);
    }

    @Override
    public List<TableIdentifier> listTables(Namespace namespace) {
        return delegate.listTables(namespace);
    }

    @Override
    public boolean dropTable(TableIdentifier identifier, boolean purge) {
        return delegate.dropTable(identifier, purge);
    }

    @Override
    public void renameTable(TableIdentifier from, TableIdentifier to) {
        delegate.renameTable(from, to);
    }

    private SupportsNamespaces namespaces() {
        return (SupportsNamespaces) delegate;
    }

    @Override
    public void createNamespace(Namespace namespace, Map<String, String> metadata) {
        namespaces().createNamespace(namespace, metadata);
    }

    @Override
    public List<Namespace> listNamespaces(Namespace namespace) {
        return namespaces().listNamespaces(namespace);
    }

    @Override
    public Map<String, String> loadNamespaceMetadata(Namespace namespace) {
        return namespaces().loadNamespaceMetadata(namespace);
    }

    @Override
    public boolean dropNamespace(Namespace namespace) {
        return namespaces().dropNamespace(namespace);
    }

    @Override
    public boolean setProperties(Namespace namespace, Map<String, String> properties) {
        return namespaces().setProperties(namespace, properties);
    }

    @Override
    public boolean removeProperties(Namespace namespace, Set<String> properties) {
        return namespaces().removeProperties(namespace, properties);
    }
}
