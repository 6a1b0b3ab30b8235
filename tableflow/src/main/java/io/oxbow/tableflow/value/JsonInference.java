package io.oxbow.tableflow.value;

import com.fasterxml.jackson.databind.JsonNode;
import io.oxbow.tableflow.shape.RequestedType;
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
    static @Nullable RequestedType wanted(JsonNode value, int depth) {
        return infer(value, depth);
    }

    private static @Nullable RequestedType infer(JsonNode value, int depth) {
        return switch (value.getNodeType()) {
            case NULL, MISSING -> null;
            case BOOLEAN -> RequestedType.of(Types.BooleanType.get());
            case STRING -> RequestedType.of(Types.StringType.get());
            case NUMBER -> number(value);
            case OBJECT -> depth >= DEPTH_MAX ? RequestedType.asJsonText() : object(value, depth);
            case ARRAY -> depth >= DEPTH_MAX ? RequestedType.asJsonText() : array(value, depth);
            case BINARY, POJO -> throw new IllegalStateException("not from JSON: " + value);
        };
    }

    private static RequestedType number(JsonNode value) {
        if (!value.isIntegralNumber()) {
            return Double.isInfinite(value.doubleValue())
                    ? RequestedType.asJsonText()
                    : RequestedType.of(Types.DoubleType.get());
        }
        if (value.canConvertToLong()) {
            return RequestedType.of(Types.LongType.get());
        }
        return value.bigIntegerValue().abs().compareTo(DECIMAL_LIMIT) < 0
                ? RequestedType.of(Types.DecimalType.of(38, 0))
                : RequestedType.asJsonText();
    }

    private static @Nullable RequestedType object(JsonNode value, int depth) {
        List<Types.NestedField> fields = new ArrayList<>();
        for (var entry : value.properties()) {
            RequestedType wanted = infer(entry.getValue(), depth + 1);
            if (wanted != null) {
                fields.add(
                        Types.NestedField.optional(
                                fields.size() + 1, entry.getKey(), wanted.type()));
            }
        }
        return fields.isEmpty() ? null : RequestedType.of(Types.StructType.of(fields));
    }

    private static @Nullable RequestedType array(JsonNode value, int depth) {
        List<JsonNode> elements = new ArrayList<>();
        value.forEach(elements::add);
        RequestedType element = elements(elements, depth + 1);
        return element == null || element.jsonText()
                ? element
                : RequestedType.of(list(element.type()));
    }

    static Types.ListType list(Type element) {
        return Types.ListType.ofOptional(1, element);
    }

    /** Returns the one type that all elements share. */
    private static @Nullable RequestedType elements(List<JsonNode> elements, int depth) {
        List<JsonNode> present = elements.stream().filter(e -> !e.isNull()).toList();
        if (present.isEmpty()) {
            return null;
        }
        if (depth >= DEPTH_MAX) {
            return RequestedType.asJsonText();
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
            RequestedType element = elements(inner, depth + 1);
            return element == null || element.jsonText()
                    ? element
                    : RequestedType.of(list(element.type()));
        }
        return scalars(present);
    }

    private static RequestedType scalars(List<JsonNode> present) {
        boolean numbers = present.stream().allMatch(JsonNode::isNumber);
        List<RequestedType> kinds =
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
        return fitDouble ? RequestedType.of(Types.DoubleType.get()) : RequestedType.asJsonText();
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
