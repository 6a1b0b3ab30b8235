package io.oxbow.tableflow.verify;

import com.fasterxml.jackson.databind.JsonNode;
import io.oxbow.schema.SchemaBounds;
import io.oxbow.tableflow.TableFlowException;
import io.oxbow.tableflow.shape.SystemColumns;
import io.oxbow.tableflow.value.WriterSchemas;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.apache.avro.Schema;

/** Computes the leaves that a key or a value should have become. */
final class ExpectedLeaves {

    private final FieldGroups groups;
    private final FieldGroups.Level root;
    private final WriterSchemas schemas;

    ExpectedLeaves(FieldGroups groups, FieldGroups.Level root, WriterSchemas schemas) {
        this.groups = groups;
        this.root = root;
        this.schemas = schemas;
    }

    void key(String format, byte[] bytes, Leaves leaves) throws UnreadableException {
        add(format, bytes, SystemColumns.KEY, false, leaves);
    }

    void value(String format, byte[] bytes, Leaves leaves) throws UnreadableException {
        add(format, bytes, SystemColumns.VALUE, true, leaves);
    }

    private void add(String format, byte[] bytes, String source, boolean spread, Leaves leaves)
            throws UnreadableException {
        String group = groups.of(root, source);
        FieldGroups.Level below = groups.below(root, source);
        switch (format) {
            case "json" -> {
                JsonNode node = JsonReading.parse(bytes);
                if (spread && node.isObject()) {
                    json("", node, root, leaves);
                } else {
                    json(group, node, below, leaves);
                }
            }
            case "avro" -> avro(bytes, spread, group, below, leaves);
            case "string" -> leaves.text(group, JsonReading.text(bytes));
            default -> leaves.bytes(group, bytes);
        }
    }

    /** Adds the leaves of a JSON value; null and empty values have none. */
    void json(
            String path,
            JsonNode node,
            FieldGroups.@org.jspecify.annotations.Nullable Level level,
            Leaves leaves) {
        switch (node.getNodeType()) {
            case OBJECT ->
                    node.properties()
                            .forEach(e ->
                                    json(
                                            path + "/" + groups.of(level, e.getKey()),
                                            e.getValue(),
                                            groups.below(level, e.getKey()),
                                            leaves));
            case ARRAY -> {
                for (int i = 0; i < node.size(); i++) {
                    json(path + "[" + i + "]", node.get(i), level, leaves);
                }
            }
            case STRING -> leaves.text(path, node.textValue());
            case BOOLEAN -> leaves.bool(path, node.booleanValue());
            case NUMBER -> number(path, node, leaves);
            case NULL, MISSING, BINARY, POJO -> {}
        }
    }

    private static void number(String path, JsonNode node, Leaves leaves) {
        if (node.isIntegralNumber()) {
            leaves.whole(path, node.bigIntegerValue());
            return;
        }
        BigDecimal literal = node.decimalValue();
        double value = literal.doubleValue();
        if (Double.isFinite(value)) {
            leaves.floating(path, value);
        } else {
            leaves.decimal(path, literal);
        }
    }

    private void avro(
            byte[] bytes,
            boolean spread,
            String group,
            FieldGroups.@org.jspecify.annotations.Nullable Level below,
            Leaves leaves)
            throws UnreadableException {
        if (bytes.length < 5 || bytes[0] != 0) {
            throw new UnreadableException("no schema id");
        }
        int id = ByteBuffer.wrap(bytes, 1, 4).getInt();
        Schema schema = schema(id);
        Optional<String> violation = SchemaBounds.violation(schema);
        if (violation.isPresent()) {
            throw new UnreadableException(violation.get());
        }
        Object datum = AvroReading.read(schema, bytes, 5);
        AvroLeaves avro = new AvroLeaves(groups, this, leaves);
        boolean isRecord =
                datum instanceof org.apache.avro.generic.GenericRecord
                        && AvroLeaves.isRecordOrOptionalRecord(schema);
        if (spread && isRecord) {
            avro.add("", datum, schema, root);
        } else {
            avro.add(group, datum, schema, below);
        }
    }

    private Schema schema(int id) throws UnreadableException {
        Optional<Schema> found;
        try {
            found = schemas.byId(id);
        } catch (RuntimeException e) {
            throw TableFlowException.retryable(
                    "schema %d cannot be had: %s".formatted(id, e.getMessage()), e);
        }
        return found.orElseThrow(() -> new UnreadableException("no schema " + id));
    }
}
