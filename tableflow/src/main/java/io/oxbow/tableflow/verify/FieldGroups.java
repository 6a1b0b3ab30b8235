package io.oxbow.tableflow.verify;

import io.oxbow.tableflow.translate.TableProperties;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.iceberg.Table;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.TypeUtil;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/**
 * Which columns belong to one field of the records: those that a conflict of types opened, and
 * those that were renamed. Reads the table's schema and properties.
 */
final class FieldGroups {

    private final Map<Integer, List<String>> names = new HashMap<>();

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
    }

    /** What a column's values count as: its field's first known name. */
    String of(Types.NestedField column) {
        List<String> sources = names.getOrDefault(column.fieldId(), List.of(column.name()));
        return sources.getFirst();
    }

    /** What a field of a record counts as, inside a struct of the table. */
    String of(@Nullable Level level, String fieldName) {
        if (level != null) {
            for (Types.NestedField column : level.columns()) {
                List<String> sources = names.getOrDefault(column.fieldId(), List.of(column.name()));
                if (sources.contains(fieldName)) {
                    return sources.getFirst();
                }
            }
        }
        return fieldName;
    }

    /** The struct inside a field's columns, through lists and maps; null if there is none. */
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
