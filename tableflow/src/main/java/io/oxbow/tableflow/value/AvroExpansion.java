package io.oxbow.tableflow.value;

import io.oxbow.schema.SchemaBounds;
import java.util.HashSet;
import java.util.Set;
import org.apache.avro.Schema;

/**
 * Bounds the size of a schema, each use of a record written out anew, as its columns would be laid
 * out. Nothing is made of a schema before this walk has passed it.
 */
final class AvroExpansion {

    /** Most nodes, five times a table's most fields: empty records and nulls have none. */
    private static final int NODES_MAX = 10_000;

    private final Set<String> above = new HashSet<>();
    private int nodes;

    private AvroExpansion() {}

    /**
     * @throws BadRecordException when the schema is beyond a bound
     */
    static void check(Schema schema) {
        SchemaBounds.violation(schema)
                .ifPresent(why -> {
                    throw new BadRecordException(why);
                });
        new AvroExpansion().walk(schema);
    }

    private void walk(Schema schema) {
        if (++nodes > NODES_MAX) {
            throw new BadRecordException(
                    "the schema comes to more than %d types when each use of a record is written out"
                            .formatted(NODES_MAX));
        }
        switch (schema.getType()) {
            case ARRAY -> walk(schema.getElementType());
            case MAP -> walk(schema.getValueType());
            case UNION -> schema.getTypes().forEach(this::walk);
            case RECORD -> {
                if (above.add(schema.getFullName())) {
                    schema.getFields().forEach(field -> walk(field.schema()));
                    above.remove(schema.getFullName());
                }
            }
            default -> {}
        }
    }
}
