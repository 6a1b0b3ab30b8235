package io.oxbow.tableflow.shape;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.types.Types;

/**
 * A struct type of a column, or the table itself. Columns are added at the end, and taken back from
 * there.
 */
public final class StructColumn implements ColumnType {

    private final int depth;
    private final List<Column> columns = new ArrayList<>();
    private final Map<String, List<Column>> bySource = new HashMap<>();

    /** Number of uses of each form of a name; more than one only where others made such columns. */
    private final Map<String, Integer> forms = new HashMap<>();

    /**
     * @param depth levels above it; 0 for the table itself
     */
    StructColumn(int depth) {
        this.depth = depth;
    }

    int depth() {
        return depth;
    }

    Column add(Types.NestedField field, ColumnType node) {
        Column column = new Column(columns.size(), field, node);
        columns.add(column);
        reserve(field.name());
        return column;
    }

    /** Removes the newest column. */
    void removeLast() {
        Column column = columns.removeLast();
        List.copyOf(column.sources()).forEach(source -> unlink(column, source));
        release(column.name());
    }

    /** Makes the column take values of this source from now on; false if it did already. */
    boolean link(Column column, String source) {
        List<Column> linked = bySource.computeIfAbsent(source, ignored -> new ArrayList<>(1));
        if (linked.contains(column)) {
            return false;
        }
        linked.add(column);
        column.addSource(source);
        return true;
    }

    void unlink(Column column, String source) {
        bySource.computeIfPresent(
                source,
                (ignored, linked) -> {
                    linked.remove(column);
                    return linked.isEmpty() ? null : linked;
                });
        column.removeSource(source);
    }

    void rename(Column column, String newName) {
        release(column.name());
        reserve(newName);
        column.rename(newName);
    }

    /** Reserves a name: no column that is added from now on gets one like it. */
    void reserve(String name) {
        ColumnName.forms(name).forEach(form -> forms.merge(form, 1, Integer::sum));
    }

    private void release(String name) {
        ColumnName.forms(name)
                .forEach(form -> forms.computeIfPresent(form, (f, n) -> n == 1 ? null : n - 1));
    }

    boolean hasName(String name) {
        return ColumnName.forms(name).stream().anyMatch(forms::containsKey);
    }

    public List<Column> columns() {
        return Collections.unmodifiableList(columns);
    }

    /** Returns the columns that take values of this source, the one of its own name first. */
    public List<Column> of(String source) {
        return bySource.getOrDefault(source, List.of());
    }

    /** Returns every source with its columns. */
    public Map<String, List<Column>> bySource() {
        return Collections.unmodifiableMap(bySource);
    }

    @Override
    public int leaves() {
        int leaves = 0;
        for (Column column : columns) {
            leaves += column.node().leaves();
        }
        return leaves;
    }

    @Override
    public Types.StructType type() {
        return Types.StructType.of(columns.stream().map(Column::field).toList());
    }
}
