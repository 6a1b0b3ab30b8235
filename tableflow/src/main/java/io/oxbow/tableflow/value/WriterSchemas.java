package io.oxbow.tableflow.value;

import java.util.Optional;
import org.apache.avro.Schema;

/**
 * Registered schemas by id. A registry that cannot be asked right now throws; it never says none.
 */
@FunctionalInterface
public interface WriterSchemas {
    Optional<Schema> byId(int id);

    /** For topics that have none. */
    static WriterSchemas none() {
        return id -> Optional.empty();
    }
}
