package io.oxbow.tableflow.verify;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;

/** Reads JSON by the rules that docs/types.md states, with nothing of the translator's. */
final class JsonReading {

    private static final int SCALE_MAX = 10_000;

    private static final ObjectReader TREES =
            new ObjectMapper(
                            JsonFactory.builder()
                                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                                    .streamReadConstraints(
                                            StreamReadConstraints.builder()
                                                    .maxStringLength(Integer.MAX_VALUE)
                                                    .build())
                                    .build())
                    .setNodeFactory(JsonNodeFactory.withExactBigDecimals(true))
                    .reader()
                    .with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .with(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);

    private JsonReading() {}

    /** Decodes bytes as text in UTF-8. */
    static String text(byte[] bytes) throws UnreadableException {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException e) {
            throw new UnreadableException("not UTF-8");
        }
    }

    static JsonNode parse(byte[] bytes) throws UnreadableException {
        String text = text(bytes);
        try (JsonParser parser =
                TREES.getFactory()
                        .createParser(text.startsWith("\ufeff") ? text.substring(1) : text)) {
            JsonNode node = TREES.readTree(parser);
            if (node == null || node.isMissingNode()) {
                throw new UnreadableException("nothing there");
            }
            check(node);
            return node;
        } catch (IOException e) {
            throw new UnreadableException("not JSON: " + e.getMessage());
        }
    }

    private static void check(JsonNode node) throws UnreadableException {
        if (node.isTextual()) {
            checkText(node.textValue());
        } else if (node.isBigDecimal()
                && Math.abs((long) node.decimalValue().scale()) > SCALE_MAX) {
            throw new UnreadableException("a number beyond bounds");
        }
        for (Iterator<String> names = node.fieldNames(); names.hasNext(); ) {
            checkText(names.next());
        }
        for (JsonNode inside : node) {
            check(inside);
        }
    }

    private static void checkText(String text) throws UnreadableException {
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
            throw new UnreadableException("a lone surrogate");
        }
    }
}
