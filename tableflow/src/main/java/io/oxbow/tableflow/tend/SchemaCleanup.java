package io.oxbow.tableflow.tend;

import io.oxbow.tableflow.commit.LoadedTable;
import io.oxbow.tableflow.translate.TableProperties;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.iceberg.MetadataUpdate;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.exceptions.CommitFailedException;

/**
 * Drops the schemas that no snapshot of a table needs. Names that columns had in them stay columns'
 * sources.
 */
final class SchemaCleanup {

    private SchemaCleanup() {}

    static void run(LoadedTable loaded) {
        TableMetadata metadata = loaded.metadata();
        Set<Integer> needed = new HashSet<>();
        needed.add(metadata.currentSchemaId());
        for (Snapshot snapshot : metadata.snapshots()) {
            Integer schema = snapshot.schemaId();
            if (schema == null) {
                return; // written by an old writer: nobody knows
            }
            needed.add(schema);
        }
        Set<Integer> dropped = new HashSet<>();
        for (Schema schema : metadata.schemas()) {
            if (!needed.contains(schema.schemaId())) {
                dropped.add(schema.schemaId());
            }
        }
        if (dropped.isEmpty()) {
            return;
        }
        Map<String, String> names = TableProperties.of(TableProperties.shape(metadata));
        TableMetadata.Builder updated = TableMetadata.buildFrom(metadata).setProperties(names);
        new MetadataUpdate.RemoveSchemas(dropped).applyTo(updated);
        try {
            loaded.operations().commit(metadata, updated.build());
        } catch (CommitFailedException e) {
            // The next time will do.
        }
    }
}
