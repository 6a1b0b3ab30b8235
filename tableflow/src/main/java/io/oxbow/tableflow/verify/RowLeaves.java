package io.oxbow.tableflow.verify;

import com.fasterxml.jackson.databind.JsonNode;
import io.oxbow.tableflow.shape.SystemColumns;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.apache.iceberg.MetadataColumns;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/** Collects the leaves of a row as Iceberg's own reader gives it. */
final class RowLeaves {

    private final FieldGroups groups;
    private final ExpectedLeaves json;
    private final Set<String> place;

    RowLeaves(FieldGroups groups, ExpectedLeaves json, SystemColumns system) {
        this.groups = groups;
        this.json = json;
        this.place =
                Set.of(
                        system.partition(),
                        system.offset(),
                        system.timestamp(),
                        system.ingestTime(),
                        system.headers());
    }

    /** Adds all leaves but those of the columns that say the row's place in the log. */
    void add(Record row, Leaves leaves) {
        for (Types.NestedField column : row.struct().fields()) {
            // A file with position deletes is read with its rows' positions.
            if (!place.contains(column.name())
                    && !MetadataColumns.isMetadataColumn(column.fieldId())) {
                String group = groups.of(column);
                boolean system =
                        group.equals(SystemColumns.KEY) || group.equals(SystemColumns.VALUE);
                add(system ? group : "/" + group, row.getField(column.name()), column, leaves);
            }
        }
    }

    private void add(String path, @Nullable Object value, Types.NestedField column, Leaves leaves) {
        String doc = column.doc();
        if (value instanceof String text && isJsonText(column.type(), doc)) {
            json(path, text, leaves);
        } else {
            add(path, value, column.type(), leaves);
        }
    }

    private static boolean isJsonText(Type type, @Nullable String doc) {
        return type instanceof Types.StringType && doc != null && doc.startsWith("JSON text");
    }

    private void json(String path, String text, Leaves leaves) {
        try {
            JsonNode node = JsonReading.parse(text.getBytes(StandardCharsets.UTF_8));
            json.json(path, node, null, leaves);
        } catch (UnreadableException e) {
            leaves.text(path, text);
        }
    }

    private void add(String path, @Nullable Object value, Type type, Leaves leaves) {
        switch (value) {
            case null -> {}
            case Record struct ->
                    struct.struct()
                            .fields()
                            .forEach(f ->
                                    add(
                                            path + "/" + groups.of(f),
                                            struct.getField(f.name()),
                                            f,
                                            leaves));
            case List<?> list -> {
                Type element = ((Types.ListType) type).elementType();
                for (int i = 0; i < list.size(); i++) {
                    add(path + "[" + i + "]", list.get(i), element, leaves);
                }
            }
            case Map<?, ?> map -> {
                Type element = ((Types.MapType) type).valueType();
                map.forEach((k, v) -> add(path + "{" + k + "}", v, element, leaves));
            }
            default -> scalar(path, value, leaves);
        }
    }

    private static void scalar(String path, Object value, Leaves leaves) {
        switch (value) {
            case Boolean bool -> leaves.bool(path, bool);
            case Integer number -> leaves.whole(path, number);
            case Long number -> leaves.whole(path, number);
            case Float number -> leaves.floating(path, number);
            case Double number -> leaves.floating(path, number);
            case BigDecimal number -> leaves.decimal(path, number);
            case ByteBuffer bytes -> leaves.bytes(path, bytes);
            case byte[] bytes -> leaves.bytes(path, bytes);
            case OffsetDateTime time -> leaves.time(path, time.toInstant());
            case LocalDate time -> leaves.time(path, time);
            case LocalTime time -> leaves.time(path, time);
            case LocalDateTime time -> leaves.time(path, time);
            case UUID uuid -> leaves.text(path, uuid.toString());
            default -> leaves.text(path, value.toString());
        }
    }
}
