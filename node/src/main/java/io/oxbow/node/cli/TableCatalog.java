package io.oxbow.node.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.oxbow.sql.SchemeFileIO;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.iceberg.CatalogProperties;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.NoSuchTableException;
import org.apache.iceberg.rest.RESTCatalog;

/** A client of a node's catalog, as any Iceberg client sees it. */
public final class TableCatalog implements AutoCloseable {

    private final RESTCatalog catalog = new RESTCatalog();

    private TableCatalog() {}

    public static TableCatalog open(NodeHttp node, Map<String, String> properties) {
        var opened = new TableCatalog();
        Map<String, String> all = new TreeMap<>(properties);
        all.put(CatalogProperties.URI, node.catalogUri());
        all.putIfAbsent(CatalogProperties.FILE_IO_IMPL, SchemeFileIO.class.getName());
        all.put("rest-metrics-reporting-enabled", "false");
        opened.catalog.initialize("oxbow", all);
        return opened;
    }

    /** Returns the table that {@code status} names, if it has been made yet. */
    public Optional<Table> find(JsonNode status) {
        return find(identifier(status));
    }

    public Optional<Table> find(TableIdentifier identifier) {
        try {
            return Optional.of(catalog.loadTable(identifier));
        } catch (NoSuchTableException e) {
            return Optional.empty();
        }
    }

    public static TableIdentifier identifier(JsonNode status) {
        return TableIdentifier.of(
                Namespace.of(status.path("namespace").asText().split("\\.")),
                status.path("table").asText());
    }

    @Override
    public void close() {
        try {
            catalog.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
