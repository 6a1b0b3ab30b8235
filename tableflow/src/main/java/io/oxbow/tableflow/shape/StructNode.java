package io.oxbow.tableflow.shape;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.iceberg.types.Types;

/** A struct, or the table itself. Columns are only ever added, at the end. */
public final class StructNode implements Node {

    private final List<Column> columns = new ArrayList<>();
    private final Map<String, List<Column>> bySource = new HashMap<>();
    // Some engines fold case, so two names that differ in case alone would be one there.
    private final Set<String> namesInLowerCase = new HashSet<>();

    Column add(Types.NestedField field, Node node) {
        return add(field, node, List.of(field.name()));
    }

    Column add(Types.NestedField field, Node node, List<String> sources) {
        Column column = new Column(columns.size(), field, node);
        columns.add(column);
        namesInLowerCase.add(field.name().toLowerCase(Locale.ROOT));
        sources.forEach(source -> link(column, source));
        return column;
    }

    /** The column takes values of this source from now on. */
    void link(Column column, String source) {
        List<Column> linked = bySource.computeIfAbsent(source, ignored -> new ArrayList<>(1));
        if (!linked.contains(column)) {
            linked.add(column);
            column.addSource(source);
        }
    }

    void rename(Column column, String newName) {
        namesInLowerCase.remove(column.name().toLowerCase(Locale.ROOT));
        namesInLowerCase.add(newName.toLowerCase(Locale.ROOT));
        column.rename(newName);
    }

    boolean hasName(String name) {
        return namesInLowerCase.contains(name.toLowerCase(Locale.ROOT));
    }

    public List<Column> columns() {
        return Collections.unmodifiableList(columns);
    }

    /** Columns that take values of this source, the one of its own name first. */
    public List<Column> of(String source) {
        return bySource.getOrDefault(source, List.of());
    }

    /** Every source and its columns. */
    public Map<String, List<Column>> bySource() {
        return Collections.unmodifiableMap(bySource);
    }

    @Override
    public Types.StructType type() {
        return Types.StructType.of(columns.stream().map(Column::field).toList());
    }
}
