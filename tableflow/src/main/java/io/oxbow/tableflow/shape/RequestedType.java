package io.oxbow.tableflow.shape;

import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/**
 * The type of column that a value asks for.
 *
 * @param type field ids in it count for nothing
 * @param jsonText whether the value goes in as JSON text
 * @param doc comment of a new column, if the type alone does not say enough
 */
public record RequestedType(Type type, boolean jsonText, @Nullable String doc) {

    public static RequestedType of(Type type) {
        return new RequestedType(type, false, null);
    }

    public static RequestedType of(Type type, @Nullable String doc) {
        return new RequestedType(type, false, doc);
    }

    public static RequestedType asJsonText() {
        return new RequestedType(Types.StringType.get(), true, Column.jsonTextDoc());
    }

    /**
     * Returns the text behind the two underscores in the name of a column that was opened for a
     * conflict.
     */
    String label() {
        return jsonText ? "json" : label(type);
    }

    private static String label(Type type) {
        return switch (type) {
            case Types.IntegerType ignored -> "int";
            case Types.TimestampType timestamp ->
                    timestamp.shouldAdjustToUTC() ? "timestamptz" : "timestamp";
            case Types.DecimalType decimal -> "decimal_" + decimal.scale();
            case Types.FixedType fixed -> "fixed_" + fixed.length();
            case Types.ListType list -> "list_" + label(list.elementType());
            case Types.MapType map -> "map_" + label(map.valueType());
            case Types.StructType ignored -> "struct";
            default -> type.typeId().name().toLowerCase(java.util.Locale.ROOT);
        };
    }
}
