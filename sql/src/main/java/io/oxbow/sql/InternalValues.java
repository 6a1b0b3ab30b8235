package io.oxbow.sql;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.calcite.avatica.util.ByteString;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.util.ByteBuffers;
import org.jspecify.annotations.Nullable;

/**
 * Iceberg's values as Calcite computes with them: days and milliseconds as numbers, structs as
 * arrays. Takes both what Iceberg's generic reader gives (java.time) and what its metadata tables
 * give (numbers).
 */
final class InternalValues {

    private InternalValues() {}

    static @Nullable Object of(Type type, @Nullable Object value) {
        if (value == null) {
            return null;
        }
        return switch (type.typeId()) {
            case DATE -> value instanceof LocalDate day ? (int) day.toEpochDay() : value;
            case TIME -> millisOfDay(value);
            case TIMESTAMP -> millis(value, TimeUnit.MICROSECONDS);
            case TIMESTAMP_NANO -> millis(value, TimeUnit.NANOSECONDS);
            case FIXED, BINARY -> bytes(value);
            case BOOLEAN, INTEGER, LONG, FLOAT, DOUBLE, DECIMAL, UUID -> value;
            case STRUCT -> struct(type.asStructType(), (StructLike) value);
            case LIST -> list(type.asListType(), (List<?>) value);
            case MAP -> map(type.asMapType(), (Map<?, ?>) value);
            default -> value.toString();
        };
    }

    private static int millisOfDay(Object value) {
        return switch (value) {
            case LocalTime time -> (int) TimeUnit.NANOSECONDS.toMillis(time.toNanoOfDay());
            case Number micros -> (int) Math.floorDiv(micros.longValue(), 1000L);
            default -> throw unexpected(value);
        };
    }

    private static long millis(Object value, TimeUnit unit) {
        return switch (value) {
            case LocalDateTime time -> time.toInstant(ZoneOffset.UTC).toEpochMilli();
            case OffsetDateTime time -> time.toInstant().toEpochMilli();
            case Instant time -> time.toEpochMilli();
            case Number number ->
                    Math.floorDiv(number.longValue(), unit.convert(1, TimeUnit.MILLISECONDS));
            default -> throw unexpected(value);
        };
    }

    private static ByteString bytes(Object value) {
        return switch (value) {
            case byte[] bytes -> new ByteString(bytes);
            case ByteBuffer buffer -> new ByteString(ByteBuffers.toByteArray(buffer.duplicate()));
            default -> throw unexpected(value);
        };
    }

    static @Nullable Object[] struct(Types.StructType type, StructLike value) {
        List<Types.NestedField> fields = type.fields();
        @Nullable Object[] struct = new @Nullable Object[fields.size()];
        for (int i = 0; i < struct.length; i++) {
            struct[i] = of(fields.get(i).type(), value.get(i, Object.class));
        }
        return struct;
    }

    private static List<@Nullable Object> list(Types.ListType type, List<?> value) {
        List<@Nullable Object> list = new ArrayList<>(value.size());
        for (Object element : value) {
            list.add(of(type.elementType(), element));
        }
        return list;
    }

    private static Map<@Nullable Object, @Nullable Object> map(
            Types.MapType type, Map<?, ?> value) {
        Map<@Nullable Object, @Nullable Object> map = LinkedHashMap.newLinkedHashMap(value.size());
        value.forEach(
                (key, mapped) -> map.put(of(type.keyType(), key), of(type.valueType(), mapped)));
        return map;
    }

    private static IllegalStateException unexpected(Object value) {
        return new IllegalStateException("unexpected value of " + value.getClass());
    }
}
