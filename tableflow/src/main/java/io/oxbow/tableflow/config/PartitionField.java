package io.oxbow.tableflow.config;

import io.oxbow.tableflow.shape.ColumnName;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.expressions.Term;
import org.apache.iceberg.types.Types;

/**
 * One field of a table's partitioning.
 *
 * @param transform the function of the column's value
 * @param width buckets or truncation width; 0 where the transform has none
 * @param column full name of the source column, parts separated by dots
 */
public record PartitionField(Transform transform, int width, String column) {

    private static final int FIELDS_MAX = 16;
    private static final Pattern CALL =
            Pattern.compile("\\s*(\\w+)\\s*\\(\\s*(?:(\\d{1,9})\\s*,\\s*)?([^(),\\s]+)\\s*\\)\\s*");
    private static final Pattern COLUMN = Pattern.compile("\\s*([^(),\\s]+)\\s*");
    private static final Pattern HIDDEN = Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Z}&&[^\\s]]");
    private static final Pattern COMMA_OUTSIDE_CALL = Pattern.compile(",(?![^(]*\\))");

    /** Iceberg's partition transforms, as far as a setting can name them. */
    public enum Transform {
        IDENTITY(""),
        BUCKET("_bucket"),
        TRUNCATE("_trunc"),
        YEAR("_year"),
        MONTH("_month"),
        DAY("_day"),
        HOUR("_hour");

        private final String suffix;

        Transform(String suffix) {
            this.suffix = suffix;
        }

        boolean hasWidth() {
            return this == BUCKET || this == TRUNCATE;
        }

        boolean isTime() {
            return this == YEAR || this == MONTH || this == DAY || this == HOUR;
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
        if (HIDDEN.matcher(setting).find()) {
            throw new IllegalArgumentException(
                    "a column's name must have no characters in it that nobody sees");
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
        refuseTwoTimes(fields);
        return List.copyOf(fields);
    }

    /** Refuses two time transforms of one column: the finer one says all that the other does. */
    private static void refuseTwoTimes(List<PartitionField> fields) {
        Map<String, PartitionField> times = new HashMap<>();
        for (PartitionField field : fields) {
            PartitionField other =
                    field.transform.isTime() ? times.putIfAbsent(field.column, field) : null;
            if (other != null) {
                throw new IllegalArgumentException(
                        "%s and %s have the same column; a table takes one of year, month, day and hour of each"
                                .formatted(other, field));
            }
        }
    }

    private static PartitionField parseField(String text) {
        Matcher column = COLUMN.matcher(text);
        if (column.matches()) {
            return new PartitionField(Transform.IDENTITY, 0, column(column.group(1)));
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
        return new PartitionField(transform, width, column(call.group(3)));
    }

    private static String column(String name) {
        for (String level : name.split("\\.", -1)) {
            if (level.isEmpty() || level.length() > ColumnName.LENGTH_MAX) {
                throw new IllegalArgumentException(
                        "'%s' is no column's name: each level has 1 to %d characters"
                                .formatted(
                                        name.length() > 60 ? name.substring(0, 60) + "…" : name,
                                        ColumnName.LENGTH_MAX));
            }
        }
        return name;
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
     * Returns the spec of those fields whose columns are in the schema.
     *
     * @throws IllegalArgumentException when a column's type does not allow its transform
     */
    public static PartitionSpec spec(List<PartitionField> fields, Schema schema) {
        PartitionSpec.Builder builder = PartitionSpec.builderFor(schema);
        List<String> names = new ArrayList<>();
        for (PartitionField field : fields) {
            if (field.isIn(schema)) {
                String name = field.name(schema, names);
                names.add(name);
                field.check(schema, name);
                field.addTo(builder, name);
            }
        }
        try {
            return builder.build();
        } catch (RuntimeException e) {
            throw new IllegalArgumentException("table.partition.by: " + e.getMessage(), e);
        }
    }

    /** Returns true if a schema has the column. */
    public boolean isIn(Schema schema) {
        return schema.findField(column) != null;
    }

    /**
     * Returns a name for the field that no column and no other partition field has, as engines and
     * formats tell names apart. An identity field alone takes its own column's name.
     */
    public String name(Schema schema, Collection<String> otherFields) {
        Set<String> forms = new HashSet<>();
        for (Types.NestedField top : schema.columns()) {
            boolean own = transform == Transform.IDENTITY && top.name().equals(column);
            if (!own) {
                forms.addAll(ColumnName.forms(top.name()));
            }
        }
        otherFields.forEach(name -> forms.addAll(ColumnName.forms(name)));
        String base = column.replace('.', '_') + transform.suffix;
        String name = base;
        for (int n = 2; ColumnName.forms(name).stream().anyMatch(forms::contains); n++) {
            name = base + "__" + n;
        }
        return name;
    }

    private void check(Schema schema, String name) {
        try {
            PartitionSpec.Builder alone = PartitionSpec.builderFor(schema);
            addTo(alone, name);
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

    private void addTo(PartitionSpec.Builder builder, String name) {
        switch (transform) {
            case IDENTITY -> builder.identity(column, name);
            case BUCKET -> builder.bucket(column, width, name);
            case TRUNCATE -> builder.truncate(column, width, name);
            case YEAR -> builder.year(column, name);
            case MONTH -> builder.month(column, name);
            case DAY -> builder.day(column, name);
            case HOUR -> builder.hour(column, name);
        }
    }

    /** Returns the field as Iceberg's change of a spec takes it. */
    public Term term() {
        return switch (transform) {
            case IDENTITY -> Expressions.ref(column);
            case BUCKET -> Expressions.bucket(column, width);
            case TRUNCATE -> Expressions.truncate(column, width);
            case YEAR -> Expressions.year(column);
            case MONTH -> Expressions.month(column);
            case DAY -> Expressions.day(column);
            case HOUR -> Expressions.hour(column);
        };
    }

    @Override
    public String toString() {
        return transform.hasWidth()
                ? "%s(%d, %s)".formatted(lower(transform), width, column)
                : "%s(%s)".formatted(lower(transform), column);
    }
}
