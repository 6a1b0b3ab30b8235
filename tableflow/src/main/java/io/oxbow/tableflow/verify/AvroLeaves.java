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
import java.util.Locale;
import java.util.Map;
import org.apache.avro.Conversions;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericFixed;
import org.apache.avro.generic.GenericRecord;
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
        if (value == null || value == ExpectedLeaves.NOTHING) {
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

    private void record(
            String path, GenericRecord record, Schema schema, FieldGroups.@Nullable Level level) {
        if (above.contains(schema.getFullName())) {
            text(path, record, schema);
            return;
        }
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

    /** Comes round: kept as text, in Avro's JSON encoding. */
    private void text(String path, Object datum, Schema schema) {
        try {
            var out = new ByteArrayOutputStream();
            var encoder = EncoderFactory.get().jsonEncoder(schema, out);
            new GenericDatumWriter<Object>(schema, new GenericData()).write(datum, encoder);
            encoder.flush();
            json.json(path, ExpectedLeaves.parse(out.toByteArray()), null, leaves);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (ExpectedLeaves.UnreadableException e) {
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
        boolean uuid = schema.getLogicalType() instanceof LogicalTypes.Uuid;
        leaves.text(path, uuid ? value.toLowerCase(Locale.ROOT) : value);
    }

    private void number(String path, long value, Schema schema) {
        String logical = schema.getLogicalType() == null ? "" : schema.getLogicalType().getName();
        switch (logical) {
            case "date" -> leaves.time(path, LocalDate.ofEpochDay(value));
            case "time-millis" -> leaves.time(path, LocalTime.ofNanoOfDay(value * 1_000_000));
            case "time-micros" -> leaves.time(path, LocalTime.ofNanoOfDay(value * 1_000));
            case "timestamp-millis" -> leaves.time(path, Instant.ofEpochMilli(value));
            case "timestamp-micros" ->
                    leaves.time(path, Instant.EPOCH.plus(value, ChronoUnit.MICROS));
            case "local-timestamp-millis" ->
                    leaves.time(
                            path,
                            LocalDateTime.ofInstant(Instant.ofEpochMilli(value), ZoneOffset.UTC));
            case "local-timestamp-micros" ->
                    leaves.time(
                            path,
                            LocalDateTime.ofInstant(
                                    Instant.EPOCH.plus(value, ChronoUnit.MICROS), ZoneOffset.UTC));
            default -> leaves.whole(path, value);
        }
    }

    private void bytes(String path, ByteBuffer value, Schema schema) {
        switch (schema.getLogicalType()) {
            case LogicalTypes.Decimal decimal -> {
                byte[] unscaled = new byte[value.remaining()];
                value.get(unscaled);
                BigDecimal number = new BigDecimal(new BigInteger(unscaled), decimal.getScale());
                if (decimal.getPrecision() > 38) {
                    leaves.text(path, number.toPlainString());
                } else {
                    leaves.decimal(path, number);
                }
            }
            case LogicalTypes.BigDecimal ignored ->
                    leaves.text(
                            path,
                            new Conversions.BigDecimalConversion()
                                    .fromBytes(value, schema, schema.getLogicalType())
                                    .toString());
            case LogicalTypes.Uuid ignored ->
                    leaves.text(
                            path, new java.util.UUID(value.getLong(), value.getLong()).toString());
            case null, default -> leaves.bytes(path, value);
        }
    }
}
