package io.oxbow.tableflow.verify;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.oxbow.tableflow.shape.SystemColumns;
import io.oxbow.tableflow.value.WriterSchemas;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.io.DecoderFactory;

/** Works out what a key or a value should have become. */
final class ExpectedLeaves {

    private static final ObjectMapper JSON =
            new ObjectMapper()
                    .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private final FieldGroups groups;
    private final FieldGroups.Level root;
    private final WriterSchemas schemas;

    ExpectedLeaves(FieldGroups groups, FieldGroups.Level root, WriterSchemas schemas) {
        this.groups = groups;
        this.root = root;
        this.schemas = schemas;
    }

    /** Bytes that cannot be what their format says: they belong in the quarantine. */
    static final class UnreadableException extends Exception {
        private static final long serialVersionUID = 1L;

        UnreadableException(String message) {
            super(message);
        }
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
                JsonNode node = parse(bytes);
                if (spread && node.isObject()) {
                    json("", node, root, leaves);
                } else {
                    json(group, node, below, leaves);
                }
            }
            case "avro" -> avro(bytes, spread, group, below, leaves);
            case "string" -> leaves.text(group, new String(bytes, StandardCharsets.UTF_8));
            default -> leaves.bytes(group, bytes);
        }
    }

    static JsonNode parse(byte[] bytes) throws UnreadableException {
        try {
            JsonNode node = JSON.readTree(bytes);
            if (node.isMissingNode()) {
                throw new UnreadableException("not JSON");
            }
            return node;
        } catch (IOException e) {
            throw new UnreadableException("not JSON: " + e.getMessage());
        }
    }

    /** Leaves of a JSON value; null and empty things have none. */
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
        Schema schema =
                schemas.byId(id).orElseThrow(() -> new UnreadableException("no schema " + id));
        Object datum = datum(schema, bytes);
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

    private static Object datum(Schema schema, byte[] bytes) throws UnreadableException {
        try {
            var decoder = DecoderFactory.get().binaryDecoder(bytes, 5, bytes.length - 5, null);
            // Without conversions: logical types are worked out here, from the raw values.
            Object datum =
                    new GenericDatumReader<>(schema, schema, new GenericData()).read(null, decoder);
            if (!decoder.isEnd()) {
                throw new UnreadableException("bytes are left");
            }
            return datum == null ? NOTHING : datum;
        } catch (IOException | RuntimeException e) {
            throw new UnreadableException("not Avro: " + e);
        }
    }

    /** Stands for an Avro null. */
    static final Object NOTHING = new Object();
}
