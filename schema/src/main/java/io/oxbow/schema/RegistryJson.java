package io.oxbow.schema;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** Makes bodies of responses. As in Confluent's, AVRO goes unsaid. */
final class RegistryJson {

    private RegistryJson() {}

    static ObjectNode error(int code, String message) {
        return object().put("error_code", code).put("message", message);
    }

    /**
     * @param maxId 0 leaves it out
     */
    static ObjectNode schema(RegisteredSchema schema, int maxId) {
        ObjectNode node = object().put("schema", schema.text());
        references(node, schema);
        return maxId == 0 ? node : node.put("maxId", maxId);
    }

    static ObjectNode version(SubjectVersion v) {
        ObjectNode node =
                object().put("subject", v.subject()).put("version", v.version()).put("id", v.id());
        references(node, v.schema());
        return node.put("schema", v.schema().text());
    }

    /**
     * Returns the answer to a registration; a client that knows only the id finds it here as ever.
     */
    static ObjectNode registered(SubjectVersion v) {
        ObjectNode node = object().put("id", v.id()).put("version", v.version());
        references(node, v.schema());
        return node.put("schema", v.schema().text());
    }

    /** Returns the versions' bodies, each of which is made when it is written. */
    static Iterable<ObjectNode> versions(List<SubjectVersion> versions) {
        return () -> versions.stream().map(RegistryJson::version).iterator();
    }

    private static void references(ObjectNode node, RegisteredSchema schema) {
        if (schema.references().isEmpty()) {
            return;
        }
        ArrayNode references = node.putArray("references");
        for (SchemaReference reference : schema.references()) {
            references
                    .addObject()
                    .put("name", reference.name())
                    .put("subject", reference.subject())
                    .put("version", reference.version());
        }
    }

    private static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }
}
