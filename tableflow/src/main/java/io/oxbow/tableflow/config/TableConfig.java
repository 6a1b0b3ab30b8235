package io.oxbow.tableflow.config;

import io.oxbow.tableflow.shape.SystemColumns;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;

/**
 * A topic's settings for its table. Made once per change of the settings; valid when it exists.
 *
 * @param enabled whether the topic has a table at all
 * @param identifier the name under which the table is registered; the topic's where it has none
 * @param partitionBy partitioning of the files to come
 * @param freshnessMillis longest time until a record is in the table
 * @param retentionMillis time that the table keeps rows, by record timestamp; -1 for ever
 * @param snapshotRetentionMillis time for which states of the table can be read
 * @param snapshotMinCount number of newest snapshots that stay, however old
 * @param fileTargetBytes size of data files that small ones are merged into
 * @param pin whether the topic's retention waits for the table
 * @param columnPrefix prefix of system columns' names
 */
public record TableConfig(
        boolean enabled,
        TableIdentifier identifier,
        Format keyFormat,
        Format valueFormat,
        List<PartitionField> partitionBy,
        long freshnessMillis,
        long retentionMillis,
        long snapshotRetentionMillis,
        int snapshotMinCount,
        long fileTargetBytes,
        boolean pin,
        boolean paused,
        String columnPrefix) {

    public static final String ENABLE = "table.enable";
    public static final String NAMESPACE = "table.namespace";
    public static final String NAME = "table.name";
    public static final String KEY_FORMAT = "table.key.format";
    public static final String VALUE_FORMAT = "table.value.format";
    public static final String PARTITION_BY = "table.partition.by";
    public static final String FRESHNESS_MS = "table.freshness.ms";
    public static final String RETENTION_MS = "table.retention.ms";
    public static final String SNAPSHOT_RETENTION_MS = "table.snapshot.retention.ms";
    public static final String SNAPSHOT_MIN_COUNT = "table.snapshot.min.count";
    public static final String FILE_TARGET_BYTES = "table.file.target.bytes";
    public static final String RETENTION_PIN = "table.retention.pin";
    public static final String PAUSE = "table.pause";
    public static final String COLUMN_PREFIX = "table.column.prefix";

    /** End of the name of a table of records that could not become rows of another. */
    public static final String QUARANTINE_SUFFIX = "__quarantine";

    private static final String DEFAULT_NAMESPACE = "default";
    private static final String DEFAULT_PREFIX = "kafka_";
    private static final String DEFAULT_PARTITION_BY = "day(kafka_timestamp)";
    private static final Pattern NAME_PATTERN = Pattern.compile("[A-Za-z0-9_-]{0,200}");
    private static final Pattern NAMESPACE_PATTERN =
            Pattern.compile("(?=.{0,200}$)([A-Za-z0-9_-]+(\\.[A-Za-z0-9_-]+)*)?");
    private static final Pattern PREFIX_PATTERN = Pattern.compile("[a-z_][a-z0-9_]{0,30}");

    /** Returns the definitions of the settings, as Kafka's own tools know them. */
    public static ConfigDef definitions() {
        var def = new ConfigDef();
        defineIdentity(def);
        defineContent(def);
        definePace(def);
        defineLayout(def);
        return def;
    }

    private static void defineIdentity(ConfigDef def) {
        def.define(
                ENABLE,
                ConfigDef.Type.BOOLEAN,
                false,
                ConfigDef.Importance.HIGH,
                "True gives the topic an Iceberg table. Turning it on begins with the oldest record that the topic still holds.");
        def.define(
                NAMESPACE,
                ConfigDef.Type.STRING,
                "",
                matching(
                        NAMESPACE_PATTERN,
                        "up to 200 letters, digits, '_' and '-', with a '.' between levels"),
                ConfigDef.Importance.MEDIUM,
                "Namespace of the table. Empty: what stands before the last dot of the topic's name, or 'default'.");
        def.define(
                NAME,
                ConfigDef.Type.STRING,
                "",
                matching(NAME_PATTERN, "up to 200 letters, digits, '_' and '-'"),
                ConfigDef.Importance.MEDIUM,
                "Name of the table. Empty: what stands after the last dot of the topic's name.");
        def.define(
                COLUMN_PREFIX,
                ConfigDef.Type.STRING,
                DEFAULT_PREFIX,
                matching(
                        PREFIX_PATTERN,
                        "a lower-case letter or '_', then up to 30 of those and digits"),
                ConfigDef.Importance.LOW,
                "Prefix of the names of system columns. Used when the table is created.");
    }

    private static void defineContent(ConfigDef def) {
        def.define(
                KEY_FORMAT,
                ConfigDef.Type.STRING,
                Format.AUTO.spelling(),
                ConfigDef.ValidString.in(Format.spellings()),
                ConfigDef.Importance.MEDIUM,
                "Encoding of keys; altered, it counts for records from then on. auto: as most of the first 1,000 look.");
        def.define(
                VALUE_FORMAT,
                ConfigDef.Type.STRING,
                Format.AUTO.spelling(),
                ConfigDef.ValidString.in(Format.spellings()),
                ConfigDef.Importance.MEDIUM,
                "Encoding of values; altered, it counts for records from then on. auto: as most of the first 1,000 look.");
        def.define(
                PARTITION_BY,
                ConfigDef.Type.STRING,
                DEFAULT_PARTITION_BY,
                TableConfig::checkPartitionBy,
                ConfigDef.Importance.MEDIUM,
                "Partitioning of the table; altered, it counts for files from then on: a comma-separated list of identity(column), bucket(n, column), truncate(n, column), year|month|day|hour(column). Empty: none.");
    }

    private static void definePace(ConfigDef def) {
        def.define(
                FRESHNESS_MS,
                ConfigDef.Type.LONG,
                10_000L,
                ConfigDef.Range.atLeast(100L),
                ConfigDef.Importance.MEDIUM,
                "Goal for the time until a record is in the table, in milliseconds: one commit in each such period with records.");
        def.define(
                RETENTION_MS,
                ConfigDef.Type.LONG,
                -1L,
                ConfigDef.Range.atLeast(-1L),
                ConfigDef.Importance.MEDIUM,
                "Time that the table keeps rows, in milliseconds by record timestamp; "
                        + "whole files go. -1: for ever.");
        def.define(
                RETENTION_PIN,
                ConfigDef.Type.BOOLEAN,
                true,
                ConfigDef.Importance.MEDIUM,
                "True makes the topic's own retention wait until records are in the " + "table.");
        def.define(
                PAUSE,
                ConfigDef.Type.BOOLEAN,
                false,
                ConfigDef.Importance.MEDIUM,
                "True makes the table stand still for now; nothing is lost while the pin "
                        + "is on.");
    }

    private static void defineLayout(ConfigDef def) {
        def.define(
                SNAPSHOT_RETENTION_MS,
                ConfigDef.Type.LONG,
                432_000_000L,
                ConfigDef.Range.atLeast(1L),
                ConfigDef.Importance.MEDIUM,
                "Time for which earlier states of the table can be read, in milliseconds: each commit of the last 800 or more, and one an hour beyond.");
        def.define(
                SNAPSHOT_MIN_COUNT,
                ConfigDef.Type.INT,
                10,
                ConfigDef.Range.between(1, 500),
                ConfigDef.Importance.LOW,
                "Number of newest snapshots of the table that stay, however old they are.");
        def.define(
                FILE_TARGET_BYTES,
                ConfigDef.Type.LONG,
                128L << 20,
                ConfigDef.Range.between(1L << 16, 2L << 30),
                ConfigDef.Importance.MEDIUM,
                "Size of the data files that small ones are merged into, in bytes; an eighth of the node's heap at most.");
    }

    private static ConfigDef.Validator matching(Pattern pattern, String allowed) {
        return (key, value) -> {
            if (value == null || !pattern.matcher((String) value).matches()) {
                throw new ConfigException(key, value, "allowed are " + allowed);
            }
        };
    }

    private static void checkPartitionBy(String key, Object value) {
        try {
            PartitionField.parse((String) value);
        } catch (IllegalArgumentException e) {
            throw new ConfigException(key, value, e.getMessage());
        }
    }

    /**
     * Reads a topic's settings; keys that are not {@code table.*} are left alone.
     *
     * @throws ConfigException naming the key, the value and what is allowed
     */
    public static TableConfig of(String topic, Map<String, String> settings) {
        Map<String, Object> parsed = definitions().parse(settings);
        String prefix = string(parsed, COLUMN_PREFIX);
        String partitionBy = string(parsed, PARTITION_BY);
        if (partitionBy.equals(DEFAULT_PARTITION_BY)) {
            partitionBy = partitionBy.replace(DEFAULT_PREFIX, prefix);
        }
        List<PartitionField> partitioning = PartitionField.parse(partitionBy);
        checkSystemColumns(partitioning, partitionBy, prefix);
        boolean enabled = bool(parsed, ENABLE);
        return new TableConfig(
                enabled,
                enabled
                        ? identifier(topic, string(parsed, NAMESPACE), string(parsed, NAME))
                        : TableIdentifier.of(DEFAULT_NAMESPACE, topic),
                Format.of(string(parsed, KEY_FORMAT)),
                Format.of(string(parsed, VALUE_FORMAT)),
                partitioning,
                number(parsed, FRESHNESS_MS),
                number(parsed, RETENTION_MS),
                number(parsed, SNAPSHOT_RETENTION_MS),
                (Integer) value(parsed, SNAPSHOT_MIN_COUNT),
                number(parsed, FILE_TARGET_BYTES),
                bool(parsed, RETENTION_PIN),
                bool(parsed, PAUSE),
                prefix);
    }

    /** Refuses transforms that a column cannot have whose type is known before any record is. */
    private static void checkSystemColumns(
            List<PartitionField> partitioning, String value, String prefix) {
        try {
            PartitionField.spec(partitioning, new SystemColumns(prefix).schema());
        } catch (IllegalArgumentException e) {
            throw new ConfigException(PARTITION_BY, value, e.getMessage());
        }
    }

    private static TableIdentifier identifier(String topic, String namespace, String name) {
        int dot = topic.lastIndexOf('.');
        String space = namespace.isEmpty() && dot > 0 ? topic.substring(0, dot) : namespace;
        String table = name.isEmpty() ? topic.substring(dot + 1) : name;
        if (table.isEmpty()) {
            throw new ConfigException(
                    NAME, name, "the topic '" + topic + "' ends in a dot: its table needs a name");
        }
        if (table.endsWith(QUARANTINE_SUFFIX)) {
            throw new ConfigException(
                    NAME,
                    name,
                    "the topic '%s' would have the table %s; names that end in %s are kept for the records that could not become rows"
                            .formatted(topic, table, QUARANTINE_SUFFIX));
        }
        String[] levels = (space.isEmpty() ? DEFAULT_NAMESPACE : space).split("\\.", -1);
        for (String level : levels) {
            if (level.isEmpty()) {
                throw new ConfigException(
                        NAMESPACE,
                        space,
                        "two dots of the topic '"
                                + topic
                                + "' follow each other: its table needs a namespace");
            }
        }
        return TableIdentifier.of(Namespace.of(levels), table);
    }

    /**
     * Returns the reason why a change of settings is refused: a topic's table keeps its name and
     * its columns' names.
     */
    public static Optional<String> refusal(TableConfig before, TableConfig after) {
        if (!before.enabled || !after.enabled) {
            return Optional.empty();
        }
        String key = null;
        if (!before.identifier.equals(after.identifier)) {
            key = NAMESPACE + " and " + NAME;
        } else if (!before.columnPrefix.equals(after.columnPrefix)) {
            key = COLUMN_PREFIX;
        }
        return Optional.ofNullable(key)
                .map(k ->
                        "%s cannot change while %s is true; turn it off first, and the topic gets a new table under a new name"
                                .formatted(k, ENABLE));
    }

    private static Object value(Map<String, Object> parsed, String key) {
        return Objects.requireNonNull(parsed.get(key), key);
    }

    private static String string(Map<String, Object> parsed, String key) {
        return (String) value(parsed, key);
    }

    private static boolean bool(Map<String, Object> parsed, String key) {
        return (Boolean) value(parsed, key);
    }

    private static long number(Map<String, Object> parsed, String key) {
        return (Long) value(parsed, key);
    }
}
