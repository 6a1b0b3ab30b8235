package io.oxbow.tableflow.verify;

import io.oxbow.tableflow.translate.TableProperties;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.apache.iceberg.Table;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.TypeUtil;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/**
 * Groups the columns that belong to one field of the records: those that a conflict of types
 * opened, and those that were renamed. Reads the table's schema and properties.
 */
final class FieldGroups {

    private final Map<Integer, List<String>> names = new HashMap<>();

    /** Group of each column in its struct, by field id. */
    private final Map<Integer, String> groups = new HashMap<>();

    FieldGroups(Table table) {
        Map<Integer, Set<String>> all = new HashMap<>();
        TypeUtil.indexById(table.schema().asStruct())
                .forEach((id, field) -> all.put(id, new LinkedHashSet<>(List.of(field.name()))));
        table.schemas()
                .values()
                .forEach(schema ->
                        TypeUtil.indexById(schema.asStruct())
                                .forEach((id, field) ->
                                        all.computeIfAbsent(id, i -> new LinkedHashSet<>())
                                                .add(field.name())));
        all.forEach((id, set) -> names.put(id, List.copyOf(set)));
        names.putAll(TableProperties.sourceNames(table.properties()));
        group(table.schema().columns());
        TypeUtil.indexById(table.schema().asStruct())
                .values()
                .forEach(field -> {
                    if (field.type() instanceof Types.StructType struct) {
                        group(struct.fields());
                    }
                });
    }

    /**
     * Groups the columns of a struct that share names, directly or through others. A column that an
     * alias took along has two names, and the columns of either belong together.
     */
    private void group(List<Types.NestedField> columns) {
        Map<String, String> groupOf = new HashMap<>();
        for (Types.NestedField column : columns) {
            List<String> sources = sources(column);
            String group = groupOf.getOrDefault(sources.getFirst(), sources.getFirst());
            for (String source : sources) {
                String joined = groupOf.getOrDefault(source, source);
                groupOf.put(source, group);
                groupOf.replaceAll((name, of) -> of.equals(joined) ? group : of);
            }
        }
        columns.forEach(column ->
                groups.put(
                        column.fieldId(),
                        Objects.requireNonNull(groupOf.get(sources(column).getFirst()))));
    }

    private List<String> sources(Types.NestedField column) {
        return names.getOrDefault(column.fieldId(), List.of(column.name()));
    }

    /** Returns the group of a column: a name that stands for its field and those joined with it. */
    String of(Types.NestedField column) {
        return groups.getOrDefault(column.fieldId(), sources(column).getFirst());
    }

    /** Returns the group of a field of a record, inside a struct of the table. */
    String of(@Nullable Level level, String fieldName) {
        if (level != null) {
            for (Types.NestedField column : level.columns()) {
                if (sources(column).contains(fieldName)) {
                    return of(column);
                }
            }
        }
        return fieldName;
    }

    /**
     * Returns the struct inside a field's columns, through lists and maps; null if there is none.
     */
    @Nullable Level below(@Nullable Level level, String fieldName) {
        if (level == null) {
            return null;
        }
        String group = of(level, fieldName);
        List<Types.NestedField> inside = new ArrayList<>();
        for (Types.NestedField column : level.columns()) {
            if (of(column).equals(group)) {
                inside.addAll(structIn(column.type()));
            }
        }
        return inside.isEmpty() ? null : new Level(inside);
    }

    private static List<Types.NestedField> structIn(Type type) {
        return switch (type) {
            case Types.StructType struct -> struct.fields();
            case Types.ListType list -> structIn(list.elementType());
            case Types.MapType map -> structIn(map.valueType());
            default -> List.of();
        };
    }

    /** The columns of a struct. */
    record Level(List<Types.NestedField> columns) {}
}
