package io.oxbow.schema;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Encodes and decodes keys and values of the schema log in Confluent's JSON; the package's doc has
 * the grammar.
 */
final class RegistryRecordCodec {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int NUMBER_MAX = 1 << 30;

    private RegistryRecordCodec() {}

    static byte[] key(RegistryRecord record) {
        return bytes(
                switch (record) {
                    case RegistryRecord.SchemaVersion v -> schemaKey(v.subject(), v.version());
                    case RegistryRecord.SchemaTombstone t -> schemaKey(t.subject(), t.version());
                    case RegistryRecord.Config c ->
                            keyOf("CONFIG").put("subject", c.subject()).put("magic", 0);
                    case RegistryRecord.DeleteSubject d ->
                            keyOf("DELETE_SUBJECT").put("subject", d.subject()).put("magic", 0);
                    case RegistryRecord.Noop _ -> keyOf("NOOP").put("magic", 0);
                });
    }

    static byte @Nullable [] value(RegistryRecord record) {
        return switch (record) {
            case RegistryRecord.SchemaVersion v -> bytes(schemaValue(v));
            case RegistryRecord.SchemaTombstone _ -> null;
            case RegistryRecord.Config c ->
                    c.level() == null
                            ? null
                            : bytes(object().put("compatibilityLevel", c.level().name()));
            case RegistryRecord.DeleteSubject d ->
                    bytes(object().put("subject", d.subject()).put("version", d.version()));
            case RegistryRecord.Noop n ->
                    n.maxId() == 0 ? null : bytes(object().put("maxId", n.maxId()));
        };
    }

    /** Decodes a record; empty when its key is of an unknown type. */
    static Optional<RegistryRecord> decode(byte[] key, byte @Nullable [] value) {
        JsonNode k = tree(key);
        JsonNode v = value == null ? null : tree(value);
        return switch (k.path("keytype").asText()) {
            case "SCHEMA" -> Optional.of(decodeSchema(k, v));
            case "CONFIG" ->
                    Optional.of(new RegistryRecord.Config(optionalText(k, "subject"), level(v)));
            case "DELETE_SUBJECT" ->
                    v == null
                            ? Optional.empty()
                            : Optional.of(
                                    new RegistryRecord.DeleteSubject(
                                            text(k, "subject"), integer(v, "version")));
            case "NOOP" ->
                    Optional.of(
                            new RegistryRecord.Noop(
                                    v == null || v.path("maxId").isMissingNode()
                                            ? 0
                                            : number(v, "maxId")));
            default -> Optional.empty();
        };
    }

    private static RegistryRecord decodeSchema(JsonNode key, @Nullable JsonNode value) {
        String subject = text(key, "subject");
        int version = number(key, "version");
        if (value == null) {
            return new RegistryRecord.SchemaTombstone(subject, version);
        }
        String type = value.path("schemaType").asText(RegisteredSchema.AVRO);
        if (!type.equals(RegisteredSchema.AVRO)) {
            throw new IllegalArgumentException("schema type " + type);
        }
        List<SchemaReference> references = new ArrayList<>();
        for (JsonNode reference : value.path("references")) {
            references.add(
                    new SchemaReference(
                            text(reference, "name"),
                            text(reference, "subject"),
                            integer(reference, "version")));
        }
        return new RegistryRecord.SchemaVersion(
                subject,
                version,
                number(value, "id"),
                references,
                text(value, "schema"),
                value.path("deleted").asBoolean(false));
    }

    private static ObjectNode schemaValue(RegistryRecord.SchemaVersion v) {
        ObjectNode value =
                object().put("subject", v.subject()).put("version", v.version()).put("id", v.id());
        if (!v.references().isEmpty()) {
            ArrayNode references = value.putArray("references");
            for (SchemaReference reference : v.references()) {
                references
                        .addObject()
                        .put("name", reference.name())
                        .put("subject", reference.subject())
                        .put("version", reference.version());
            }
        }
        return value.put("schema", v.text()).put("deleted", v.deleted());
    }

    private static ObjectNode schemaKey(String subject, int version) {
        return keyOf("SCHEMA").put("subject", subject).put("version", version).put("magic", 1);
    }

    private static ObjectNode keyOf(String type) {
        return object().put("keytype", type);
    }

    private static @Nullable CompatibilityLevel level(@Nullable JsonNode value) {
        return value == null ? null : CompatibilityLevel.parse(text(value, "compatibilityLevel"));
    }

    private static String text(JsonNode node, String field) {
        String text = optionalText(node, field);
        if (text == null) {
            throw new IllegalArgumentException("no " + field);
        }
        return text;
    }

    private static @Nullable String optionalText(JsonNode node, String field) {
        JsonNode value = node.path(field);
        return value.isTextual() ? value.textValue() : null;
    }

    /** An id or a version: a greater one would leave no room for those that follow. */
    private static int number(JsonNode node, String field) {
        int number = integer(node, field);
        if (number < 1 || number > NUMBER_MAX) {
            throw new IllegalArgumentException("%s %d".formatted(field, number));
        }
        return number;
    }

    private static int integer(JsonNode node, String field) {
        JsonNode value = node.path(field);
        if (!value.isInt()) {
            throw new IllegalArgumentException("no " + field);
        }
        return value.intValue();
    }

    private static JsonNode tree(byte[] bytes) {
        try {
            return JSON.readTree(bytes);
        } catch (IOException e) {
            throw new IllegalArgumentException("not JSON", e);
        }
    }

    private static ObjectNode object() {
        return JSON.createObjectNode();
    }

    private static byte[] bytes(ObjectNode node) {
        try {
            return JSON.writeValueAsBytes(node);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
