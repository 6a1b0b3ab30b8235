package io.oxbow.schema;

import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;

/**
 * Bounds on the memory and time that a schema may cost its readers. A schema can name a type many
 * times and write it down once, so a short text may stand for a structure, or for values, of any
 * size.
 */
public final class SchemaBounds {

    /** Most types when each use of a record is written out, except inside itself. */
    public static final long TYPES_MAX = 100_000;

    /** Most levels of types inside types. */
    public static final int DEPTH_MAX = 256;

    /** Most digits of a decimal. */
    public static final int DECIMAL_DIGITS_MAX = 10_000;

    /** Most bytes of a fixed type. */
    public static final int FIXED_BYTES_MAX = 1 << 20;

    /** Extents of the named types by identity, as far as they are known. */
    private final Map<Schema, Extent> measured = new IdentityHashMap<>();

    /**
     * @param types in it, itself included
     * @param depth levels in it, itself included
     */
    private record Extent(long types, int depth) {

        static final Extent ONE = new Extent(1, 1);

        Extent with(Extent inside) {
            return new Extent(types + inside.types, Math.max(depth, inside.depth + 1));
        }
    }

    private static final class BeyondException extends Exception {
        BeyondException(String message) {
            super(message, null, false, false);
        }
    }

    private SchemaBounds() {}

    /** Returns the first bound that a schema exceeds, as a sentence; empty when it keeps all. */
    public static Optional<String> violation(Schema schema) {
        try {
            new SchemaBounds().measure(schema, 1);
            return Optional.empty();
        } catch (BeyondException e) {
            return Optional.ofNullable(e.getMessage());
        }
    }

    private Extent measure(Schema schema, int level) throws BeyondException {
        Extent known = measured.get(schema);
        if (known == null) {
            checkDepth(level);
            known = measureAnew(schema, level);
        } else {
            checkDepth(level + known.depth - 1);
        }
        if (known.types > TYPES_MAX) {
            throw new BeyondException(
                    "the schema comes to more than %d types when each use of a record is written out"
                            .formatted(TYPES_MAX));
        }
        return known;
    }

    private static void checkDepth(int level) throws BeyondException {
        if (level > DEPTH_MAX) {
            throw new BeyondException("the schema nests deeper than " + DEPTH_MAX + " levels");
        }
    }

    private Extent measureAnew(Schema schema, int level) throws BeyondException {
        checkValues(schema);
        return switch (schema.getType()) {
            case ARRAY -> Extent.ONE.with(measure(schema.getElementType(), level + 1));
            case MAP -> Extent.ONE.with(measure(schema.getValueType(), level + 1));
            case UNION -> {
                Extent extent = Extent.ONE;
                for (Schema branch : schema.getTypes()) {
                    extent = extent.with(measure(branch, level + 1));
                }
                yield extent;
            }
            case RECORD -> {
                measured.put(schema, Extent.ONE); // where it comes round
                Extent extent = Extent.ONE;
                for (Schema.Field field : schema.getFields()) {
                    extent = extent.with(measure(field.schema(), level + 1));
                }
                measured.put(schema, extent);
                yield extent;
            }
            default -> Extent.ONE;
        };
    }

    private static void checkValues(Schema schema) throws BeyondException {
        if (schema.getType() == Schema.Type.FIXED && schema.getFixedSize() > FIXED_BYTES_MAX) {
            throw new BeyondException(
                    "%s is a fixed type of %d bytes; at most %d are taken"
                            .formatted(
                                    schema.getFullName(), schema.getFixedSize(), FIXED_BYTES_MAX));
        }
        if (schema.getLogicalType() instanceof LogicalTypes.Decimal decimal
                && decimal.getPrecision() > DECIMAL_DIGITS_MAX) {
            throw new BeyondException(
                    "a decimal of %d digits; at most %d are taken"
                            .formatted(decimal.getPrecision(), DECIMAL_DIGITS_MAX));
        }
    }
}
