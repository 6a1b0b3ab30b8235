package io.oxbow.tableflow.shape;

import java.util.List;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Types;

/** The system columns, which every table of ours has, whatever the records hold. */
public final class SystemColumns {

    /** Source of a record's key. No field of a record can be called that. */
    public static final String KEY = "\u0000key";

    /** Source of a record's value that is not a record of fields. */
    public static final String VALUE = "\u0000value";

    private final String prefix;

    public SystemColumns(String prefix) {
        this.prefix = prefix;
    }

    public String prefix() {
        return prefix;
    }

    public String partition() {
        return prefix + "partition";
    }

    public String offset() {
        return prefix + "offset";
    }

    public String timestamp() {
        return prefix + "timestamp";
    }

    public String headers() {
        return prefix + "headers";
    }

    public String ingestTime() {
        return prefix + "ingest_time";
    }

    public String key() {
        return prefix + "key";
    }

    public String value() {
        return prefix + "value";
    }

    /** Returns all names that the system keeps for itself. */
    public List<String> names() {
        return List.of(partition(), offset(), timestamp(), key(), headers(), ingestTime(), value());
    }

    /**
     * Returns the schema of a table's first columns; key and value follow when their types are
     * known.
     */
    public Schema schema() {
        return new Schema(
                Types.NestedField.required(1, partition(), Types.IntegerType.get()),
                Types.NestedField.required(2, offset(), Types.LongType.get()),
                Types.NestedField.optional(3, timestamp(), Types.TimestampType.withZone()),
                Types.NestedField.required(4, ingestTime(), Types.TimestampType.withZone()),
                Types.NestedField.optional(5, headers(), headersType(6)));
    }

    /** Returns the type of the headers' column: a list, so that repeated keys survive. */
    public static Types.ListType headersType(int firstId) {
        return Types.ListType.ofRequired(
                firstId,
                Types.StructType.of(
                        Types.NestedField.required(firstId + 1, "key", Types.StringType.get()),
                        Types.NestedField.optional(firstId + 2, "value", Types.BinaryType.get())));
    }
}
