package io.oxbow.schema;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;

/** Parses schemas, with the types that they refer to. Thread-safe. */
final class AvroParser {

    /** Deepest chain of references: more than anyone has, and an end to a loop in the log. */
    private static final int DEPTH_MAX = 32;

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
        try {
            Map<String, Schema> known = known(references);
            Schema schema = parseAny(text, known);
            return new Parsed(schema, canonical(schema, known));
        } catch (StackOverflowError e) {
            throw invalid("types are nested too deep");
        }
    }

    private static Schema parseAny(String text, Map<String, Schema> known) {
        try {
            return parseBounded(text, known);
        } catch (RegistryException e) {
            String simplified = NamedTypes.simplified(text);
            if (simplified.equals(text)) {
                throw e;
            }
            return parseBounded(simplified, known);
        }
    }

    /**
     * Parses a text within the bounds, which come first: a check of defaults writes out every use
     * of a record.
     */
    private static Schema parseBounded(String text, Map<String, Schema> known) {
        SchemaBounds.violation(parse(text, known, false))
                .ifPresent(why -> {
                    throw invalid(why);
                });
        return parse(text, known, true);
    }

    /** Parses as {@link #parseNew}, but lenient about defaults as older writers were. */
    Schema parseRegistered(String text, List<SchemaReference> references) {
        return parse(text, known(references), false);
    }

    private Map<String, Schema> known(List<SchemaReference> references) {
        Map<String, Schema> known = new HashMap<>();
        collect(references, known, new HashSet<>(), 0);
        return known;
    }

    /**
     * Collects the types of the versions that references name; a reference's own name is for
     * people.
     */
    private void collect(
            List<SchemaReference> references,
            Map<String, Schema> known,
            Set<String> seen,
            int depth) {
        if (depth > DEPTH_MAX) {
            throw invalid("references are nested more than " + DEPTH_MAX + " deep");
        }
        for (SchemaReference reference : references) {
            if (!seen.add(reference.version() + ":" + reference.subject())) {
                continue;
            }
            RegisteredSchema target =
                    versions.find(reference.subject(), reference.version())
                            .orElseThrow(() -> invalid("no such reference: " + reference));
            collect(target.references(), known, seen, depth + 1);
            Schema.Parser parser = parser(known, false);
            define(parser, target.text(), known);
        }
    }

    private static void define(Schema.Parser parser, String text, Map<String, Schema> known) {
        try {
            parser.parse(text);
        } catch (AvroRuntimeException | IllegalArgumentException e) {
            throw invalid(e.getMessage());
        } catch (StackOverflowError e) {
            throw invalid("it is nested too deep");
        }
        known.putAll(parser.getTypes());
    }

    private static Schema parse(String text, Map<String, Schema> known, boolean strict) {
        try {
            return parser(known, strict).parse(text);
        } catch (RuntimeException e) {
            // On a text that is no schema Avro throws any exception, ClassCastException for one.
            throw invalid(e.getMessage());
        } catch (StackOverflowError e) {
            throw invalid("it is nested too deep");
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

    /**
     * Renders a schema, with references left as names: only so does the text stay the registrant's
     * own.
     */
    @SuppressWarnings("deprecation") // Avro has no other rendering that leaves types out
    private static String canonical(Schema schema, Map<String, Schema> known) {
        return known.isEmpty() ? schema.toString() : schema.toString(known.values(), false);
    }

    private static RegistryException invalid(@org.jspecify.annotations.Nullable String why) {
        return new RegistryException(
                RegistryError.INVALID_SCHEMA, "Invalid schema of type AVRO, details: " + why);
    }
}
