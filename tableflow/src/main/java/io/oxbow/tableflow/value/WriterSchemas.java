package io.oxbow.tableflow.value;

import java.util.Optional;
import org.apache.avro.Schema;

/**
 * Looks registered schemas up by id; a registry that cannot be asked right now is an exception,
 * never an empty result.
 */
@FunctionalInterface
public interface WriterSchemas {
    Optional<Schema> byId(int id);

    /**
     * Returns the schemas for records that are in the log by now, to be used by one thread. One
     * that is not found for them need not be looked for again.
     */
    default WriterSchemas ofNow() {
        return this;
    }

    /** Returns the schemas of topics that have none. */
    static WriterSchemas none() {
        return id -> Optional.empty();
    }
}
