package io.oxbow.sql;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.Period;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.calcite.avatica.util.ByteString;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rel.type.RelDataTypeField;
import org.jspecify.annotations.Nullable;

/** Calcite's internal values as those of {@link ResultTable}. */
final class ResultValues {

    private ResultValues() {}

    static @Nullable Object of(RelDataType type, @Nullable Object value) {
        if (value == null) {
            return null;
        }
        return switch (type.getSqlTypeName()) {
            case DATE -> LocalDate.ofEpochDay(number(value));
            case TIME -> LocalTime.ofNanoOfDay(number(value) * 1_000_000);
            case TIMESTAMP ->
                    LocalDateTime.ofInstant(Instant.ofEpochMilli(number(value)), ZoneOffset.UTC);
            case TIMESTAMP_WITH_LOCAL_TIME_ZONE ->
                    OffsetDateTime.ofInstant(Instant.ofEpochMilli(number(value)), ZoneOffset.UTC);
            case INTERVAL_YEAR, INTERVAL_YEAR_MONTH, INTERVAL_MONTH ->
                    Period.ofMonths((int) number(value)).normalized();
            case INTERVAL_DAY,
                    INTERVAL_DAY_HOUR,
                    INTERVAL_DAY_MINUTE,
                    INTERVAL_DAY_SECOND,
                    INTERVAL_HOUR,
                    INTERVAL_HOUR_MINUTE,
                    INTERVAL_HOUR_SECOND,
                    INTERVAL_MINUTE,
                    INTERVAL_MINUTE_SECOND,
                    INTERVAL_SECOND ->
                    Duration.ofMillis(number(value));
            case BINARY, VARBINARY -> ((ByteString) value).getBytes();
            case ROW, STRUCTURED -> struct(type, value);
            case ARRAY, MULTISET -> list(Objects.requireNonNull(type.getComponentType()), value);
            case MAP -> map(type, (Map<?, ?>) value);
            default -> value;
        };
    }

    private static long number(Object value) {
        return ((Number) value).longValue();
    }

    private static Map<String, @Nullable Object> struct(RelDataType type, Object value) {
        List<?> values = value instanceof Object[] array ? Arrays.asList(array) : (List<?>) value;
        Map<String, @Nullable Object> struct = new LinkedHashMap<>();
        for (RelDataTypeField field : type.getFieldList()) {
            struct.put(field.getName(), of(field.getType(), values.get(field.getIndex())));
        }
        return struct;
    }

    private static List<@Nullable Object> list(RelDataType component, Object value) {
        List<@Nullable Object> list = new ArrayList<>();
        for (Object element : (List<?>) value) {
            list.add(of(component, element));
        }
        return list;
    }

    private static Map<@Nullable Object, @Nullable Object> map(RelDataType type, Map<?, ?> value) {
        RelDataType keys = Objects.requireNonNull(type.getKeyType());
        RelDataType values = Objects.requireNonNull(type.getValueType());
        Map<@Nullable Object, @Nullable Object> map = new LinkedHashMap<>();
        value.forEach((key, mapped) -> map.put(of(keys, key), of(values, mapped)));
        return map;
    }
}
