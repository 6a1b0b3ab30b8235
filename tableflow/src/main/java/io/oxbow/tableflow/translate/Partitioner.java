package io.oxbow.tableflow.translate;

import io.oxbow.tableflow.TableFlowException;
import io.oxbow.tableflow.config.PartitionField;
import io.oxbow.tableflow.value.BadRecordException;
import io.oxbow.tableflow.write.Row;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Function;
import org.apache.iceberg.PartitionKey;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Computes the table partition of each row; returns the same key object while the partition stays
 * the same.
 */
final class Partitioner {

    /** Longest value of a partition, which stands in every manifest entry and path. */
    private static final int VALUE_LENGTH_MAX = 500;

    private final Function<Schema, PartitionSpec> specs;
    private @Nullable Schema schema;
    private PartitionSpec spec = PartitionSpec.unpartitioned();
    private @Nullable PartitionKey scratch;
    private @Nullable PartitionKey last;

    private Partitioner(Function<Schema, PartitionSpec> specs) {
        this.specs = specs;
    }

    static Partitioner of(PartitionSpec spec) {
        return new Partitioner(schema -> spec);
    }

    /**
     * Returns the partitioner of a table that is not made yet; a type that its setting cannot take
     * is fatal.
     */
    static Partitioner unborn(List<PartitionField> fields) {
        return new Partitioner(schema -> spec(fields, schema));
    }

    static PartitionSpec spec(List<PartitionField> fields, Schema schema) {
        try {
            return PartitionField.spec(fields, schema);
        } catch (IllegalArgumentException e) {
            throw new TableFlowException(
                    String.valueOf(e.getMessage()), TableFlowException.Retry.FATAL, e);
        }
    }

    /**
     * @param rowSchema that the row is of
     * @throws BadRecordException when it has a value that no partition is named by
     * @throws RuntimeException when a transform cannot take a value
     */
    PartitionKey of(Row row, Schema rowSchema) {
        PartitionKey key = scratch;
        if (key == null || schema != rowSchema) {
            spec = specs.apply(rowSchema);
            key = new PartitionKey(spec, rowSchema);
            scratch = key;
            schema = rowSchema;
        }
        key.partition(row);
        PartitionKey known = last;
        if (known != null && key.equals(known)) {
            return known;
        }
        check(key);
        PartitionKey copy = key.copy();
        last = copy;
        return copy;
    }

    private void check(PartitionKey key) {
        for (int i = 0; i < key.size(); i++) {
            int length =
                    switch (key.get(i, Object.class)) {
                        case CharSequence text -> text.length();
                        case ByteBuffer bytes -> bytes.remaining();
                        case null, default -> 0;
                    };
            if (length > VALUE_LENGTH_MAX) {
                throw new BadRecordException(
                        "the value for partition field '%s' is %d long; a partition's is at most %d"
                                .formatted(spec.fields().get(i).name(), length, VALUE_LENGTH_MAX));
            }
        }
    }
}
