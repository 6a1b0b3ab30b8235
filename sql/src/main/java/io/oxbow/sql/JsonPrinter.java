package io.oxbow.sql;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Prints a result as one JSON object per row and line. Numbers are JSON numbers, NaN and infinities
 * strings; times are ISO 8601, binary is hexadecimal.
 */
public final class JsonPrinter {

    private static final JsonFactory JSON =
            JsonFactory.builder().enable(JsonWriteFeature.WRITE_NAN_AS_STRINGS).build();

    private final PrintWriter out;

    public JsonPrinter(PrintWriter out) {
        this.out = out;
    }

    /** Prints everything; returns how many rows it was. */
    public long print(ResultTable result) {
        long count = 0;
        while (result.hasNext()) {
            List<@Nullable Object> row = result.next();
            java.io.StringWriter line = new java.io.StringWriter();
            try (JsonGenerator json = JSON.createGenerator(line)) {
                json.writeStartObject();
                for (int i = 0; i < row.size(); i++) {
                    json.writeFieldName(result.columns().get(i).name());
                    write(json, row.get(i));
                }
                json.writeEndObject();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            out.println(line);
            count++;
        }
        out.flush();
        return count;
    }

    private static void write(JsonGenerator json, @Nullable Object value) throws IOException {
        switch (value) {
            case null -> json.writeNull();
            case Boolean b -> json.writeBoolean(b);
            case Integer n -> json.writeNumber(n);
            case Long n -> json.writeNumber(n);
            case Float n -> json.writeNumber(n);
            case Double n -> json.writeNumber(n);
            case BigDecimal n -> json.writeNumber(n.toPlainString());
            case byte[] bytes -> json.writeString(HexFormat.of().formatHex(bytes));
            case List<?> list -> {
                json.writeStartArray();
                for (Object element : list) {
                    write(json, element);
                }
                json.writeEndArray();
            }
            case Map<?, ?> map -> {
                json.writeStartObject();
                for (Map.Entry<?, ?> entry : map.entrySet()) {
                    json.writeFieldName(ValueText.of(entry.getKey()));
                    write(json, entry.getValue());
                }
                json.writeEndObject();
            }
            default -> json.writeString(value.toString());
        }
    }
}
