package io.oxbow.tableflow.value;

import io.oxbow.tableflow.shape.LeafColumn;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.UUID;
import java.util.function.Function;
import org.apache.avro.LogicalType;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.util.Utf8;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/** Makes readers of Avro's scalar types for a column that was placed for them. */
final class AvroScalars {

    private AvroScalars() {}

    static AvroReader reader(Schema schema, LeafColumn leaf) {
        Type type = leaf.type();
        return switch (schema.getType()) {
            case BOOLEAN -> AvroInput::readBoolean;
            case INT -> ofInt(schema.getLogicalType(), type);
            case LONG -> ofLong(schema.getLogicalType());
            case FLOAT ->
                    type instanceof Types.DoubleType
                            ? in -> (double) in.readFloat()
                            : AvroInput::readFloat;
            case DOUBLE -> AvroInput::readDouble;
            case STRING ->
                    type instanceof Types.UUIDType
                            ? in -> uuid(in.readString())
                            : AvroInput::readString;
            case ENUM -> ofEnum(schema);
            case BYTES -> ofBytes(schema, AvroInput::readBytes);
            case FIXED -> ofFixed(schema, type);
            case NULL, ARRAY, MAP, RECORD, UNION ->
                    throw new IllegalStateException("not a scalar: " + schema);
        };
    }

    private static AvroReader ofInt(
            @org.jspecify.annotations.Nullable LogicalType logical, Type type) {
        if (logical instanceof LogicalTypes.TimeMillis) {
            return in -> TimeRange.timeOfMillis(in.readInt());
        }
        if (logical instanceof LogicalTypes.Date) {
            return in -> TimeRange.ofDays(in.readInt());
        }
        return type instanceof Types.LongType ? in -> (long) in.readInt() : AvroInput::readInt;
    }

    private static AvroReader ofLong(@org.jspecify.annotations.Nullable LogicalType logical) {
        return switch (logical) {
            case LogicalTypes.TimestampMillis ignored -> in -> TimeRange.ofMillis(in.readLong());
            case LogicalTypes.LocalTimestampMillis ignored ->
                    in -> TimeRange.ofMillis(in.readLong());
            case LogicalTypes.TimestampMicros ignored -> in -> TimeRange.ofMicros(in.readLong());
            case LogicalTypes.LocalTimestampMicros ignored ->
                    in -> TimeRange.ofMicros(in.readLong());
            case LogicalTypes.TimeMicros ignored -> in -> TimeRange.timeOfMicros(in.readLong());
            case null, default -> AvroInput::readLong;
        };
    }

    private static AvroReader ofEnum(Schema schema) {
        Utf8[] symbols = schema.getEnumSymbols().stream().map(Utf8::new).toArray(Utf8[]::new);
        return in -> {
            Utf8 symbol = symbols[in.readIndex(symbols.length)];
            in.budget().takeText(symbol.getByteLength());
            return symbol;
        };
    }

    private static AvroReader ofFixed(Schema schema, Type type) {
        int size = schema.getFixedSize();
        if (type instanceof Types.UUIDType) {
            return in -> {
                ByteBuffer bytes = ByteBuffer.wrap(in.readFixed(size));
                return new UUID(bytes.getLong(), bytes.getLong());
            };
        }
        return ofBytes(schema, in -> in.readFixed(size));
    }

    private static AvroReader ofBytes(Schema schema, Function<AvroInput, byte[]> bytes) {
        return switch (schema.getLogicalType()) {
            case LogicalTypes.Decimal decimal when AvroTypes.isNarrow(decimal) ->
                    in -> decimal(bytes.apply(in), decimal);
            case LogicalTypes.Decimal decimal -> in -> text(in, decimal(bytes.apply(in), decimal));
            case LogicalTypes.BigDecimal ignored -> in -> bigDecimal(in, bytes.apply(in));
            case null, default -> in -> ByteBuffer.wrap(bytes.apply(in));
        };
    }

    private static BigDecimal decimal(byte[] unscaled, LogicalTypes.Decimal decimal) {
        if (unscaled.length == 0) {
            throw new BadRecordException("a decimal of no bytes");
        }
        BigDecimal value = new BigDecimal(new BigInteger(unscaled), decimal.getScale());
        if (value.precision() > decimal.getPrecision()) {
            throw new BadRecordException(
                    "%s does not fit decimal(%d, %d)"
                            .formatted(value, decimal.getPrecision(), decimal.getScale()));
        }
        return value;
    }

    /**
     * Returns a decimal's digits as text, against the budget: a few bytes of a large scale are many
     * digits.
     */
    private static String text(AvroInput in, BigDecimal value) {
        in.budget().takeText(value.scale());
        return value.toPlainString();
    }

    /** Reads Avro's encoding of a big-decimal: the unscaled value as bytes, then the scale. */
    private static String bigDecimal(AvroInput in, byte[] encoded) {
        AvroInput inner = new AvroInput(encoded, 0, in.budget());
        byte[] unscaled = inner.readBytes();
        int scale = inner.readInt();
        if (unscaled.length == 0 || inner.remaining() > 0) {
            throw new BadRecordException(
                    "not a big-decimal: " + java.util.HexFormat.of().formatHex(encoded));
        }
        return new BigDecimal(new BigInteger(unscaled), scale).toString();
    }

    private static UUID uuid(Utf8 text) {
        String string = text.toString();
        try {
            UUID uuid = UUID.fromString(string);
            if (uuid.toString().equalsIgnoreCase(string)) {
                return uuid;
            }
        } catch (IllegalArgumentException e) {
            // said below
        }
        throw new BadRecordException("not a UUID: '%s'".formatted(string));
    }
}
