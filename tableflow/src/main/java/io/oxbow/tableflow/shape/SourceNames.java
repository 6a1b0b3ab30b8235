package io.oxbow.tableflow.shape;

import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.TypeUtil;
import org.apache.iceberg.types.Types;

/**
 * The sources of a table's columns: those that a commit wrote down, and elsewhere the names that a
 * column has and had.
 */
final class SourceNames {

    private final SystemColumns system;
    private final Map<Integer, List<String>> committed;

    /** Names of each field id in the schemas that the table remembers. */
    private final Map<Integer, Set<String>> earlier = new HashMap<>();

    /**
     * @param committed what {@link #of} returned for the table's last commit
     * @param schemas that the table remembers: a renamed column is found by its old names
     */
    SourceNames(
            SystemColumns system,
            Map<Integer, List<String>> committed,
            Collection<Schema> schemas) {
        this.system = system;
        this.committed = committed;
        for (Schema schema : schemas) {
            TypeUtil.indexById(schema.asStruct())
                    .forEach((id, field) ->
                            earlier.computeIfAbsent(id, i -> new LinkedHashSet<>())
                                    .add(field.name()));
        }
    }

    /** Returns the columns of a table of this type, each linked to its sources. */
    StructColumn root(Types.StructType table) {
        return struct(table, 0);
    }

    private StructColumn struct(Types.StructType type, int depth) {
        StructColumn struct = new StructColumn(depth);
        for (Types.NestedField field : type.fields()) {
            struct.add(field, column(field.type(), depth + 1));
        }
        // Current names first: they win over a name that some other column once had.
        for (Column column : struct.columns()) {
            committed
                    .getOrDefault(column.fieldId(), present(column, depth))
                    .forEach(source -> struct.link(column, source));
        }
        for (Column column : struct.columns()) {
            if (!committed.containsKey(column.fieldId()) && !isSystem(column, depth)) {
                earlier.getOrDefault(column.fieldId(), Set.of())
                        .forEach(source -> struct.link(column, source));
            }
        }
        return struct;
    }

    private List<String> present(Column column, int depth) {
        return isSystem(column, depth) ? List.of() : List.of(column.name());
    }

    private boolean isSystem(Column column, int depth) {
        return depth == 0 && system.names().contains(column.name());
    }

    private ColumnType column(Type type, int depth) {
        return switch (type) {
            case Types.StructType struct -> struct(struct, depth);
            case Types.ListType list ->
                    new ListColumn(
                            list.elementId(),
                            list.isElementOptional(),
                            column(list.elementType(), depth + 1));
            case Types.MapType map ->
                    new MapColumn(
                            map.keyId(),
                            map.valueId(),
                            map.isValueOptional(),
                            column(map.keyType(), depth + 1),
                            column(map.valueType(), depth + 1));
            default -> ColumnType.create(type, depth, id -> id);
        };
    }

    /** Returns the sources of each field id that the column's name does not say. */
    static Map<Integer, List<String>> of(StructColumn root) {
        Map<Integer, List<String>> names = new TreeMap<>();
        collect(root, names);
        return names;
    }

    private static void collect(ColumnType node, Map<Integer, List<String>> names) {
        switch (node) {
            case LeafColumn ignored -> {}
            case ListColumn list -> collect(list.element(), names);
            case MapColumn map -> collect(map.value(), names);
            case StructColumn struct -> {
                for (Column column : struct.columns()) {
                    List<String> sources = column.sources();
                    if (!sources.isEmpty() && !sources.equals(List.of(column.name()))) {
                        names.put(column.fieldId(), List.copyOf(sources));
                    }
                    collect(column.node(), names);
                }
            }
        }
    }
}
