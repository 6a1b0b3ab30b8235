package io.oxbow.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;

/** A schema as a request's body carries it. */
record SchemaRequest(String text, List<SchemaReference> references) {

    /** A schema of the largest size, each character escaped, and its references. */
    private static final int MAX_BODY_BYTES = 6 * SchemaRegistry.MAX_SCHEMA_LENGTH + (1 << 20);

    static JsonNode read(ObjectMapper json, Context ctx) {
        try (InputStream in = ctx.bodyInputStream()) {
            byte[] bytes = in.readNBytes(MAX_BODY_BYTES + 1);
            if (bytes.length > MAX_BODY_BYTES) {
                throw new RegistryException(
                        RegistryError.TOO_LARGE,
                        "The request is larger than " + MAX_BODY_BYTES + " bytes");
            }
            return json.readTree(bytes);
        } catch (IOException e) {
            throw new RegistryException(
                    RegistryError.BAD_REQUEST, "The request is not JSON: " + e.getMessage());
        }
    }

    static SchemaRequest parse(JsonNode body) {
        String type = body.path("schemaType").asText(RegisteredSchema.AVRO);
        if (!type.equals("null") && !type.equals(RegisteredSchema.AVRO)) {
            throw new RegistryException(
                    RegistryError.INVALID_SCHEMA,
                    "Invalid schema type " + type + "; this registry knows AVRO");
        }
        JsonNode schema = body.path("schema");
        if (!schema.isTextual()) {
            throw new RegistryException(
                    RegistryError.UNPROCESSABLE, "The request has no string 'schema'");
        }
        List<SchemaReference> references = new ArrayList<>();
        for (JsonNode reference : body.path("references")) {
            references.add(reference(reference));
        }
        return new SchemaRequest(schema.textValue(), references);
    }

    private static SchemaReference reference(JsonNode node) {
        if (!node.path("name").isTextual()
                || !node.path("subject").isTextual()
                || !node.path("version").isInt()) {
            throw new RegistryException(
                    RegistryError.UNPROCESSABLE,
                    "A reference wants 'name', 'subject' and an integer 'version'");
        }
        return new SchemaReference(
                node.path("name").textValue(),
                node.path("subject").textValue(),
                node.path("version").intValue());
    }
}
