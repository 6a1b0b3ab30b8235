package io.oxbow.schema;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A record of the schema log, as {@link RegistryRecordCodec} reads and writes it. */
sealed interface RegistryRecord {

    record SchemaVersion(
            String subject,
            int version,
            int id,
            List<SchemaReference> references,
            String text,
            boolean deleted)
            implements RegistryRecord {}

    /** Deletes a version for good. */
    record SchemaTombstone(String subject, int version) implements RegistryRecord {}

    /**
     * @param subject null for the global level
     * @param level null when the setting is gone
     */
    record Config(@Nullable String subject, @Nullable CompatibilityLevel level)
            implements RegistryRecord {}

    /** Deletes the versions through {@code version} softly. */
    record DeleteSubject(String subject, int version) implements RegistryRecord {}

    /**
     * Changes no schema.
     *
     * @param maxId ids through this one have been given out; 0 says nothing
     */
    record Noop(int maxId) implements RegistryRecord {}
}
