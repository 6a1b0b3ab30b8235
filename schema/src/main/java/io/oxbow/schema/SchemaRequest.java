package io.oxbow.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.BooleanNode;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;

/** Reads a schema from a request's body. */
final class SchemaRequest {

    /** Largest body: a schema of the largest size, each character escaped, and its references. */
    private static final int BODY_BYTES_MAX = 6 * SchemaRegistry.SCHEMA_LENGTH_MAX + (1 << 20);

    /** Fields that Confluent's registry would keep with a schema, and this one would lose. */
    private static final List<String> NOT_KEPT =
            List.of(
                    "metadata",
                    "ruleSet",
                    "schemaTags",
                    "schemaTagsToAdd",
                    "schemaTagsToRemove",
                    "propagateSchemaTags");

    private SchemaRequest() {}

    static JsonNode read(ObjectMapper json, Context ctx) {
        try (InputStream in = ctx.bodyInputStream()) {
            byte[] bytes = in.readNBytes(BODY_BYTES_MAX + 1);
            if (bytes.length > BODY_BYTES_MAX) {
                throw new RegistryException(
                        RegistryError.TOO_LARGE,
                        "The request is larger than " + BODY_BYTES_MAX + " bytes");
            }
            return json.readTree(bytes);
        } catch (IOException e) {
            throw new RegistryException(
                    RegistryError.BAD_REQUEST, "The request is not JSON: " + e.getMessage());
        }
    }

    static SchemaRegistry.Candidate parse(JsonNode body, boolean normalize) {
        refuseWhatIsNotKept(body);
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
        return new SchemaRegistry.Candidate(schema.textValue(), references, normalize);
    }

    private static void refuseWhatIsNotKept(JsonNode body) {
        for (String field : NOT_KEPT) {
            refuseIf(says(body.path(field)), field);
        }
        // A client that does not import schemas sends 0 or -1.
        for (String field : List.of("id", "version")) {
            refuseIf(body.path(field).asLong(0) > 0 || body.path(field).isContainerNode(), field);
        }
    }

    private static boolean says(JsonNode value) {
        return value.isContainerNode()
                ? !value.isEmpty()
                : !value.isMissingNode() && !value.isNull() && !value.equals(BooleanNode.FALSE);
    }

    private static void refuseIf(boolean given, String field) {
        if (given) {
            throw new RegistryException(
                    RegistryError.UNPROCESSABLE,
                    "This registry does not keep '" + field + "'; register the schema without it");
        }
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
                SubjectName.plain(node.path("subject").textValue()),
                node.path("version").intValue());
    }
}
