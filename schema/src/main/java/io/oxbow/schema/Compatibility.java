package io.oxbow.schema;

import java.util.ArrayList;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.Incompatibility;

/** Checks a candidate against earlier versions, by Avro's rules of schema resolution. */
final class Compatibility {

    private Compatibility() {}

    /**
     * @param earlier oldest first
     * @return what is wrong, one sentence each; empty when compatible
     */
    static List<String> violations(
            CompatibilityLevel level, Schema candidate, List<SubjectVersion> earlier) {
        List<SubjectVersion> checked =
                level.transitive() || earlier.isEmpty() ? earlier : List.of(earlier.getLast());
        List<String> violations = new ArrayList<>();
        for (SubjectVersion version : checked.reversed()) {
            check(level, candidate, version, violations);
        }
        return violations;
    }

    private static void check(
            CompatibilityLevel level,
            Schema candidate,
            SubjectVersion version,
            List<String> violations) {
        Schema old = version.schema().avro();
        int before = violations.size();
        if (level.backward()) {
            for (Incompatibility found : incompatibilities(candidate, old)) {
                violations.add(describe(found, "new schema", "version " + version.version()));
            }
        }
        if (level.forward()) {
            for (Incompatibility found : incompatibilities(old, candidate)) {
                violations.add(describe(found, "version " + version.version(), "new schema"));
            }
        }
        if (violations.size() > before) {
            violations.add(
                    "{version " + version.version() + ": '" + version.schema().text() + "'}");
        }
    }

    private static List<Incompatibility> incompatibilities(Schema reader, Schema writer) {
        return SchemaCompatibility.checkReaderWriterCompatibility(reader, writer)
                .getResult()
                .getIncompatibilities();
    }

    private static String describe(Incompatibility found, String reader, String writer) {
        String what =
                switch (found.getType()) {
                    case NAME_MISMATCH -> "the name of the type differs";
                    case FIXED_SIZE_MISMATCH -> "the size of the fixed type differs";
                    case MISSING_ENUM_SYMBOLS ->
                            "the reader's enum lacks symbols and has no default";
                    case READER_FIELD_MISSING_DEFAULT_VALUE ->
                            "the field is missing in the writer and has no default in the reader";
                    case TYPE_MISMATCH -> "the type can't be read as the reader's type";
                    case MISSING_UNION_BRANCH ->
                            "the reader's union lacks a branch of the writer's";
                };
        return "{"
                + found.getType()
                + " at '"
                + found.getLocation()
                + "': "
                + what
                + " ("
                + found.getMessage()
                + "); reader: "
                + reader
                + ", writer: "
                + writer
                + "}";
    }
}
