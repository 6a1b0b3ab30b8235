package io.oxbow.tableflow.shape;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.TypeUtil;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/** A working copy of a table's schema that grows as records ask for it. */
public final class TableShape {

    private final SystemColumns system;
    private final StructColumn root = new StructColumn(0);
    private final boolean created;
    private final UndoLog growth = new UndoLog();
    private int fields;
    private int lastFieldId;
    private long version;
    private int widenings;
    private @Nullable Schema schema;

    /** A state of a shape to which it can be taken back. */
    public record Mark(int changes, Schema schema) {}

    private TableShape(SystemColumns system, boolean created, int lastFieldId) {
        this.system = system;
        this.created = created;
        this.lastFieldId = lastFieldId;
    }

    /** Returns the shape of a table that does not exist yet. */
    public static TableShape fresh(SystemColumns system) {
        Schema schema = system.schema();
        TableShape shape = new TableShape(system, false, schema.highestFieldId());
        schema.columns().forEach(f -> shape.root.add(f, shape.keep(f.type(), 1, Map.of(), null)));
        shape.fields = EvolutionRules.fields(schema.asStruct());
        return shape;
    }

    /**
     * Returns the shape of a table.
     *
     * @param schema the current one
     * @param earlier all schemas that the table remembers: a renamed column is found by its old
     *     names
     * @param sourceNames what {@link #sourceNames()} said when it was last committed
     */
    public static TableShape of(
            SystemColumns system,
            Schema schema,
            Collection<Schema> earlier,
            int lastFieldId,
            Map<Integer, List<String>> sourceNames) {
        TableShape shape = new TableShape(system, true, lastFieldId);
        Map<Integer, Set<String>> names = new HashMap<>();
        earlier.forEach(old ->
                TypeUtil.indexById(old.asStruct())
                        .forEach((id, field) ->
                                names.computeIfAbsent(id, i -> new LinkedHashSet<>())
                                        .add(field.name())));
        shape.fill(shape.root, schema.asStruct(), sourceNames, names);
        shape.fields = EvolutionRules.fields(schema.asStruct());
        return shape;
    }

    private void fill(
            StructColumn node,
            Types.StructType struct,
            Map<Integer, List<String>> sourceNames,
            @Nullable Map<Integer, Set<String>> history) {
        List<Column> columns = new ArrayList<>();
        for (Types.NestedField field : struct.fields()) {
            columns.add(
                    node.add(field, keep(field.type(), node.depth() + 1, sourceNames, history)));
        }
        // Current names first: they win over a name that some other column once had.
        for (Column column : columns) {
            sourceNames
                    .getOrDefault(
                            column.fieldId(),
                            isSystem(node, column) ? List.of() : List.of(column.name()))
                    .forEach(source -> node.link(column, source));
        }
        if (history != null) {
            for (Column column : columns) {
                if (!sourceNames.containsKey(column.fieldId()) && !isSystem(node, column)) {
                    history.getOrDefault(column.fieldId(), Set.of())
                            .forEach(source -> node.link(column, source));
                }
            }
        }
    }

    private boolean isSystem(StructColumn node, Column column) {
        return node == root && system.names().contains(column.name());
    }

    private ColumnType keep(
            Type type,
            int depth,
            Map<Integer, List<String>> sourceNames,
            @Nullable Map<Integer, Set<String>> history) {
        return switch (type) {
            case Types.StructType struct -> {
                StructColumn node = new StructColumn(depth);
                fill(node, struct, sourceNames, history);
                yield node;
            }
            case Types.ListType list ->
                    new ListColumn(
                            list.elementId(),
                            list.isElementOptional(),
                            keep(list.elementType(), depth + 1, sourceNames, history));
            case Types.MapType map ->
                    new MapColumn(
                            map.keyId(),
                            map.valueId(),
                            map.isValueOptional(),
                            keep(map.keyType(), depth + 1, sourceNames, history),
                            keep(map.valueType(), depth + 1, sourceNames, history));
            default -> ColumnType.create(type, depth, id -> id);
        };
    }

    public SystemColumns system() {
        return system;
    }

    public StructColumn root() {
        return root;
    }

    /**
     * Returns a number that grows with every change, also one taken back, so that a plan made by it
     * can be checked.
     */
    public long version() {
        return version;
    }

    /**
     * Returns the number of widenings; rows made before one are of narrower types than the columns
     * now have.
     */
    public int widenings() {
        return widenings;
    }

    /** Returns true if the shape differs from its first state. */
    public boolean hasGrown() {
        return growth.size() > 0;
    }

    /** Reserves names of partition fields: Iceberg lets no column be called so. */
    public void reserve(Collection<String> names) {
        names.forEach(root::reserve);
    }

    /** Returns a mark of the present state. */
    public Mark mark() {
        return new Mark(growth.size(), schema());
    }

    public boolean hasGrownSince(Mark mark) {
        return growth.size() > mark.changes();
    }

    /**
     * Checks the growth since the mark against the formats' own rules.
     *
     * @throws EvolutionRefusedException when a format does not take it; to be taken back then
     */
    public void checkGrowthSince(Mark mark) {
        if (hasGrownSince(mark)) {
            EvolutionRules.checkByFormats(schema());
        }
    }

    /** Undoes every change since the mark, field ids included. */
    public void takeBack(Mark mark) {
        if (hasGrownSince(mark)) {
            growth.takeBack(mark.changes());
            version++;
            schema = mark.schema();
        }
    }

    public int lastFieldId() {
        return lastFieldId;
    }

    public Schema schema() {
        Schema current = schema;
        if (current == null) {
            current = new Schema(root.type().fields());
            schema = current;
        }
        return current;
    }

    /**
     * Returns the column of {@code struct} that takes values of this source and type: a present
     * one, one that is widened, or a new one.
     *
     * @throws EvolutionRefusedException when the table may not grow so
     */
    public Column place(StructColumn struct, String source, RequestedType wanted) {
        return place(struct, source, List.of(), wanted, column -> true);
    }

    /**
     * Returns the column for a field that had other names, among the columns that are free for it.
     *
     * @throws EvolutionRefusedException when the table may not grow so
     */
    public Column place(
            StructColumn struct,
            String source,
            List<String> aliases,
            RequestedType wanted,
            Predicate<Column> free) {
        adoptAlias(struct, source, aliases);
        for (Column column : struct.of(source)) {
            if (free.test(column)
                    && column.isJsonText() == wanted.jsonText()
                    && TypePromotion.fits(column.node(), wanted.type())) {
                if (TypePromotion.widen(column.node(), wanted.type(), growth)) {
                    widenings++;
                    changed();
                }
                if (column.isRequired()) {
                    column.makeOptional();
                    changed(column::makeRequired);
                }
                return column;
            }
        }
        return add(struct, source, wanted);
    }

    /**
     * Gives a field the column of its first alias that has one, and renames that column to the
     * field's name.
     */
    private void adoptAlias(StructColumn struct, String source, List<String> aliases) {
        if (!struct.of(source).isEmpty()) {
            return;
        }
        for (String alias : aliases) {
            List<Column> columns = struct.of(alias);
            if (!columns.isEmpty()) {
                rename(struct, columns.getFirst(), source);
                return;
            }
        }
    }

    private void rename(StructColumn struct, Column column, String source) {
        String before = column.name();
        String name = freeName(struct, ColumnName.clean(source), null);
        EvolutionRules.check(name, 0, Types.BooleanType.get(), 0);
        struct.rename(column, name);
        changed(() -> struct.rename(column, before));
        if (struct.link(column, source)) {
            changed(() -> struct.unlink(column, source));
        }
    }

    private Column add(StructColumn struct, String source, RequestedType wanted) {
        String base = baseName(source);
        boolean reserved = struct == root && isUserSource(source) && system.names().contains(base);
        if (reserved && !created) {
            throw new SystemColumnCollisionException(base);
        }
        if (isUserSource(source)) {
            EvolutionRules.check(base, struct.depth() + 1, wanted.type(), fields);
        }
        boolean conflict = reserved || !struct.of(source).isEmpty();
        int fieldsBefore = fields;
        int idBefore = lastFieldId;
        Types.NestedField field =
                Types.NestedField.optional(freeName(struct, base, conflict ? wanted.label() : null))
                        .withId(nextFieldId())
                        .ofType(wanted.type())
                        .withDoc(wanted.doc())
                        .build();
        ColumnType node =
                ColumnType.create(wanted.type(), struct.depth() + 1, ignored -> nextFieldId());
        Column column = struct.add(field, node);
        changed(() -> {
            struct.removeLast();
            fields = fieldsBefore;
            lastFieldId = idBefore;
        });
        struct.link(column, source);
        return column;
    }

    private int nextFieldId() {
        fields++;
        return ++lastFieldId;
    }

    private static boolean isUserSource(String source) {
        return !source.equals(SystemColumns.KEY) && !source.equals(SystemColumns.VALUE);
    }

    private String baseName(String source) {
        return switch (source) {
            case SystemColumns.KEY -> system.key();
            case SystemColumns.VALUE -> system.value();
            default -> ColumnName.clean(source);
        };
    }

    private static String freeName(StructColumn struct, String base, @Nullable String label) {
        String name = label == null ? base : base + "__" + label;
        String free = name;
        for (int n = 2; struct.hasName(free); n++) {
            free = name + "__" + n;
        }
        return free;
    }

    private void changed(Runnable takeBack) {
        growth.changed(takeBack);
        changed();
    }

    private void changed() {
        version++;
        schema = null;
    }

    /** Returns the sources of each field id that the column's name does not say. */
    public Map<Integer, List<String>> sourceNames() {
        Map<Integer, List<String>> names = new TreeMap<>();
        collectSources(root, names);
        return names;
    }

    private void collectSources(ColumnType node, Map<Integer, List<String>> names) {
        switch (node) {
            case LeafColumn ignored -> {}
            case ListColumn list -> collectSources(list.element(), names);
            case MapColumn map -> collectSources(map.value(), names);
            case StructColumn struct -> {
                for (Column column : struct.columns()) {
                    List<String> sources = column.sources();
                    if (!sources.isEmpty() && !sources.equals(List.of(column.name()))) {
                        names.put(column.fieldId(), List.copyOf(sources));
                    }
                    collectSources(column.node(), names);
                }
            }
        }
    }

    /**
     * Returns this shape with the field ids that Iceberg gives a new table: by level, from 1 on.
     * The catalog numbers them again, with the same outcome.
     */
    public TableShape renumbered() {
        var counter = new java.util.concurrent.atomic.AtomicInteger();
        Schema renumbered = TypeUtil.assignFreshIds(schema(), counter::incrementAndGet);
        Map<Integer, Integer> newIds = new HashMap<>();
        Map<Integer, String> byOldId = TypeUtil.indexNameById(schema().asStruct());
        Map<String, Integer> byName = TypeUtil.indexByName(renumbered.asStruct());
        byOldId.forEach((id, name) -> newIds.put(id, byName.get(name)));
        Map<Integer, List<String>> sources = new TreeMap<>();
        sourceNames().forEach((id, names) -> sources.put(newIds.getOrDefault(id, id), names));
        return TableShape.of(system, renumbered, List.of(), counter.get(), sources);
    }
}
