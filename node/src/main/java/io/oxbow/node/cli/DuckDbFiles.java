package io.oxbow.node.cli;

import java.util.List;
import java.util.stream.Collectors;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/**
 * A table's data files as DuckDB reads them: {@code read_parquet} with the columns that the table
 * has now, matched by Iceberg's field ids, so that files from before a column came or was renamed
 * fit too.
 */
record DuckDbFiles(Schema schema, List<String> files) {

    String expression() {
        String locations =
                files.stream()
                        .map(file -> quoted(path(file)))
                        .collect(Collectors.joining(", ", "[", "]"));
        String columns =
                schema.columns().stream()
                        .map(DuckDbFiles::column)
                        .collect(Collectors.joining(", ", "MAP{", "}"));
        return "read_parquet(%s, schema=%s)".formatted(locations, columns);
    }

    /** DuckDB wants a plain path for a local file. */
    private static String path(String location) {
        return location.startsWith("file:") ? java.net.URI.create(location).getPath() : location;
    }

    private static String column(Types.NestedField field) {
        return "%d: {name: %s, type: %s, default_value: NULL}"
                .formatted(field.fieldId(), quoted(field.name()), quoted(type(field.type())));
    }

    private static String type(Type type) {
        return switch (type.typeId()) {
            case BOOLEAN -> "BOOLEAN";
            case INTEGER -> "INTEGER";
            case LONG -> "BIGINT";
            case FLOAT -> "FLOAT";
            case DOUBLE -> "DOUBLE";
            case DATE -> "DATE";
            case TIME -> "TIME";
            case TIMESTAMP ->
                    ((Types.TimestampType) type).shouldAdjustToUTC() ? "TIMESTAMPTZ" : "TIMESTAMP";
            case TIMESTAMP_NANO -> "TIMESTAMP_NS";
            case STRING -> "VARCHAR";
            case UUID -> "UUID";
            case FIXED, BINARY -> "BLOB";
            case DECIMAL -> {
                var decimal = (Types.DecimalType) type;
                yield "DECIMAL(%d, %d)".formatted(decimal.precision(), decimal.scale());
            }
            case STRUCT ->
                    type.asStructType().fields().stream()
                            .map(field -> identifier(field.name()) + " " + type(field.type()))
                            .collect(Collectors.joining(", ", "STRUCT(", ")"));
            case LIST -> type(type.asListType().elementType()) + "[]";
            case MAP ->
                    "MAP(%s, %s)"
                            .formatted(
                                    type(type.asMapType().keyType()),
                                    type(type.asMapType().valueType()));
            default -> throw new CommandFailure("DuckDB has no type for Iceberg's " + type);
        };
    }

    private static String identifier(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }

    private static String quoted(String text) {
        return '\'' + text.replace("'", "''") + '\'';
    }
}
