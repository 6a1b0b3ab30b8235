package io.oxbow.catalog;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Encodes and decodes values of pointers; the package's doc has the grammar. */
final class PointerValue {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int FORMAT = 1;

    private PointerValue() {}

    static byte[] ofNamespace(Map<String, String> properties) {
        ObjectNode node = JSON.createObjectNode().put("format", FORMAT);
        ObjectNode target = node.putObject("properties");
        new TreeMap<>(properties).forEach(target::put);
        return bytes(node);
    }

    static Map<String, String> properties(byte[] value) {
        Map<String, String> properties = new LinkedHashMap<>();
        read(value)
                .path("properties")
                .properties()
                .forEach(property ->
                        properties.put(property.getKey(), property.getValue().asText()));
        return properties;
    }

    static byte[] ofName(String tableId) {
        return bytes(JSON.createObjectNode().put("format", FORMAT).put("table", tableId));
    }

    static String tableId(byte[] value) {
        return text(value, "table");
    }

    /**
     * @param folder that all of the table's files lie in; empty when that is not known
     */
    static byte[] ofTable(String metadataLocation, Optional<Location> folder) {
        ObjectNode node =
                JSON.createObjectNode()
                        .put("format", FORMAT)
                        .put("metadata-location", metadataLocation);
        folder.ifPresent(location -> node.put("folder", location.toString()));
        return bytes(node);
    }

    /**
     * Returns the folder that all of the table's files lie in; empty for a table from before
     * folders counted.
     */
    static Optional<Location> folder(byte[] value) {
        return Optional.ofNullable(read(value).path("folder").textValue()).map(Location::of);
    }

    static String metadataLocation(byte[] value) {
        return text(value, "metadata-location");
    }

    private static String text(byte[] value, String field) {
        JsonNode found = read(value).path(field);
        if (!found.isTextual()) {
            throw new IllegalStateException("catalog pointer without " + field);
        }
        return found.textValue();
    }

    private static JsonNode read(byte[] value) {
        try {
            JsonNode node = JSON.readTree(value);
            if (node.path("format").asInt() != FORMAT) {
                throw new IllegalStateException(
                        "catalog pointer of format " + node.path("format") + ", not " + FORMAT);
            }
            return node;
        } catch (IOException e) {
            throw new IllegalStateException("catalog pointer that is no JSON", e);
        }
    }

    private static byte[] bytes(ObjectNode node) {
        try {
            return JSON.writeValueAsBytes(node);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
