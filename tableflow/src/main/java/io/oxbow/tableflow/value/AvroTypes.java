package io.oxbow.tableflow.value;

import io.oxbow.tableflow.shape.RequestedType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.avro.LogicalType;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/**
 * Maps every Avro type to an Iceberg type, chosen so that nothing is lost. Where Iceberg's format 2
 * has no such type, the nearest one that holds everything is taken, and the column says so:
 * nanosecond timestamps are longs; decimals beyond 38 digits and {@code big-decimal} are text; a
 * record that holds itself is JSON text where it comes round again, together with the list or map
 * that it comes in.
 */
final class AvroTypes {

    static final int DECIMAL_DIGITS_MAX = 38;

    private AvroTypes() {}

    /**
     * Returns true if a value of this schema is one of the records {@code above} around it, or a
     * list or map of only those.
     */
    static boolean comesRound(Schema schema, Set<String> above) {
        return switch (schema.getType()) {
            case RECORD -> above.contains(schema.getFullName());
            case ARRAY -> comesRound(schema.getElementType(), above);
            case MAP -> comesRound(schema.getValueType(), above);
            case UNION -> {
                Schema only = onlyBranch(schema);
                yield only != null && comesRound(only, above);
            }
            default -> false;
        };
    }

    /**
     * Returns the type that a schema asks for inside the records {@code above}; null where a column
     * would hold nothing (null, empty records).
     */
    static @Nullable RequestedType wanted(Schema schema, Set<String> above) {
        if (comesRound(schema, above)) {
            return RequestedType.asJsonText();
        }
        return switch (schema.getType()) {
            case NULL -> null;
            case BOOLEAN -> RequestedType.of(Types.BooleanType.get());
            case INT -> ofInt(schema.getLogicalType());
            case LONG -> ofLong(schema.getLogicalType());
            case FLOAT -> RequestedType.of(Types.FloatType.get());
            case DOUBLE -> RequestedType.of(Types.DoubleType.get());
            case STRING -> ofString(schema.getLogicalType());
            case ENUM -> RequestedType.of(Types.StringType.get());
            case BYTES -> ofBytes(schema.getLogicalType(), Types.BinaryType.get());
            case FIXED -> ofFixed(schema);
            case ARRAY -> ofArray(schema, above);
            case MAP -> ofMap(schema, above);
            case RECORD -> ofRecord(schema, above);
            case UNION -> ofUnion(schema, above);
        };
    }

    private static RequestedType ofInt(@Nullable LogicalType logical) {
        return switch (logical) {
            case LogicalTypes.Date ignored -> RequestedType.of(Types.DateType.get());
            case LogicalTypes.TimeMillis ignored -> RequestedType.of(Types.TimeType.get());
            case null, default -> RequestedType.of(Types.IntegerType.get());
        };
    }

    private static RequestedType ofLong(@Nullable LogicalType logical) {
        return switch (logical) {
            case LogicalTypes.TimeMicros ignored -> RequestedType.of(Types.TimeType.get());
            case LogicalTypes.TimestampMillis ignored ->
                    RequestedType.of(Types.TimestampType.withZone());
            case LogicalTypes.TimestampMicros ignored ->
                    RequestedType.of(Types.TimestampType.withZone());
            case LogicalTypes.LocalTimestampMillis ignored ->
                    RequestedType.of(Types.TimestampType.withoutZone());
            case LogicalTypes.LocalTimestampMicros ignored ->
                    RequestedType.of(Types.TimestampType.withoutZone());
            case LogicalTypes.TimestampNanos ignored ->
                    RequestedType.of(
                            Types.LongType.get(), "nanoseconds since 1970-01-01T00:00:00Z");
            case LogicalTypes.LocalTimestampNanos ignored ->
                    RequestedType.of(
                            Types.LongType.get(), "nanoseconds since 1970-01-01T00:00:00, no zone");
            case null, default -> RequestedType.of(Types.LongType.get());
        };
    }

    private static RequestedType ofString(@Nullable LogicalType logical) {
        return RequestedType.of(
                logical instanceof LogicalTypes.Uuid
                        ? Types.UUIDType.get()
                        : Types.StringType.get());
    }

    private static RequestedType ofFixed(Schema schema) {
        if (schema.getLogicalType() instanceof LogicalTypes.Uuid && schema.getFixedSize() == 16) {
            return RequestedType.of(Types.UUIDType.get());
        }
        return ofBytes(
                schema.getLogicalType(),
                schema.getFixedSize() == 0
                        ? Types.BinaryType.get()
                        : Types.FixedType.ofLength(schema.getFixedSize()));
    }

    private static RequestedType ofBytes(@Nullable LogicalType logical, Type plain) {
        return switch (logical) {
            case LogicalTypes.Decimal decimal ->
                    isNarrow(decimal)
                            ? RequestedType.of(
                                    Types.DecimalType.of(
                                            decimal.getPrecision(), decimal.getScale()))
                            : RequestedType.of(
                                    Types.StringType.get(),
                                    "decimal(%d, %d) as text"
                                            .formatted(decimal.getPrecision(), decimal.getScale()));
            case LogicalTypes.BigDecimal ignored ->
                    RequestedType.of(Types.StringType.get(), "decimal of any scale as text");
            case null, default -> RequestedType.of(plain);
        };
    }

    static boolean isNarrow(LogicalTypes.Decimal decimal) {
        return decimal.getPrecision() <= DECIMAL_DIGITS_MAX;
    }

    private static @Nullable RequestedType ofArray(Schema schema, Set<String> above) {
        RequestedType element = wanted(schema.getElementType(), above);
        return element == null
                ? null
                : RequestedType.of(Types.ListType.ofOptional(1, element.type()), element.doc());
    }

    private static @Nullable RequestedType ofMap(Schema schema, Set<String> above) {
        RequestedType value = wanted(schema.getValueType(), above);
        return value == null
                ? null
                : RequestedType.of(
                        Types.MapType.ofOptional(1, 2, Types.StringType.get(), value.type()),
                        value.doc());
    }

    private static @Nullable RequestedType ofRecord(Schema schema, Set<String> above) {
        Set<String> inside = new HashSet<>(above);
        inside.add(schema.getFullName());
        List<Types.NestedField> fields = new ArrayList<>();
        for (Schema.Field field : schema.getFields()) {
            RequestedType wanted = wanted(field.schema(), inside);
            if (wanted != null) {
                fields.add(
                        Types.NestedField.optional(fields.size() + 1, field.name(), wanted.type()));
            }
        }
        return fields.isEmpty() ? null : RequestedType.of(Types.StructType.of(fields));
    }

    private static @Nullable RequestedType ofUnion(Schema schema, Set<String> above) {
        Schema only = onlyBranch(schema);
        if (only != null) {
            return wanted(only, above);
        }
        List<Types.NestedField> members = new ArrayList<>();
        branches(schema)
                .forEach((name, branch) -> {
                    RequestedType wanted = wanted(branch, above);
                    if (wanted != null) {
                        members.add(
                                Types.NestedField.optional(
                                        members.size() + 1, name, wanted.type()));
                    }
                });
        return members.isEmpty() ? null : RequestedType.of(Types.StructType.of(members));
    }

    /** Returns the branch beside null, if there is just one. */
    static @Nullable Schema onlyBranch(Schema union) {
        List<Schema> present =
                union.getTypes().stream().filter(s -> s.getType() != Schema.Type.NULL).toList();
        return present.size() == 1 ? present.getFirst() : null;
    }

    /** Returns the branches of a union but null, by the name of their member. */
    static Map<String, Schema> branches(Schema union) {
        Map<String, Integer> uses = new HashMap<>();
        union.getTypes().forEach(branch -> uses.merge(branch.getName(), 1, Integer::sum));
        Map<String, Schema> branches = new LinkedHashMap<>();
        for (Schema branch : union.getTypes()) {
            if (branch.getType() != Schema.Type.NULL) {
                boolean unique = uses.getOrDefault(branch.getName(), 0) == 1;
                branches.put(unique ? branch.getName() : branch.getFullName(), branch);
            }
        }
        return branches;
    }
}
