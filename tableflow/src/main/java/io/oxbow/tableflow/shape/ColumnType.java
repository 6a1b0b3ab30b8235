package io.oxbow.tableflow.shape;

import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/** The type of a column, as a tree that can grow. */
public sealed interface ColumnType permits LeafColumn, StructColumn, ListColumn, MapColumn {

    /** Returns the type in Iceberg's form, with field ids. */
    Type type();

    /**
     * Returns the number of primitive columns that a data file has for this type: the cost of one
     * element in cells.
     */
    int leaves();

    /**
     * Makes a node of a type; {@code ids} hands out the field ids of what is inside. A struct comes
     * out empty: its caller places the fields one by one.
     *
     * @param depth levels above it
     */
    static ColumnType create(Type type, int depth, FieldIds ids) {
        return switch (type) {
            case Type.PrimitiveType primitive -> new LeafColumn(primitive);
            case Types.StructType ignored -> new StructColumn(depth);
            case Types.ListType list -> {
                int id = ids.next(list.elementId());
                yield new ListColumn(id, true, create(list.elementType(), depth + 1, ids));
            }
            case Types.MapType map -> {
                int key = ids.next(map.keyId());
                int value = ids.next(map.valueId());
                yield new MapColumn(
                        key,
                        value,
                        true,
                        create(map.keyType(), depth + 1, ids),
                        create(map.valueType(), depth + 1, ids));
            }
            default ->
                    throw new IllegalArgumentException("a column of type " + type + " is unknown");
        };
    }

    /** Gives a new field its id. */
    @FunctionalInterface
    interface FieldIds {
        int next(int wanted);
    }
}
