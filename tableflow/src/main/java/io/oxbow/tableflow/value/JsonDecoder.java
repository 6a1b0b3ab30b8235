package io.oxbow.tableflow.value;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.oxbow.tableflow.shape.TableShape;
import io.oxbow.tableflow.write.Row;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Decodes JSON without a schema. Objects go straight from tokens into rows as long as the plan
 * knows every field with its type; the first surprise sends the record through {@link JsonTree}.
 */
final class JsonDecoder implements FieldDecoder {

    private static final JsonFactory FACTORY =
            JsonFactory.builder()
                    .streamReadConstraints(
                            StreamReadConstraints.builder()
                                    .maxStringLength(Integer.MAX_VALUE)
                                    .build())
                    .build();

    private static final ObjectReader TREES =
            new ObjectMapper(FACTORY)
                    .setNodeFactory(JsonNodeFactory.withExactBigDecimals(true))
                    .reader()
                    .with(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
                    .with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .with(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);

    private final TableShape shape;
    private final String source;
    private final boolean spread;
    private final JsonTree tree;
    private final CellBudget budget;
    private JsonPlan plan;
    private long plannedVersion;

    /** Number of objects met so far. */
    private long objects;

    /** True if strings of the current value must be checked for lone surrogates. */
    private boolean mayHoldSurrogates;

    /**
     * @param source where a value goes that is no object
     * @param spread whether the fields of an object become columns of the table
     */
    JsonDecoder(TableShape shape, String source, boolean spread, CellBudget budget) {
        this.shape = shape;
        this.source = source;
        this.spread = spread;
        this.budget = budget;
        this.tree = new JsonTree(shape, budget);
        this.plan = JsonPlan.of(shape.root());
        this.plannedVersion = shape.version();
    }

    /** Returns true if the bytes are a JSON object, be it one that no row can be made of. */
    static boolean isObject(byte[] bytes) {
        try (JsonParser parser = FACTORY.createParser(bytes)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return false;
            }
            parser.skipChildren();
            return parser.currentToken() == JsonToken.END_OBJECT && parser.nextToken() == null;
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public void decode(byte[] bytes, Row row) {
        CellBudget.checkSize(bytes.length);
        mayHoldSurrogates = JsonText.mayHoldSurrogates(bytes);
        long cellsLeft = budget.left();
        try {
            if (!spread || !straight(bytes, row)) {
                budget.giveBack(cellsLeft);
                thorough(bytes, row);
            }
        } catch (JsonProcessingException e) {
            throw new BadRecordException("not JSON: " + e.getOriginalMessage());
        } catch (IOException e) {
            throw new BadRecordException("not JSON: " + e.getMessage());
        }
    }

    private void thorough(byte[] bytes, Row row) throws IOException {
        JsonNode node = TREES.readTree(bytes);
        if (node == null || node.isMissingNode()) {
            throw new BadRecordException("not JSON: nothing there");
        }
        JsonTree.check(node, mayHoldSurrogates);
        if (spread && node.isObject()) {
            tree.putFields(node, shape.root(), row, 0);
        } else {
            tree.put(node, shape.root(), source, row, 0);
        }
    }

    /**
     * Decodes by the plan alone; false when the value has something that the plan does not know,
     * and the row must be filled again.
     */
    private boolean straight(byte[] bytes, Row row) throws IOException {
        if (plannedVersion != shape.version()) {
            plan = JsonPlan.of(shape.root());
            plannedVersion = shape.version();
        }
        try (JsonParser parser = FACTORY.createParser(bytes)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return false;
            }
            long number = objects + 1;
            if (!object(parser, plan, row)) {
                plan.clear(row, number);
                return false;
            }
            if (parser.nextToken() != null) {
                throw new BadRecordException("not JSON: something follows the object");
            }
            return true;
        }
    }

    private boolean object(JsonParser parser, JsonPlan plan, Row row) throws IOException {
        long number = ++objects;
        for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
            JsonPlan.Field field = plan.field(name);
            if (field == null || field.seenIn == number) {
                return false; // a field that stands there twice is for the thorough way to refuse
            }
            field.seenIn = number;
            JsonToken token = parser.nextToken();
            if (token == JsonToken.VALUE_NULL) {
                continue;
            }
            boolean placed =
                    field.isUnplaced() ? isEmpty(parser, token) : field(parser, token, field, row);
            if (!placed) {
                return false;
            }
        }
        return !plan.hasRivals(number);
    }

    private static boolean isEmpty(JsonParser parser, JsonToken token) throws IOException {
        return switch (token) {
            case START_ARRAY -> parser.nextToken() == JsonToken.END_ARRAY;
            case START_OBJECT -> parser.nextToken() == JsonToken.END_OBJECT;
            default -> false;
        };
    }

    private boolean field(JsonParser parser, JsonToken token, JsonPlan.Field field, Row row)
            throws IOException {
        int position = position(parser, token, field);
        if (position == JsonPlan.NONE || row.get(position) != null) {
            return false; // two fields of one column are for the thorough way to place
        }
        Object value = value(parser, token, field);
        if (value == null) {
            return false;
        }
        row.put(position, value);
        return true;
    }

    private static int position(JsonParser parser, JsonToken token, JsonPlan.Field field)
            throws IOException {
        return switch (token) {
            case VALUE_STRING -> field.stringPosition;
            case VALUE_TRUE, VALUE_FALSE -> field.booleanPosition;
            case VALUE_NUMBER_FLOAT -> field.doublePosition;
            case VALUE_NUMBER_INT -> integerPosition(parser, field);
            case START_OBJECT -> field.objectPosition;
            case START_ARRAY -> field.element == null ? JsonPlan.NONE : field.arrayPosition;
            default -> JsonPlan.NONE;
        };
    }

    private static int integerPosition(JsonParser parser, JsonPlan.Field field) throws IOException {
        if (parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER) {
            return JsonPlan.NONE;
        }
        return field.doubleFirst && JsonInference.isExact(parser.getLongValue())
                ? field.doublePosition
                : field.longPosition;
    }

    private @Nullable Object value(JsonParser parser, JsonToken token, JsonPlan.Field field)
            throws IOException {
        return switch (token) {
            case VALUE_STRING -> text(parser.getText());
            case VALUE_TRUE -> Boolean.TRUE;
            case VALUE_FALSE -> Boolean.FALSE;
            case VALUE_NUMBER_INT ->
                    field.doubleFirst && JsonInference.isExact(parser.getLongValue())
                            ? (Object) (double) parser.getLongValue()
                            : (Object) parser.getLongValue();
            case VALUE_NUMBER_FLOAT -> number(parser);
            case START_OBJECT -> child(parser, field.object);
            case START_ARRAY -> list(parser, field.element);
            default -> null;
        };
    }

    private String text(String text) {
        if (mayHoldSurrogates) {
            JsonText.checkPairs(text);
        }
        return text;
    }

    /**
     * Reads a number as a double; null when the literal is beyond a double, or so near to 0 that
     * its exponent may be.
     */
    private static @Nullable Double number(JsonParser parser) throws IOException {
        double value = parser.getDoubleValue();
        return Double.isInfinite(value) || value == 0 && hasExponent(parser.getText())
                ? null
                : value;
    }

    private static boolean hasExponent(String literal) {
        return literal.indexOf('e') >= 0 || literal.indexOf('E') >= 0;
    }

    private @Nullable Row child(JsonParser parser, @Nullable JsonPlan plan) throws IOException {
        if (plan == null) {
            return null;
        }
        Row row = new Row(plan.size());
        return object(parser, plan, row) ? row : null;
    }

    private @Nullable List<@Nullable Object> list(
            JsonParser parser, JsonPlan.@Nullable Field element) throws IOException {
        if (element == null) {
            return null;
        }
        List<@Nullable Object> elements = new ArrayList<>();
        for (JsonToken token = parser.nextToken();
                token != JsonToken.END_ARRAY;
                token = parser.nextToken()) {
            budget.take(element.cells);
            if (token == JsonToken.VALUE_NULL) {
                elements.add(null);
                continue;
            }
            Object value =
                    token == null || position(parser, token, element) == JsonPlan.NONE
                            ? null
                            : value(parser, token, element);
            if (value == null) {
                return null;
            }
            elements.add(value);
        }
        return elements;
    }
}
