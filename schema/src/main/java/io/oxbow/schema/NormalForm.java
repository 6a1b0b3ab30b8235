package io.oxbow.schema;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * The normal form of a schema's text: attributes that Avro doesn't know stand behind those it
 * knows, sorted, as do the keys of all values. Two schemas that differ in the order of attributes
 * alone have the same.
 */
final class NormalForm {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** Attributes with a place of their own in Avro's rendering. */
    private static final List<String> KNOWN =
            List.of(
                    "type",
                    "name",
                    "namespace",
                    "doc",
                    "fields",
                    "symbols",
                    "items",
                    "values",
                    "size",
                    "default",
                    "order",
                    "aliases");

    /** Attributes whose values are schemas, or lists of fields. */
    private static final Set<String> SCHEMAS = Set.of("type", "fields", "items", "values");

    private NormalForm() {}

    /**
     * @param canonical Avro's own rendering of a schema
     */
    static String of(String canonical) {
        try {
            return JSON.writeValueAsString(schema(JSON.readTree(canonical)));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
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
        ObjectNode sorted = JsonNodeFactory.instance.objectNode();
        for (String name : KNOWN) {
            JsonNode value = object.get(name);
            if (value != null) {
                sorted.set(name, SCHEMAS.contains(name) ? schema(value) : value(value));
            }
        }
        for (String name : names(object)) {
            if (!sorted.has(name)) {
                sorted.set(name, value(object.get(name)));
            }
        }
        return sorted;
    }

    private static JsonNode value(JsonNode node) {
        if (node instanceof ArrayNode array) {
            ArrayNode values = JsonNodeFactory.instance.arrayNode();
            array.forEach(each -> values.add(value(each)));
            return values;
        }
        if (!(node instanceof ObjectNode object)) {
            return node;
        }
        ObjectNode sorted = JsonNodeFactory.instance.objectNode();
        names(object).forEach(name -> sorted.set(name, value(object.get(name))));
        return sorted;
    }

    private static Set<String> names(ObjectNode object) {
        List<String> names = new ArrayList<>();
        object.fieldNames().forEachRemaining(names::add);
        return new TreeSet<>(names);
    }
}
