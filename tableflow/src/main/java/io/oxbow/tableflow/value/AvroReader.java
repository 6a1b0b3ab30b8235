package io.oxbow.tableflow.value;

import org.jspecify.annotations.Nullable;

/** Reads one value, of one writer's type, as the internal representation of one column's type. */
@FunctionalInterface
interface AvroReader {
    @Nullable Object read(AvroInput in);
}
