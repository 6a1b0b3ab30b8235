package io.oxbow.tableflow.value;

import io.oxbow.tableflow.shape.Column;
import io.oxbow.tableflow.shape.LeafNode;
import io.oxbow.tableflow.shape.ListNode;
import io.oxbow.tableflow.shape.MapNode;
import io.oxbow.tableflow.shape.StructNode;
import io.oxbow.tableflow.shape.SystemColumns;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.types.Type;
import org.jspecify.annotations.Nullable;

/** Positions of a JSON object's fields in a row, for objects that go the straight way. */
final class JsonPlan {

    static final int NONE = -1;

    /** Most names without a value that a plan remembers. */
    private static final int UNPLACED_MAX = 1_000;

    private final Map<String, Field> fields = new HashMap<>();
    private final int size;
    private int unplaced;

    private JsonPlan(StructNode struct) {
        size = struct.columns().size();
        struct.bySource().forEach((source, columns) -> fields.put(source, new Field(columns)));
        // The system's sources are no names of fields, though a record may hold a field that is
        // called so.
        fields.remove(SystemColumns.KEY);
        fields.remove(SystemColumns.VALUE);
    }

    static JsonPlan of(StructNode struct) {
        return new JsonPlan(struct);
    }

    /**
     * Returns a field by its name; one without any column if it is new; null if those are too many.
     */
    @Nullable Field field(String name) {
        Field field = fields.get(name);
        if (field == null && unplaced < UNPLACED_MAX) {
            JsonText.checkPairs(name);
            unplaced++;
            field = new Field(List.of());
            fields.put(name, field);
        }
        return field;
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

        private Field(List<Column> columns) {
            unplaced = columns.isEmpty();
            for (Column column : columns) {
                if (!column.isJsonText()) {
                    add(column);
                }
            }
        }

        /**
         * Creates the field of a list's element: its place is the list itself, so positions only
         * say "yes".
         */
        private Field(ListNode list) {
            unplaced = false;
            cells = list.element().leaves();
            addNode(0, list.element());
        }

        /** Returns true if the field has no column. */
        boolean isUnplaced() {
            return unplaced;
        }

        private void add(Column column) {
            addNode(column.position(), column.node());
        }

        private void addNode(int position, io.oxbow.tableflow.shape.Node node) {
            switch (node) {
                case LeafNode leaf -> addLeaf(position, leaf.type());
                case StructNode struct -> {
                    objectPosition = position;
                    object = JsonPlan.of(struct);
                }
                case ListNode list -> {
                    // With two lists, only the whole array decides which of them takes it.
                    element = arrayPosition == NONE ? new Field(list) : null;
                    arrayPosition = position;
                }
                case MapNode ignored -> {}
            }
        }

        private void addLeaf(int position, Type type) {
            switch (type.typeId()) {
                case LONG -> longPosition = position;
                case DOUBLE -> {
                    doublePosition = position;
                    doubleFirst = longPosition == NONE;
                }
                case BOOLEAN -> booleanPosition = position;
                case STRING -> stringPosition = position;
                default -> {}
            }
        }
    }
}
