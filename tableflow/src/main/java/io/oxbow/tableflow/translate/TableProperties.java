package io.oxbow.tableflow.translate;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.oxbow.tableflow.TableFlowException;
import io.oxbow.tableflow.commit.TableProgress;
import io.oxbow.tableflow.shape.SystemColumns;
import io.oxbow.tableflow.shape.TableShape;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.PartitionField;
import org.apache.iceberg.TableMetadata;

/** Properties in which a table of ours keeps its own state. */
public final class TableProperties {

    public static final String TOPIC = "oxbow.topic";
    public static final String COLUMN_PREFIX = "oxbow.column-prefix";
    public static final String KEY_FORMAT = "oxbow.key-format";
    public static final String VALUE_FORMAT = "oxbow.value-format";

    /** Formats in force before, and the offsets up to which they were. */
    static final String FORMATS_BEFORE = "oxbow.formats-before";

    /** Counts of the formats of keys and values, as long as {@code auto} counts them. */
    static final String FORMATS_SEEN = "oxbow.formats-seen";

    /** The setting of which the partition spec was made last. */
    static final String PARTITION_BY = "oxbow.partition-by";

    public static final String SOURCE_NAMES = "oxbow.source-names";

    private static final ObjectMapper JSON = new ObjectMapper();

    private TableProperties() {}

    /** Returns the properties of a new table, engines' settings included. */
    static Map<String, String> ofNew(TableTopic topic) {
        Map<String, String> properties = new HashMap<>();
        properties.put(TOPIC, topic.name());
        properties.put(TableProgress.TOPIC_ID, topic.id().toString());
        properties.put(COLUMN_PREFIX, topic.config().columnPrefix());
        properties.put(PARTITION_BY, Repartitioning.setting(topic.config()));
        properties.put("format-version", "2");
        properties.put("write.parquet.compression-codec", "zstd");
        properties.put("write.parquet.row-group-size-bytes", Long.toString(64L << 20));
        // A commit a minute would leave half a million metadata files a year.
        properties.put("write.metadata.delete-after-commit.enabled", "true");
        properties.put("write.metadata.previous-versions-max", "20");
        return properties;
    }

    /** Returns the properties that a shape's growth changes. */
    public static Map<String, String> of(TableShape shape) {
        try {
            return Map.of(SOURCE_NAMES, JSON.writeValueAsString(shape.sourceNames()));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Returns the present shape of a table. */
    public static TableShape shape(TableMetadata metadata) {
        TableShape shape =
                TableShape.of(
                        new SystemColumns(metadata.property(COLUMN_PREFIX, "kafka_")),
                        metadata.schema(),
                        metadata.schemas(),
                        metadata.lastColumnId(),
                        sourceNames(metadata.properties()));
        metadata.specs()
                .forEach(spec ->
                        shape.reserve(spec.fields().stream().map(PartitionField::name).toList()));
        return shape;
    }

    /** Returns the names that records have for a field id, where the column's own name differs. */
    public static Map<Integer, List<String>> sourceNames(Map<String, String> properties) {
        try {
            return JSON.readValue(
                    properties.getOrDefault(SOURCE_NAMES, "{}"),
                    new TypeReference<Map<Integer, List<String>>>() {});
        } catch (JsonProcessingException e) {
            throw new TableFlowException(
                    "the table's property " + SOURCE_NAMES + " is damaged",
                    TableFlowException.Retry.FATAL,
                    e);
        }
    }
}
