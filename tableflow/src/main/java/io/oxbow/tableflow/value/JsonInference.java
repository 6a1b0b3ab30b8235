package io.oxbow.tableflow.value;

import com.fasterxml.jackson.databind.JsonNode;
import io.oxbow.tableflow.shape.Wanted;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/**
 * Infers the type that a JSON value asks for. A number without fraction or exponent is a long, any
 * other a double. JSON text is for values that fit no type (numbers beyond 38 digits, lists of
 * different things, nesting beyond the bound). Null, {@code {}}, {@code []} and values of only
 * those ask for nothing yet.
 */
final class JsonInference {

    static final int DEPTH_MAX = 24;

    private static final long EXACT_IN_DOUBLE = 1L << 53;
    private static final BigInteger DECIMAL_LIMIT = BigInteger.TEN.pow(38);

    private JsonInference() {}

    /**
     * @param depth levels of objects and arrays above the value
     */
    static @Nullable Wanted wanted(JsonNode value, int depth) {
        return infer(value, depth);
    }

    private static @Nullable Wanted infer(JsonNode value, int depth) {
        return switch (value.getNodeType()) {
            case NULL, MISSING -> null;
            case BOOLEAN -> Wanted.of(Types.BooleanType.get());
            case STRING -> Wanted.of(Types.StringType.get());
            case NUMBER -> number(value);
            case OBJECT -> depth >= DEPTH_MAX ? Wanted.asJsonText() : object(value, depth);
            case ARRAY -> depth >= DEPTH_MAX ? Wanted.asJsonText() : array(value, depth);
            case BINARY, POJO -> throw new IllegalStateException("not from JSON: " + value);
        };
    }

    private static Wanted number(JsonNode value) {
        if (!value.isIntegralNumber()) {
            return Double.isInfinite(value.doubleValue())
                    ? Wanted.asJsonText()
                    : Wanted.of(Types.DoubleType.get());
        }
        if (value.canConvertToLong()) {
            return Wanted.of(Types.LongType.get());
        }
        return value.bigIntegerValue().abs().compareTo(DECIMAL_LIMIT) < 0
                ? Wanted.of(Types.DecimalType.of(38, 0))
                : Wanted.asJsonText();
    }

    private static @Nullable Wanted object(JsonNode value, int depth) {
        List<Types.NestedField> fields = new ArrayList<>();
        for (var entry : value.properties()) {
            Wanted wanted = infer(entry.getValue(), depth + 1);
            if (wanted != null) {
                fields.add(
                        Types.NestedField.optional(
                                fields.size() + 1, entry.getKey(), wanted.type()));
            }
        }
        return fields.isEmpty() ? null : Wanted.of(Types.StructType.of(fields));
    }

    private static @Nullable Wanted array(JsonNode value, int depth) {
        List<JsonNode> elements = new ArrayList<>();
        value.forEach(elements::add);
        Wanted element = elements(elements, depth + 1);
        return element == null || element.jsonText() ? element : Wanted.of(list(element.type()));
    }

    static Types.ListType list(Type element) {
        return Types.ListType.ofOptional(1, element);
    }

    /** Returns the one type that all elements share. */
    private static @Nullable Wanted elements(List<JsonNode> elements, int depth) {
        List<JsonNode> present = elements.stream().filter(e -> !e.isNull()).toList();
        if (present.isEmpty()) {
            return null;
        }
        if (depth >= DEPTH_MAX) {
            return Wanted.asJsonText();
        }
        if (present.stream().allMatch(JsonNode::isObject)) {
            return present.stream()
                    .map(e -> infer(e, depth))
                    .filter(java.util.Objects::nonNull)
                    .findFirst()
                    .orElse(null);
        }
        if (present.stream().allMatch(JsonNode::isArray)) {
            List<JsonNode> inner = new ArrayList<>();
            present.forEach(e -> e.forEach(inner::add));
            Wanted element = elements(inner, depth + 1);
            return element == null || element.jsonText()
                    ? element
                    : Wanted.of(list(element.type()));
        }
        return scalars(present);
    }

    private static Wanted scalars(List<JsonNode> present) {
        boolean numbers = present.stream().allMatch(JsonNode::isNumber);
        List<Wanted> kinds =
                present.stream()
                        .filter(JsonNode::isValueNode)
                        .map(e -> infer(e, 0))
                        .distinct()
                        .toList();
        boolean scalarsOnly = present.stream().allMatch(JsonNode::isValueNode);
        if (scalarsOnly && kinds.size() == 1) {
            return java.util.Objects.requireNonNull(kinds.getFirst());
        }
        boolean fitDouble = numbers && present.stream().allMatch(JsonInference::isExactDouble);
        return fitDouble ? Wanted.of(Types.DoubleType.get()) : Wanted.asJsonText();
    }

    /** Returns true if a double holds the number without loss beyond that of its own literal. */
    static boolean isExactDouble(JsonNode number) {
        return number.isIntegralNumber()
                ? number.canConvertToLong() && isExact(number.longValue())
                : !Double.isInfinite(number.doubleValue());
    }

    static boolean isExact(long value) {
        return -EXACT_IN_DOUBLE <= value && value <= EXACT_IN_DOUBLE;
    }
}
