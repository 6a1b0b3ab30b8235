package io.oxbow.tableflow.value;

import io.oxbow.tableflow.shape.Column;
import io.oxbow.tableflow.shape.ColumnType;
import io.oxbow.tableflow.shape.LeafColumn;
import io.oxbow.tableflow.shape.ListColumn;
import io.oxbow.tableflow.shape.MapColumn;
import io.oxbow.tableflow.shape.StructColumn;
import io.oxbow.tableflow.shape.SystemColumns;
import io.oxbow.tableflow.write.Row;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.types.Type;
import org.jspecify.annotations.Nullable;

/** Positions of a JSON object's fields in a row, for objects that go the straight way. */
final class JsonPlan {

    static final int NONE = -1;

    private final Map<String, Field> fields = new HashMap<>();
    private final List<Rivals> rivals = new ArrayList<>(0);
    private final int size;
    private final Unplaced unplaced;

    private JsonPlan(StructColumn struct, Unplaced unplaced) {
        this.unplaced = unplaced;
        size = struct.columns().size();
        struct.bySource()
                .forEach((source, columns) -> fields.put(source, new Field(columns, unplaced)));
        // The system's sources are no names of fields, though a record may hold a field that is
        // called so.
        fields.remove(SystemColumns.KEY);
        fields.remove(SystemColumns.VALUE);
        struct.bySource()
                .forEach((source, columns) ->
                        columns.forEach(column -> {
                            if (!column.name().equals(source)
                                    && struct.of(column.name()).contains(column)) {
                                addRivals(source, column.name());
                            }
                        }));
    }

    private void addRivals(String old, String present) {
        Field borrower = fields.get(old);
        Field owner = fields.get(present);
        if (borrower != null && owner != null) {
            rivals.add(new Rivals(borrower, owner));
        }
    }

    /**
     * Two fields that one column takes.
     *
     * @param owner the one of its present name
     */
    private record Rivals(Field borrower, Field owner) {}

    /** Returns true if an object has two fields that one column takes. */
    boolean hasRivals(long object) {
        for (Rivals both : rivals) {
            if (both.borrower.seenIn == object && both.owner.seenIn == object) {
                return true;
            }
        }
        return false;
    }

    static JsonPlan of(StructColumn table) {
        return new JsonPlan(table, new Unplaced());
    }

    /** Number of the names without a value that the plan of a table remembers, at all levels. */
    private static final class Unplaced {

        private static final int NAMES_MAX = 1_000;
        private static final int NAME_LENGTH_MAX = 255;

        private int names;

        boolean admits(String name) {
            return name.length() <= NAME_LENGTH_MAX && names++ < NAMES_MAX;
        }
    }

    /**
     * Returns a field by its name; one without any column if it is new; null if that is not to be
     * remembered.
     */
    @Nullable Field field(String name) {
        Field field = fields.get(name);
        if (field == null && unplaced.admits(name)) {
            JsonText.checkPairs(name);
            field = new Field(List.of(), unplaced);
            fields.put(name, field);
        }
        return field;
    }

    /** Takes back the values that the fields of an object have put into a row. */
    void clear(Row row, long object) {
        for (Field field : fields.values()) {
            if (field.seenIn == object) {
                field.clear(row);
            }
        }
    }

    /** Returns the number of the struct's columns. */
    int size() {
        return size;
    }

    /** The columns of one field, by the kind of JSON token. */
    static final class Field {
        int longPosition = NONE;
        int doublePosition = NONE;

        /** True if the field was a double first; whole numbers go there, too, then. */
        boolean doubleFirst;

        int booleanPosition = NONE;
        int stringPosition = NONE;
        int objectPosition = NONE;
        @Nullable JsonPlan object;
        int arrayPosition = NONE;
        @Nullable Field element;

        /** Cells that each element of a list takes. */
        int cells;

        /** Number of the object that the field was seen in last: no field stands in one twice. */
        long seenIn;

        private final boolean unplaced;

        private Field(List<Column> columns, Unplaced names) {
            unplaced = columns.isEmpty();
            for (Column column : columns) {
                if (!column.isJsonText()) {
                    addNode(column.position(), column.node(), names);
                }
            }
        }

        /**
         * Creates the field of a list's element: its place is the list itself, so positions only
         * say "yes".
         */
        private Field(ListColumn list, Unplaced names) {
            unplaced = false;
            cells = list.element().leaves();
            addNode(0, list.element(), names);
        }

        /** Returns true if the field has no column. */
        boolean isUnplaced() {
            return unplaced;
        }

        private void clear(Row row) {
            clear(row, longPosition);
            clear(row, doublePosition);
            clear(row, booleanPosition);
            clear(row, stringPosition);
            clear(row, objectPosition);
            clear(row, arrayPosition);
        }

        private static void clear(Row row, int position) {
            if (position != NONE && position < row.size()) {
                row.put(position, null);
            }
        }

        private void addNode(int position, ColumnType node, Unplaced names) {
            switch (node) {
                case LeafColumn leaf -> addLeaf(position, leaf.type());
                case StructColumn struct when objectPosition == NONE -> {
                    objectPosition = position;
                    object = new JsonPlan(struct, names);
                }
                case StructColumn ignored -> {}
                case ListColumn list -> {
                    // With two lists, only the whole array decides which of them takes it.
                    element = arrayPosition == NONE ? new Field(list, names) : null;
                    arrayPosition = position;
                }
                case MapColumn ignored -> {}
            }
        }

        /** Takes the first column of each type. */
        private void addLeaf(int position, Type type) {
            switch (type.typeId()) {
                case LONG -> longPosition = first(longPosition, position);
                case DOUBLE -> {
                    doubleFirst |= doublePosition == NONE && longPosition == NONE;
                    doublePosition = first(doublePosition, position);
                }
                case BOOLEAN -> booleanPosition = first(booleanPosition, position);
                case STRING -> stringPosition = first(stringPosition, position);
                default -> {}
            }
        }

        private static int first(int taken, int position) {
            return taken == NONE ? position : taken;
        }
    }
}
