package io.oxbow.schema;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;

/** Parses schemas, with the types that they refer to. Thread-safe. */
final class AvroParser {

    /** References of references of …: more than anyone has, and an end to a loop in the log. */
    private static final int MAX_DEPTH = 32;

    /** Finds the schema of a subject's version, deleted or not. */
    @FunctionalInterface
    interface Versions {
        Optional<RegisteredSchema> find(String subject, int version);
    }

    /**
     * @param text canonical rendering
     */
    record Parsed(Schema schema, String text) {}

    private final Versions versions;

    AvroParser(Versions versions) {
        this.versions = versions;
    }

    /**
     * @throws RegistryException INVALID_SCHEMA
     */
    Parsed parseNew(String text, List<SchemaReference> references) {
        Map<String, Schema> known = new HashMap<>();
        collect(references, known, 0);
        Schema schema = parse(text, known, true);
        return new Parsed(schema, canonical(schema, known));
    }

    /** As {@link #parseNew}, lenient about defaults as older writers were. */
    Schema parseRegistered(String text, List<SchemaReference> references) {
        Map<String, Schema> known = new HashMap<>();
        collect(references, known, 0);
        return parse(text, known, false);
    }

    private void collect(List<SchemaReference> references, Map<String, Schema> known, int depth) {
        if (depth > MAX_DEPTH) {
            throw invalid("references are nested more than " + MAX_DEPTH + " deep");
        }
        for (SchemaReference reference : references) {
            if (known.containsKey(reference.name())) {
                continue;
            }
            RegisteredSchema target =
                    versions.find(reference.subject(), reference.version())
                            .orElseThrow(() -> invalid("no such reference: " + reference));
            collect(target.references(), known, depth + 1);
            Schema.Parser parser = parser(known, false);
            define(parser, target.text(), known);
            if (!known.containsKey(reference.name())) {
                throw invalid(
                        "%s version %d does not define the type %s"
                                .formatted(
                                        reference.subject(),
                                        reference.version(),
                                        reference.name()));
            }
        }
    }

    private static void define(Schema.Parser parser, String text, Map<String, Schema> known) {
        try {
            parser.parse(text);
        } catch (AvroRuntimeException e) {
            throw invalid(e.getMessage());
        }
        known.putAll(parser.getTypes());
    }

    private static Schema parse(String text, Map<String, Schema> known, boolean strict) {
        try {
            return parser(known, strict).parse(text);
        } catch (AvroRuntimeException e) {
            throw invalid(e.getMessage());
        }
    }

    private static Schema.Parser parser(Map<String, Schema> known, boolean strict) {
        Schema.Parser parser = new Schema.Parser();
        parser.setValidateDefaults(strict);
        if (!known.isEmpty()) {
            parser.addTypes(new ArrayList<>(known.values()));
        }
        return parser;
    }

    /** References are left as names: only so does the text stay the registrant's own. */
    @SuppressWarnings("deprecation") // Avro has no other rendering that leaves types out
    private static String canonical(Schema schema, Map<String, Schema> known) {
        return known.isEmpty() ? schema.toString() : schema.toString(known.values(), false);
    }

    private static RegistryException invalid(@org.jspecify.annotations.Nullable String why) {
        return new RegistryException(
                RegistryError.INVALID_SCHEMA, "Invalid schema of type AVRO, details: " + why);
    }
}
