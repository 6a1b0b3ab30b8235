package io.oxbow.tableflow.value;

import com.fasterxml.jackson.databind.JsonNode;
import io.oxbow.tableflow.shape.Column;
import io.oxbow.tableflow.shape.ColumnType;
import io.oxbow.tableflow.shape.LeafColumn;
import io.oxbow.tableflow.shape.ListColumn;
import io.oxbow.tableflow.shape.MapColumn;
import io.oxbow.tableflow.shape.RequestedType;
import io.oxbow.tableflow.shape.StructColumn;
import io.oxbow.tableflow.shape.SystemColumns;
import io.oxbow.tableflow.shape.TableShape;
import io.oxbow.tableflow.write.Row;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/** Puts JSON trees into rows and lets the shape grow where it must: the thorough, slower way. */
final class JsonTree {

    /**
     * Largest scale, in either direction; beyond it arithmetic on a number could take any time and
     * memory.
     */
    private static final int DECIMAL_SCALE_MAX = 10_000;

    private final TableShape shape;
    private final CellBudget budget;

    JsonTree(TableShape shape, CellBudget budget) {
        this.shape = shape;
        this.budget = budget;
    }

    /**
     * @throws BadRecordException when it holds a number beyond bounds, or text that is none
     */
    static void check(JsonNode value, boolean mayHoldSurrogates) {
        if (value.isBigDecimal()
                && Math.abs((long) value.decimalValue().scale()) > DECIMAL_SCALE_MAX) {
            throw new BadRecordException("a number beyond bounds: " + value.decimalValue());
        }
        if (mayHoldSurrogates && value.isTextual()) {
            JsonText.checkPairs(value.textValue());
        }
        for (var entry : value.properties()) {
            JsonText.checkPairs(entry.getKey());
            check(entry.getValue(), mayHoldSurrogates);
        }
        if (value.isArray()) {
            value.forEach(element -> check(element, mayHoldSurrogates));
        }
    }

    /** Puts each field of an object into the column of its own; {@code depth} levels down. */
    void putFields(JsonNode object, StructColumn struct, Row row, int depth) {
        for (var entry : object.properties()) {
            String name = entry.getKey();
            if (name.equals(SystemColumns.KEY) || name.equals(SystemColumns.VALUE)) {
                throw new BadRecordException("a field with a name that is the system's own");
            }
            JsonNode value = entry.getValue();
            if (!value.isNull()) {
                put(
                        value,
                        struct,
                        name,
                        column -> isFree(struct, column, name, object, row),
                        row,
                        depth);
            }
        }
    }

    /**
     * Returns true if no other field of the object has the column. A column that was renamed takes
     * fields of its old name, too, but the field of its present name comes first.
     */
    private static boolean isFree(
            StructColumn struct, Column column, String name, JsonNode object, Row row) {
        return row.get(column.position()) == null
                && (column.name().equals(name)
                        || !object.hasNonNull(column.name())
                        || !struct.of(column.name()).contains(column));
    }

    /** Puts one value into the column that takes it. */
    void put(JsonNode value, StructColumn struct, String source, Row row, int depth) {
        if (!value.isNull()) {
            put(value, struct, source, column -> true, row, depth);
        }
    }

    private void put(
            JsonNode value,
            StructColumn struct,
            String source,
            Predicate<Column> free,
            Row row,
            int depth) {
        Column column = column(value, struct, source, free, depth);
        if (column != null) {
            row.put(
                    column.position(),
                    column.isJsonText() ? value.toString() : convert(value, column.node(), depth));
        }
    }

    private @Nullable Column column(
            JsonNode value, StructColumn struct, String source, Predicate<Column> free, int depth) {
        RequestedType wanted = JsonInference.wanted(value, depth);
        if (wanted == null) {
            return struct.of(source).stream()
                    .filter(c -> free.test(c) && !c.isJsonText() && takesUntyped(c.node(), value))
                    .findFirst()
                    .orElse(null);
        }
        return shape.place(
                struct, source, List.of(), orDouble(wanted, value, struct, source), free);
    }

    private static boolean takesUntyped(ColumnType node, JsonNode value) {
        return switch (node) {
            case StructColumn ignored -> value.isObject();
            case ListColumn list -> {
                boolean all = value.isArray();
                for (JsonNode element : value) {
                    all &= element.isNull() || takesUntyped(list.element(), element);
                }
                yield all;
            }
            case LeafColumn ignored -> false;
            case MapColumn ignored -> false;
        };
    }

    /** Returns double for a whole number if a column of doubles came first and nothing is lost. */
    private static RequestedType orDouble(
            RequestedType wanted, JsonNode value, StructColumn struct, String source) {
        List<Column> columns = struct.of(source);
        if (!isLong(wanted.type())) {
            return wanted;
        }
        Type asDouble = asDouble(wanted.type());
        boolean doubleFirst =
                columns.stream()
                        .map(Column::node)
                        .filter(n -> matches(n, wanted.type()) || matches(n, asDouble))
                        .findFirst()
                        .filter(n -> matches(n, asDouble))
                        .isPresent();
        return doubleFirst && allExact(value) ? RequestedType.of(asDouble) : wanted;
    }

    private static boolean isLong(Type type) {
        return type instanceof Types.ListType list
                ? isLong(list.elementType())
                : type instanceof Types.LongType;
    }

    private static Type asDouble(Type type) {
        return type instanceof Types.ListType list
                ? JsonInference.list(asDouble(list.elementType()))
                : Types.DoubleType.get();
    }

    private static boolean matches(ColumnType node, Type type) {
        return node instanceof ListColumn list
                ? type instanceof Types.ListType wanted
                        && matches(list.element(), wanted.elementType())
                : node.type().equals(type);
    }

    private static boolean allExact(JsonNode value) {
        if (value.isArray()) {
            boolean all = true;
            for (JsonNode element : value) {
                all &= element.isNull() || allExact(element);
            }
            return all;
        }
        return JsonInference.isExactDouble(value);
    }

    private @Nullable Object convert(JsonNode value, ColumnType node, int depth) {
        if (value.isNull()) {
            return null;
        }
        return switch (node) {
            case StructColumn struct -> {
                Row row = new Row(struct.columns().size());
                putFields(value, struct, row, depth + 1);
                yield row;
            }
            case ListColumn list -> {
                List<@Nullable Object> elements = new ArrayList<>(value.size());
                long taken = 0;
                for (JsonNode element : value) {
                    taken += take(list);
                    elements.add(convert(element, list.element(), depth + 1));
                }
                // A struct that a later element made wider is as wide for the earlier ones.
                budget.take((long) value.size() * list.element().leaves() - taken);
                yield elements;
            }
            case LeafColumn leaf -> scalar(value, leaf.type());
            case MapColumn ignored -> throw new IllegalStateException("JSON never asks for a map");
        };
    }

    private int take(ListColumn list) {
        int cells = list.element().leaves();
        budget.take(cells);
        return cells;
    }

    private static Object scalar(JsonNode value, Type type) {
        return switch (type.typeId()) {
            case LONG -> value.longValue();
            case DOUBLE -> value.doubleValue();
            case BOOLEAN -> value.booleanValue();
            case STRING -> value.textValue();
            case DECIMAL -> new BigDecimal(value.bigIntegerValue());
            default -> throw new IllegalStateException("JSON never asks for " + type);
        };
    }
}
