package io.oxbow.tableflow.value;

import io.oxbow.tableflow.shape.Column;
import io.oxbow.tableflow.shape.LeafNode;
import io.oxbow.tableflow.shape.ListNode;
import io.oxbow.tableflow.shape.MapNode;
import io.oxbow.tableflow.shape.StructNode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.types.Type;
import org.jspecify.annotations.Nullable;

/** Where the fields of a JSON object go, for those that go the straight way. */
final class JsonPlan {

    static final int NONE = -1;

    private final Map<String, Field> fields = new HashMap<>();
    private final int size;

    private JsonPlan(StructNode struct) {
        size = struct.columns().size();
        struct.bySource().forEach((source, columns) -> fields.put(source, new Field(columns)));
    }

    static JsonPlan of(StructNode struct) {
        return new JsonPlan(struct);
    }

    @Nullable Field field(String name) {
        return fields.get(name);
    }

    /** How many columns the struct has. */
    int size() {
        return size;
    }

    /** The columns of one field, by what a JSON token may want. */
    static final class Field {
        int longPosition = NONE;
        int doublePosition = NONE;

        /** Whether the field was a double first: then whole numbers go there too. */
        boolean doubleFirst;

        int booleanPosition = NONE;
        int stringPosition = NONE;
        int objectPosition = NONE;
        @Nullable JsonPlan object;
        int arrayPosition = NONE;
        @Nullable Field element;

        private Field(List<Column> columns) {
            for (Column column : columns) {
                if (!column.isJsonText()) {
                    add(column);
                }
            }
        }

        /** An element of a list: its place is the list itself, so positions only say "yes". */
        private Field(ListNode list) {
            addNode(0, list.element());
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
                    // Two lists: which one takes an array only the whole array says.
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
