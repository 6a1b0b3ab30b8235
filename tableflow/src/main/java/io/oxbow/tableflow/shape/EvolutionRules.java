package io.oxbow.tableflow.shape;

import org.apache.iceberg.Schema;
import org.apache.iceberg.parquet.ParquetSchemaUtil;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.TypeUtil;
import org.apache.iceberg.types.Types;

/** Bounds within which a table grows, and the formats' own judgement of what it has become. */
final class EvolutionRules {

    /** Most fields that a table has, at all levels together. */
    static final int FIELDS_MAX = 2_000;

    /** Most levels of structs, lists and maps, the table's own included. */
    static final int DEPTH_MAX = 64;

    private EvolutionRules() {}

    /**
     * Refuses a column before anything is made of it.
     *
     * @param fields that the table has
     * @throws EvolutionRefusedException with the rule that it breaks
     */
    static void check(String name, int depth, Type type, int fields) {
        if (name.length() > ColumnName.LENGTH_MAX) {
            throw new EvolutionRefusedException(
                    "no column for '%s…': its name has %d characters, a column's at most %d"
                            .formatted(
                                    name.substring(0, 40), name.length(), ColumnName.LENGTH_MAX));
        }
        if (depth + depth(type) > DEPTH_MAX) {
            throw new EvolutionRefusedException(
                    "no column for '%s': it would nest deeper than %d levels"
                            .formatted(name, DEPTH_MAX));
        }
        if (fields + 1 + fields(type) > FIELDS_MAX) {
            throw new EvolutionRefusedException(
                    "no column for '%s': with it the table would have more than %d fields"
                            .formatted(name, FIELDS_MAX));
        }
    }

    private static int depth(Type type) {
        return switch (type) {
            case Types.StructType struct ->
                    1 + struct.fields().stream().mapToInt(f -> depth(f.type())).max().orElse(0);
            case Types.ListType list -> 1 + depth(list.elementType());
            case Types.MapType map -> 1 + depth(map.valueType());
            default -> 0;
        };
    }

    /** Returns the number of fields inside a type, as Iceberg gives out ids. */
    static int fields(Type type) {
        return switch (type) {
            case Types.StructType struct ->
                    struct.fields().stream().mapToInt(f -> 1 + fields(f.type())).sum();
            case Types.ListType list -> 1 + fields(list.elementType());
            case Types.MapType map -> 2 + fields(map.keyType()) + fields(map.valueType());
            default -> 0;
        };
    }

    /**
     * Checks that Iceberg can index a schema and Parquet takes it for writing.
     *
     * @throws EvolutionRefusedException when one of them will not
     */
    static void checkByFormats(Schema schema) {
        try {
            TypeUtil.indexByName(schema.asStruct());
            org.apache.parquet.schema.TypeUtil.checkValidWriteSchema(
                    ParquetSchemaUtil.convert(schema, "table"));
        } catch (RuntimeException e) {
            throw new EvolutionRefusedException("no such columns: " + e.getMessage());
        }
    }
}
