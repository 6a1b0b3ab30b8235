package io.oxbow.schema;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Set;

/**
 * Rewrites references to a named type by an object, <code>{"type": "ns.Name"}</code>, to the name
 * alone. Avro's older parsers took such objects and its newer one does not. They are rewritten to
 * the name alone.
 */
final class NamedTypes {

    private static final ObjectMapper JSON = new ObjectMapper();

    private static final Set<String> TYPES =
            Set.of(
                    "null", "boolean", "int", "long", "float", "double", "bytes", "string",
                    "record", "error", "enum", "array", "map", "fixed");

    private NamedTypes() {}

    /**
     * Returns the text with such objects as names; the same text when it has none or is no JSON.
     */
    static String simplified(String text) {
        try {
            JsonNode given = JSON.readTree(text);
            JsonNode simple = schema(given);
            return simple.equals(given) ? text : JSON.writeValueAsString(simple);
        } catch (JsonProcessingException e) {
            return text;
        }
    }

    private static JsonNode schema(JsonNode node) {
        if (node instanceof ArrayNode union) {
            ArrayNode branches = JsonNodeFactory.instance.arrayNode();
            union.forEach(branch -> branches.add(schema(branch)));
            return branches;
        }
        if (!(node instanceof ObjectNode object)) {
            return node;
        }
        JsonNode type = object.path("type");
        if (type.isContainerNode() || (type.isTextual() && !TYPES.contains(type.textValue()))) {
            return schema(type);
        }
        ObjectNode copy = object.deepCopy();
        for (String attribute : Set.of("items", "values")) {
            if (copy.has(attribute)) {
                copy.set(attribute, schema(copy.get(attribute)));
            }
        }
        if (copy.get("fields") instanceof ArrayNode fields) {
            for (JsonNode field : fields) {
                if (field instanceof ObjectNode holder && holder.has("type")) {
                    holder.set("type", schema(holder.get("type")));
                }
            }
        }
        return copy;
    }
}
