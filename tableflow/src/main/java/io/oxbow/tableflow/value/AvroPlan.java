package io.oxbow.tableflow.value;

import io.oxbow.tableflow.shape.Column;
import io.oxbow.tableflow.shape.ColumnType;
import io.oxbow.tableflow.shape.LeafColumn;
import io.oxbow.tableflow.shape.ListColumn;
import io.oxbow.tableflow.shape.MapColumn;
import io.oxbow.tableflow.shape.RequestedType;
import io.oxbow.tableflow.shape.StructColumn;
import io.oxbow.tableflow.shape.TableShape;
import io.oxbow.tableflow.write.Row;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/** Makes readers for a writer's schema, placing each of its fields in the shape on the way. */
final class AvroPlan {

    private final TableShape shape;

    AvroPlan(TableShape shape) {
        this.shape = shape;
    }

    /** Reads a record's fields into the given row. */
    interface FieldsReader {
        void read(AvroInput in, Row row);
    }

    /** The name of a field, and its aliases. */
    private record Named(String source, List<String> aliases) {
        Named(String source) {
            this(source, List.of());
        }
    }

    /** The fields of one record, of which no two go to one column, and the columns they took. */
    private record Siblings(Set<String> names, Set<Column> taken) {
        Siblings(Set<String> names) {
            this(names, new HashSet<>());
        }

        /** Returns true if a field may have a column that takes its values. */
        boolean leaveFree(StructColumn struct, String source, Column column) {
            boolean isAnothers =
                    !column.name().equals(source)
                            && names.contains(column.name())
                            && struct.of(column.name()).contains(column);
            return !isAnothers && !taken.contains(column);
        }
    }

    /** Returns the refusal of a map in which an entry's key stands a second time. */
    static BadRecordException twice(String key) {
        return new BadRecordException("a map has the key '%s' twice".formatted(key));
    }

    /**
     * @param spread whether the fields of a record become columns of the table
     * @throws BadRecordException when the schema is beyond its bounds
     */
    FieldsReader compile(Schema schema, String source, boolean spread) {
        AvroExpansion.check(schema);
        Schema only = schema.isUnion() ? AvroTypes.onlyBranch(schema) : null;
        if (spread && only != null && only.getType() == Schema.Type.RECORD) {
            FieldsReader inner = fields(only, shape.root(), Set.of());
            int branch = schema.getTypes().indexOf(only);
            int branches = schema.getTypes().size();
            return (in, row) -> {
                if (in.readIndex(branches) == branch) {
                    inner.read(in, row);
                }
            };
        }
        if (spread && schema.getType() == Schema.Type.RECORD) {
            return fields(schema, shape.root(), Set.of());
        }
        return field(schema, shape.root(), new Named(source), Set.of(), new Siblings(Set.of()));
    }

    private FieldsReader fields(Schema record, StructColumn struct, Set<String> above) {
        Set<String> inside = new HashSet<>(above);
        inside.add(record.getFullName());
        Set<String> names = new HashSet<>();
        record.getFields().forEach(field -> names.add(field.name()));
        Siblings siblings = new Siblings(names);
        List<FieldsReader> readers = new ArrayList<>();
        for (Schema.Field field : record.getFields()) {
            // The name of another field of the record is no alias.
            List<String> aliases =
                    field.aliases().stream().filter(alias -> !names.contains(alias)).toList();
            readers.add(
                    field(
                            field.schema(),
                            struct,
                            new Named(field.name(), aliases),
                            inside,
                            siblings));
        }
        FieldsReader[] all = readers.toArray(FieldsReader[]::new);
        return (in, row) -> {
            for (FieldsReader reader : all) {
                reader.read(in, row);
            }
        };
    }

    private FieldsReader field(
            Schema schema, StructColumn struct, Named named, Set<String> above, Siblings siblings) {
        RequestedType wanted = AvroTypes.wanted(schema, above);
        if (wanted == null) {
            AvroReader nothing = new AvroJson(schema);
            return (in, row) -> nothing.read(in);
        }
        Column column =
                shape.place(
                        struct,
                        named.source(),
                        named.aliases(),
                        wanted,
                        candidate -> siblings.leaveFree(struct, named.source(), candidate));
        siblings.taken().add(column);
        AvroReader reader = reader(schema, column.node(), above);
        int position = column.position();
        return (in, row) -> row.put(position, reader.read(in));
    }

    private AvroReader reader(Schema schema, ColumnType node, Set<String> above) {
        if (schema.getType() != Schema.Type.UNION && AvroTypes.comesRound(schema, above)) {
            return new AvroJson(schema);
        }
        return switch (schema.getType()) {
            case UNION -> union(schema, node, above);
            case RECORD -> record(schema, (StructColumn) node, above);
            case ARRAY -> array(schema, (ListColumn) node, above);
            case MAP -> map(schema, (MapColumn) node, above);
            case NULL, BOOLEAN, INT, LONG, FLOAT, DOUBLE, STRING, ENUM, BYTES, FIXED ->
                    AvroScalars.reader(schema, (LeafColumn) node);
        };
    }

    private AvroReader record(Schema schema, StructColumn struct, Set<String> above) {
        FieldsReader fields = fields(schema, struct, above);
        return in -> {
            Row row = new Row(struct.columns().size());
            fields.read(in, row);
            return row;
        };
    }

    private AvroReader array(Schema schema, ListColumn list, Set<String> above) {
        AvroReader element = reader(schema.getElementType(), list.element(), above);
        return in -> {
            List<@Nullable Object> elements = new ArrayList<>();
            int cells = list.element().leaves();
            for (long n = in.readBlockCount(); n > 0; n = in.readBlockCount()) {
                for (long i = 0; i < n; i++) {
                    in.budget().take(cells);
                    elements.add(element.read(in));
                }
            }
            return elements;
        };
    }

    private AvroReader map(Schema schema, MapColumn map, Set<String> above) {
        AvroReader value = reader(schema.getValueType(), map.value(), above);
        return in -> {
            Map<Object, @Nullable Object> entries = new HashMap<>();
            int cells = map.leaves();
            for (long n = in.readBlockCount(); n > 0; n = in.readBlockCount()) {
                for (long i = 0; i < n; i++) {
                    in.budget().take(cells);
                    Object key = in.readString();
                    if (entries.containsKey(key)) {
                        throw twice(key.toString());
                    }
                    entries.put(key, value.read(in));
                }
            }
            return entries;
        };
    }

    private AvroReader union(Schema schema, ColumnType node, Set<String> above) {
        Schema only = AvroTypes.onlyBranch(schema);
        int branches = schema.getTypes().size();
        if (only != null) {
            AvroReader inner = reader(only, node, above);
            int branch = schema.getTypes().indexOf(only);
            return in -> in.readIndex(branches) == branch ? inner.read(in) : null;
        }
        StructColumn struct = (StructColumn) node;
        FieldsReader[] members = new FieldsReader[branches];
        java.util.Arrays.fill(members, (FieldsReader) (in, row) -> {});
        AvroTypes.branches(schema)
                .forEach((name, branch) ->
                        members[schema.getTypes().indexOf(branch)] =
                                field(
                                        branch,
                                        struct,
                                        new Named(name),
                                        above,
                                        new Siblings(Set.of())));
        int nullBranch = schema.getTypes().indexOf(Schema.create(Schema.Type.NULL));
        return in -> {
            int branch = in.readIndex(branches);
            if (branch == nullBranch) {
                return null;
            }
            Row row = new Row(struct.columns().size());
            members[branch].read(in, row);
            return row;
        };
    }
}
