package io.oxbow.tableflow.value;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteConstraints;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import org.apache.avro.Schema;

/**
 * Reads Avro values as JSON text, in Avro's own JSON encoding, for types that hold themselves. In
 * it a union's value is an object named by its branch, and bytes are text of the code points 0 to
 * 255.
 */
final class AvroJson implements AvroReader {

    /** Deepest nesting of a value; a record beyond it is not taken. */
    private static final int DEPTH_MAX = 500;

    private static final JsonFactory FACTORY =
            JsonFactory.builder()
                    .streamWriteConstraints(
                            StreamWriteConstraints.builder().maxNestingDepth(3 * DEPTH_MAX).build())
                    .build();

    private final Schema schema;

    AvroJson(Schema schema) {
        this.schema = schema;
    }

    @Override
    public String read(AvroInput in) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = FACTORY.createGenerator(text)) {
            write(in, schema, json, 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }

    private static void write(AvroInput in, Schema schema, JsonGenerator json, int depth)
            throws IOException {
        if (depth > DEPTH_MAX) {
            throw new BadRecordException("a value is nested deeper than " + DEPTH_MAX);
        }
        switch (schema.getType()) {
            case NULL -> json.writeNull();
            case BOOLEAN -> json.writeBoolean(in.readBoolean());
            case INT -> json.writeNumber(in.readInt());
            case LONG -> json.writeNumber(in.readLong());
            case FLOAT -> json.writeNumber(in.readFloat());
            case DOUBLE -> json.writeNumber(in.readDouble());
            case STRING -> json.writeString(in.readString().toString());
            case BYTES -> json.writeString(latin(in.readBytes()));
            case FIXED -> json.writeString(latin(in.readFixed(schema.getFixedSize())));
            case ENUM -> json.writeString(counted(in, symbol(in, schema)));
            case ARRAY -> array(in, schema, json, depth);
            case MAP -> map(in, schema, json, depth);
            case RECORD -> record(in, schema, json, depth);
            case UNION -> union(in, schema, json, depth);
        }
    }

    private static String latin(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    private static String counted(AvroInput in, String text) {
        in.budget().takeText(text.length());
        return text;
    }

    static String symbol(AvroInput in, Schema schema) {
        var symbols = schema.getEnumSymbols();
        return symbols.get(in.readIndex(symbols.size()));
    }

    private static void array(AvroInput in, Schema schema, JsonGenerator json, int depth)
            throws IOException {
        json.writeStartArray();
        for (long n = in.readBlockCount(); n > 0; n = in.readBlockCount()) {
            for (long i = 0; i < n; i++) {
                in.budget().take(1);
                write(in, schema.getElementType(), json, depth + 1);
            }
        }
        json.writeEndArray();
    }

    private static void map(AvroInput in, Schema schema, JsonGenerator json, int depth)
            throws IOException {
        Set<String> keys = new HashSet<>();
        json.writeStartObject();
        for (long n = in.readBlockCount(); n > 0; n = in.readBlockCount()) {
            for (long i = 0; i < n; i++) {
                in.budget().take(1);
                String key = in.readString().toString();
                if (!keys.add(key)) {
                    throw AvroPlan.twice(key);
                }
                json.writeFieldName(key);
                write(in, schema.getValueType(), json, depth + 1);
            }
        }
        json.writeEndObject();
    }

    private static void record(AvroInput in, Schema schema, JsonGenerator json, int depth)
            throws IOException {
        json.writeStartObject();
        for (Schema.Field field : schema.getFields()) {
            json.writeFieldName(counted(in, field.name()));
            write(in, field.schema(), json, depth + 1);
        }
        json.writeEndObject();
    }

    private static void union(AvroInput in, Schema schema, JsonGenerator json, int depth)
            throws IOException {
        Schema branch = schema.getTypes().get(in.readIndex(schema.getTypes().size()));
        if (branch.getType() == Schema.Type.NULL) {
            json.writeNull();
            return;
        }
        json.writeStartObject();
        json.writeFieldName(counted(in, branch.getFullName()));
        write(in, branch, json, depth + 1);
        json.writeEndObject();
    }
}
