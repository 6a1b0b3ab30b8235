package io.oxbow.tableflow.commit;

import io.oxbow.tableflow.TableFlowException;
import java.util.Optional;
import java.util.UUID;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.HasTableOperations;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableOperations;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.NoSuchTableException;

/**
 * A table with its metadata and its progress as they were when it was loaded.
 *
 * @param progress what its ancestry says
 */
public record LoadedTable(
        Table table, TableOperations operations, TableMetadata metadata, TableProgress progress) {

    /**
     * Loads a table of ours, if it exists.
     *
     * @throws TableFlowException when the table was not made here, or belongs to another topic
     */
    public static Optional<LoadedTable> load(
            Catalog catalog, TableIdentifier identifier, UUID topicId) {
        Table table;
        try {
            table = catalog.loadTable(identifier);
        } catch (NoSuchTableException e) {
            return Optional.empty();
        }
        return Optional.of(of(table, identifier, topicId));
    }

    private static LoadedTable of(Table table, TableIdentifier identifier, UUID topicId) {
        String owner = table.properties().get(TableProgress.TOPIC_ID);
        if (owner == null) {
            throw TableFlowException.fatal(
                    "the table %s exists and is not Oxbow's; set table.namespace and table.name to something else"
                            .formatted(identifier));
        }
        if (!owner.equals(topicId.toString())) {
            throw TableFlowException.fatal(
                    "the table %s holds an earlier topic of this name (id %s, not %s); drop or rename it by any engine on the catalog, or turn table.enable off, set table.name, and turn it on"
                            .formatted(identifier, owner, topicId));
        }
        TableOperations operations = ((HasTableOperations) table).operations();
        TableMetadata metadata = operations.current();
        TableProgress progress =
                Ancestry.progress(metadata).orElseGet(() -> TableProgress.none(topicId));
        return new LoadedTable(
                new BaseTable(operations, table.name()), operations, metadata, progress);
    }
}
