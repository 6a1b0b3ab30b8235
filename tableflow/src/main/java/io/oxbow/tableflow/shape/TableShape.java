package io.oxbow.tableflow.shape;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.TypeUtil;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/** A working copy of a table's schema that grows as records ask for it. */
public final class TableShape {

    private final SystemColumns system;
    private final StructColumn root;
    private final boolean created;
    private final UndoLog growth = new UndoLog();
    private int fields;
    private int lastFieldId;
    private long version;
    private int widenings;
    private @Nullable Schema schema;

    /** A state of a shape to which it can be taken back. */
    public record Mark(int changes, Schema schema) {}

    private TableShape(
            SourceNames sources,
            SystemColumns system,
            Schema schema,
            boolean created,
            int lastFieldId) {
        this.system = system;
        this.root = sources.root(schema.asStruct());
        this.created = created;
        this.fields = EvolutionRules.fields(schema.asStruct());
        this.lastFieldId = lastFieldId;
    }

    /** Returns the shape of a table that does not exist yet. */
    public static TableShape fresh(SystemColumns system) {
        Schema schema = system.schema();
        SourceNames none = new SourceNames(system, Map.of(), List.of());
        return new TableShape(none, system, schema, false, schema.highestFieldId());
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
        SourceNames sources = new SourceNames(system, sourceNames, earlier);
        return new TableShape(sources, system, schema, true, lastFieldId);
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
        return SourceNames.of(root);
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
