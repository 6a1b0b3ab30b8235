package io.oxbow.tableflow.tend;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.HasTableOperations;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Snapshot;
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

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Catalog delegate;
    private final LongSupplier millis;

    TimedCatalog(Catalog delegate, LongSupplier millis) {
        this.delegate = delegate;
        this.millis = millis;
    }

    private TableMetadata timed(TableMetadata base, TableMetadata metadata) {
        Set<Long> fresh = new HashSet<>();
        for (Snapshot snapshot : metadata.snapshots()) {
            if (base.snapshot(snapshot.snapshotId()) == null) {
                fresh.add(snapshot.snapshotId());
            }
        }
        if (fresh.isEmpty() && base.snapshots().isEmpty()) {
            return metadata;
        }
        try {
            ObjectNode json = (ObjectNode) JSON.readTree(TableMetadataParser.toJson(metadata));
            json.put("last-updated-ms", millis.getAsLong());
            for (JsonNode entry : json.path("metadata-log")) {
                if (entry.path("timestamp-ms").asLong() > millis.getAsLong()) {
                    ((ObjectNode) entry).put("timestamp-ms", millis.getAsLong());
                }
            }
            for (JsonNode snapshot : json.path("snapshots")) {
                time(fresh, snapshot);
            }
            for (JsonNode entry : json.path("snapshot-log")) {
                time(fresh, entry);
            }
            return TableMetadataParser.fromJson(json.toString());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private void time(Set<Long> fresh, JsonNode node) {
        if (fresh.contains(node.path("snapshot-id").asLong())) {
            ((ObjectNode) node).put("timestamp-ms", millis.getAsLong());
        }
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
            inner.commit(base, timed(base, metadata));
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
