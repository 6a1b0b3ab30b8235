package io.oxbow.tableflow.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;

/**
 * One field of a table's partitioning.
 *
 * @param transform what is done with the column's value
 * @param width buckets or truncation width; 0 where the transform has none
 * @param column full name of the source column, parts separated by dots
 */
public record PartitionField(Transform transform, int width, String column) {

    private static final int FIELDS_MAX = 16;
    private static final Pattern CALL =
            Pattern.compile("\\s*(\\w+)\\s*\\(\\s*(?:(\\d{1,9})\\s*,\\s*)?([^(),\\s]+)\\s*\\)\\s*");
    private static final Pattern COLUMN = Pattern.compile("\\s*([^(),\\s]+)\\s*");
    private static final Pattern COMMA_OUTSIDE_CALL = Pattern.compile(",(?![^(]*\\))");

    /** Iceberg's partition transforms, as far as a setting can name them. */
    public enum Transform {
        IDENTITY,
        BUCKET,
        TRUNCATE,
        YEAR,
        MONTH,
        DAY,
        HOUR;

        boolean hasWidth() {
            return this == BUCKET || this == TRUNCATE;
        }
    }

    /**
     * Parses a {@code table.partition.by}.
     *
     * @throws IllegalArgumentException with a text for the person who wrote it
     */
    public static List<PartitionField> parse(String setting) {
        if (setting.isBlank()) {
            return List.of();
        }
        List<PartitionField> fields = new ArrayList<>();
        for (String part : COMMA_OUTSIDE_CALL.split(setting, -1)) {
            fields.add(parseField(part));
        }
        if (fields.size() > FIELDS_MAX) {
            throw new IllegalArgumentException(
                    "%d partition fields; at most %d are allowed"
                            .formatted(fields.size(), FIELDS_MAX));
        }
        if (fields.stream().distinct().count() < fields.size()) {
            throw new IllegalArgumentException("a partition field is named twice");
        }
        return List.copyOf(fields);
    }

    private static PartitionField parseField(String text) {
        Matcher column = COLUMN.matcher(text);
        if (column.matches()) {
            return new PartitionField(Transform.IDENTITY, 0, column.group(1));
        }
        Matcher call = CALL.matcher(text);
        if (!call.matches()) {
            throw new IllegalArgumentException(
                    "'%s' is not a partition field; write identity(column), bucket(16, column), truncate(8, column), year|month|day|hour(column)"
                            .formatted(text.strip()));
        }
        Transform transform = transform(call.group(1));
        boolean hasWidth = call.group(2) != null;
        if (hasWidth != transform.hasWidth()) {
            throw new IllegalArgumentException(
                    transform.hasWidth()
                            ? "'%s' needs a width, as in %s(16, %s)"
                                    .formatted(text.strip(), lower(transform), call.group(3))
                            : "'%s' takes a column only".formatted(text.strip()));
        }
        int width = hasWidth ? Integer.parseInt(call.group(2)) : 0;
        if (hasWidth && width == 0) {
            throw new IllegalArgumentException(
                    "the width in '%s' must be above 0".formatted(text.strip()));
        }
        return new PartitionField(transform, width, call.group(3));
    }

    private static Transform transform(String name) {
        for (Transform transform : Transform.values()) {
            if (lower(transform).equals(name.toLowerCase(Locale.ROOT))) {
                return transform;
            }
        }
        throw new IllegalArgumentException(
                "'%s' is not a partition transform; there are identity, bucket, truncate, year, month, day, hour"
                        .formatted(name));
    }

    private static String lower(Transform transform) {
        return transform.name().toLowerCase(Locale.ROOT);
    }

    /**
     * The spec of these fields over a schema.
     *
     * @throws IllegalArgumentException when a column is missing or its type does not allow it
     */
    public static PartitionSpec spec(List<PartitionField> fields, Schema schema) {
        PartitionSpec.Builder builder = PartitionSpec.builderFor(schema);
        for (PartitionField field : fields) {
            field.check(schema);
            field.addTo(builder);
        }
        try {
            return builder.build();
        } catch (RuntimeException e) {
            throw new IllegalArgumentException("table.partition.by: " + e.getMessage(), e);
        }
    }

    private void check(Schema schema) {
        if (schema.findField(column) == null) {
            throw new IllegalArgumentException(
                    "table.partition.by names the column '%s', which the table does not have"
                            .formatted(column));
        }
        try {
            PartitionSpec.Builder alone = PartitionSpec.builderFor(schema);
            addTo(alone);
            alone.build();
        } catch (RuntimeException e) {
            throw new IllegalArgumentException(
                    "table.partition.by cannot use %s on the column '%s' of type %s: %s"
                            .formatted(
                                    lower(transform),
                                    column,
                                    schema.findType(column),
                                    e.getMessage()),
                    e);
        }
    }

    private void addTo(PartitionSpec.Builder builder) {
        String flat = column.replace('.', '_');
        switch (transform) {
            case IDENTITY -> builder.identity(column, flat);
            case BUCKET -> builder.bucket(column, width, flat + "_bucket");
            case TRUNCATE -> builder.truncate(column, width, flat + "_trunc");
            case YEAR -> builder.year(column, flat + "_year");
            case MONTH -> builder.month(column, flat + "_month");
            case DAY -> builder.day(column, flat + "_day");
            case HOUR -> builder.hour(column, flat + "_hour");
        }
    }

    @Override
    public String toString() {
        return transform.hasWidth()
                ? "%s(%d, %s)".formatted(lower(transform), width, column)
                : "%s(%s)".formatted(lower(transform), column);
    }
}
