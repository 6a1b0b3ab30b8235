package io.oxbow.node.cluster;

import io.oxbow.tableflow.value.WriterSchemas;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;

/**
 * Schemas that the node which serves the registry knows, for translators on any node. What was
 * found is kept: an id's schema never changes.
 */
public final class LeadersSchemas implements WriterSchemas {

    private final SchemaCalls calls;
    private final Map<Integer, Schema> known = new ConcurrentHashMap<>();

    public LeadersSchemas(SchemaCalls calls) {
        this.calls = calls;
    }

    @Override
    public Optional<Schema> byId(int id) {
        return ofNow().byId(id);
    }

    @Override
    public WriterSchemas ofNow() {
        return new OfNow();
    }

    private SchemaCalls.Answer ask(int id) {
        try {
            return calls.ask(id);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RegistryAwayException("interrupted while asking for schema " + id);
        }
    }

    private Schema keep(int id, String text) {
        var parser = new Schema.Parser();
        // As the registry is: older writers were not strict about defaults.
        parser.setValidateDefaults(false);
        Schema schema = parser.parse(text);
        known.put(id, schema);
        return schema;
    }

    /**
     * Schemas for records that were in the log when this was made. What has not been found for one
     * of them is not asked for again: it was not registered when they were written. Used by one
     * thread.
     */
    private final class OfNow implements WriterSchemas {

        private final Set<Integer> missing = new HashSet<>();
        private int maxId = Integer.MAX_VALUE;

        @Override
        public Optional<Schema> byId(int id) {
            Schema schema = known.get(id);
            if (schema != null) {
                return Optional.of(schema);
            }
            if (id <= 0 || id > maxId || missing.contains(id)) {
                return Optional.empty();
            }
            return switch (ask(id)) {
                case SchemaCalls.Answer.Found found -> Optional.of(keep(id, found.text()));
                case SchemaCalls.Answer.None none -> {
                    maxId = none.maxId();
                    missing.add(id);
                    yield Optional.empty();
                }
                case SchemaCalls.Answer.Invalid invalid ->
                        throw new AvroRuntimeException(invalid.why());
            };
        }
    }
}
