package io.oxbow.tableflow.verify;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.Map;
import java.util.UUID;
import org.apache.avro.Conversions;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericFixed;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.jspecify.annotations.Nullable;

/** Leaves of a value that Avro's own generic reader made, logical types told from the schema. */
final class AvroLeaves {

    private final FieldGroups groups;
    private final ExpectedLeaves json;
    private final Leaves leaves;
    private final Deque<String> above = new ArrayDeque<>();

    AvroLeaves(FieldGroups groups, ExpectedLeaves json, Leaves leaves) {
        this.groups = groups;
        this.json = json;
        this.leaves = leaves;
    }

    static boolean isRecordOrOptionalRecord(Schema schema) {
        long present =
                schema.isUnion()
                        ? schema.getTypes().stream()
                                .filter(s -> s.getType() != Schema.Type.NULL)
                                .count()
                        : 1;
        return present == 1;
    }

    void add(
            String path, @Nullable Object value, Schema schema, FieldGroups.@Nullable Level level) {
        if (value == null) {
            return;
        }
        if (comesRound(schema)) {
            text(path, value, schema);
            return;
        }
        switch (schema.getType()) {
            case NULL -> {}
            case RECORD -> record(path, (GenericRecord) value, schema, level);
            case ARRAY -> {
                int i = 0;
                for (Object element : (Collection<?>) value) {
                    add(path + "[" + i++ + "]", element, schema.getElementType(), level);
                }
            }
            case MAP ->
                    ((Map<?, ?>) value)
                            .forEach((k, v) ->
                                    add(path + "{" + k + "}", v, schema.getValueType(), level));
            case UNION -> union(path, value, schema, level);
            case BOOLEAN -> leaves.bool(path, (Boolean) value);
            case STRING -> string(path, value.toString(), schema);
            case ENUM -> leaves.text(path, value.toString());
            case FLOAT -> leaves.floating(path, ((Float) value).doubleValue());
            case DOUBLE -> leaves.floating(path, (Double) value);
            case INT, LONG -> number(path, ((Number) value).longValue(), schema);
            case BYTES -> bytes(path, ((ByteBuffer) value).duplicate(), schema);
            case FIXED -> bytes(path, ByteBuffer.wrap(((GenericFixed) value).bytes()), schema);
        }
    }

    /** Returns true for a record inside itself, or a list or a map of such. */
    private boolean comesRound(Schema schema) {
        Schema inside = schema;
        while (true) {
            switch (inside.getType()) {
                case RECORD -> {
                    return above.contains(inside.getFullName());
                }
                case ARRAY -> inside = inside.getElementType();
                case MAP -> inside = inside.getValueType();
                case UNION -> {
                    if (inside == schema || !isRecordOrOptionalRecord(inside)) {
                        return false; // of a field, the branch is looked at when it is known
                    }
                    inside =
                            inside.getTypes().stream()
                                    .filter(s -> s.getType() != Schema.Type.NULL)
                                    .findFirst()
                                    .orElseThrow();
                }
                default -> {
                    return false;
                }
            }
        }
    }

    private void record(
            String path, GenericRecord record, Schema schema, FieldGroups.@Nullable Level level) {
        above.push(schema.getFullName());
        for (Schema.Field field : schema.getFields()) {
            add(
                    path + "/" + groups.of(level, field.name()),
                    record.get(field.pos()),
                    field.schema(),
                    groups.below(level, field.name()));
        }
        above.pop();
    }

    /** Adds a value that is kept as text, in Avro's JSON encoding. */
    private void text(String path, Object datum, Schema schema) {
        try {
            var out = new ByteArrayOutputStream();
            var encoder = EncoderFactory.get().jsonEncoder(schema, out);
            new GenericDatumWriter<Object>(schema, new GenericData()).write(datum, encoder);
            encoder.flush();
            json.json(path, JsonReading.parse(out.toByteArray()), null, leaves);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (UnreadableException e) {
            throw new IllegalStateException(e);
        }
    }

    private void union(String path, Object value, Schema union, FieldGroups.@Nullable Level level) {
        Schema branch = union.getTypes().get(new GenericData().resolveUnion(union, value));
        if (isRecordOrOptionalRecord(union)) {
            add(path, value, branch, level);
            return;
        }
        boolean shared =
                union.getTypes().stream().filter(s -> s.getName().equals(branch.getName())).count()
                        > 1;
        String member = shared ? branch.getFullName() : branch.getName();
        add(path + "/" + groups.of(level, member), value, branch, groups.below(level, member));
    }

    private void string(String path, String value, Schema schema) {
        if (schema.getLogicalType() instanceof LogicalTypes.Uuid) {
            String uuid = UUID.fromString(value).toString();
            require(uuid.equalsIgnoreCase(value), "no UUID");
            leaves.text(path, uuid);
        } else {
            leaves.text(path, value);
        }
    }

    private void number(String path, long value, Schema schema) {
        String logical = schema.getLogicalType() == null ? "" : schema.getLogicalType().getName();
        switch (logical) {
            case "date" -> leaves.time(path, inRange(LocalDate.ofEpochDay(value)));
            case "time-millis" -> leaves.time(path, timeOfDay(value, ChronoUnit.MILLIS));
            case "time-micros" -> leaves.time(path, timeOfDay(value, ChronoUnit.MICROS));
            case "timestamp-millis" -> leaves.time(path, instant(value, ChronoUnit.MILLIS));
            case "timestamp-micros" -> leaves.time(path, instant(value, ChronoUnit.MICROS));
            case "local-timestamp-millis" ->
                    leaves.time(
                            path,
                            LocalDateTime.ofInstant(
                                    instant(value, ChronoUnit.MILLIS), ZoneOffset.UTC));
            case "local-timestamp-micros" ->
                    leaves.time(
                            path,
                            LocalDateTime.ofInstant(
                                    instant(value, ChronoUnit.MICROS), ZoneOffset.UTC));
            default -> leaves.whole(path, value);
        }
    }

    private static LocalTime timeOfDay(long value, ChronoUnit unit) {
        long units = ChronoUnit.DAYS.getDuration().dividedBy(unit.getDuration());
        require(value >= 0 && value < units, "a time beyond a day");
        return LocalTime.MIDNIGHT.plus(value, unit);
    }

    private static Instant instant(long value, ChronoUnit unit) {
        Instant instant = Instant.EPOCH.plus(value, unit);
        inRange(LocalDate.ofInstant(instant, ZoneOffset.UTC));
        return instant;
    }

    private static LocalDate inRange(LocalDate date) {
        require(date.getYear() >= 1 && date.getYear() <= 9999, "a year beyond 1 to 9999");
        return date;
    }

    private static void require(boolean is, String otherwise) {
        if (!is) {
            throw new IllegalArgumentException(otherwise);
        }
    }

    private void bytes(String path, ByteBuffer value, Schema schema) {
        switch (schema.getLogicalType()) {
            case LogicalTypes.Decimal decimal -> {
                byte[] unscaled = new byte[value.remaining()];
                value.get(unscaled);
                BigDecimal number = new BigDecimal(new BigInteger(unscaled), decimal.getScale());
                require(number.precision() <= decimal.getPrecision(), "too many digits");
                if (decimal.getPrecision() > 38) {
                    leaves.text(path, number.toPlainString());
                } else {
                    leaves.decimal(path, number);
                }
            }
            case LogicalTypes.BigDecimal ignored -> bigDecimal(path, value);
            case LogicalTypes.Uuid ignored ->
                    leaves.text(path, new UUID(value.getLong(), value.getLong()).toString());
            case null, default -> leaves.bytes(path, value);
        }
    }

    /**
     * Adds a big-decimal. Avro's own conversion believes the length in it, so that is checked
     * first.
     */
    private void bigDecimal(String path, ByteBuffer value) {
        byte[] encoded = new byte[value.remaining()];
        value.get(encoded);
        try {
            BinaryDecoder in = DecoderFactory.get().binaryDecoder(encoded, null);
            long size = in.readLong();
            require(size > 0 && size <= in.inputStream().available(), "no big-decimal");
            in.skipFixed((int) size);
            in.readInt();
            require(in.isEnd(), "bytes are left in a big-decimal");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Schema plain = Schema.create(Schema.Type.BYTES);
        leaves.text(
                path,
                new Conversions.BigDecimalConversion()
                        .fromBytes(ByteBuffer.wrap(encoded), plain, LogicalTypes.bigDecimal())
                        .toString());
    }
}
