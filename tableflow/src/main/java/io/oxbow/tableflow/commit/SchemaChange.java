package io.oxbow.tableflow.commit;

import io.oxbow.tableflow.shape.TableShape;
import java.util.Map;
import org.apache.iceberg.Schema;
import org.apache.iceberg.TableMetadata;

/**
 * The change of a table's schema and properties in one commit.
 *
 * @param schema the new one, with the field ids that the data files have
 * @param lastFieldId the highest field id that was ever given
 * @param baseSchemaId the table's schema that it grew from; must still be the current one
 * @param baseLastFieldId the table's highest id then; must still be
 */
public record SchemaChange(
        Schema schema,
        int lastFieldId,
        int baseSchemaId,
        int baseLastFieldId,
        Map<String, String> properties) {

    /** Returns the change of a shape since it was made of {@code base}. */
    public static SchemaChange of(
            TableShape shape, TableMetadata base, Map<String, String> properties) {
        return new SchemaChange(
                shape.schema(),
                shape.lastFieldId(),
                base.currentSchemaId(),
                base.lastColumnId(),
                properties);
    }

    boolean growsFrom(TableMetadata metadata) {
        return metadata.currentSchemaId() == baseSchemaId
                && metadata.lastColumnId() == baseLastFieldId;
    }

    TableMetadata applyTo(TableMetadata metadata) {
        return TableMetadata.buildFrom(metadata)
                .setCurrentSchema(schema, lastFieldId)
                .setProperties(properties)
                .build();
    }
}
