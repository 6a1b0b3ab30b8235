package io.oxbow.tableflow.translate;

import io.oxbow.tableflow.TableFlowException;
import io.oxbow.tableflow.commit.CommitOutcome;
import io.oxbow.tableflow.commit.LoadedTable;
import io.oxbow.tableflow.commit.TableCommitter;
import io.oxbow.tableflow.commit.TableProgress;
import io.oxbow.tableflow.commit.TranslatedRange;
import io.oxbow.tableflow.config.TableConfig;
import io.oxbow.tableflow.record.LogRecord;
import io.oxbow.tableflow.shape.SystemColumns;
import io.oxbow.tableflow.value.BadRecordException;
import io.oxbow.tableflow.value.TimeRange;
import io.oxbow.tableflow.write.Row;
import io.oxbow.tableflow.write.TableWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.iceberg.PartitionKey;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A table of the records that could not become rows: each record's bytes as they came, and the
 * reason. It stands beside the topic's table under the same name with {@code __quarantine}, and is
 * made when it is first needed.
 */
public final class QuarantineTable {

    private static final Logger LOG = LoggerFactory.getLogger(QuarantineTable.class);
    private static final PartitionKey UNPARTITIONED =
            new PartitionKey(PartitionSpec.unpartitioned(), new Schema());
    private static final String QUARANTINE_OF = "oxbow.quarantine-of";

    private final Catalog catalog;
    private final TableTopic topic;
    private final TableIdentifier identifier;
    private final String fileNamePrefix;
    private final RoundLimits limits;
    private final long nowMillis;
    private @Nullable LoadedTable loaded;
    private @Nullable TableWriter writer;
    private final Map<Integer, Long> counts = new HashMap<>();

    /**
     * @param nowMillis what the rows say about when they were put there
     */
    QuarantineTable(
            Catalog catalog,
            TableTopic topic,
            String fileNamePrefix,
            RoundLimits limits,
            long nowMillis) {
        this.catalog = catalog;
        this.topic = topic;
        this.identifier = identifier(topic.config().identifier());
        this.fileNamePrefix = fileNamePrefix;
        this.limits = limits;
        this.nowMillis = nowMillis;
        setAsideEarlier();
        this.loaded = LoadedTable.load(catalog, identifier, topic.id()).orElse(null);
    }

    /**
     * Renames the quarantine of an earlier topic of this name, which outlived its table. The name
     * is the present topic's, and nothing of the earlier one is lost.
     */
    private void setAsideEarlier() {
        if (!catalog.tableExists(identifier)) {
            return;
        }
        Map<String, String> properties = catalog.loadTable(identifier).properties();
        String owner = properties.get(TableProgress.TOPIC_ID);
        if (owner == null || owner.equals(topic.id().toString()) || !is(properties)) {
            return;
        }
        TableIdentifier aside =
                TableIdentifier.of(identifier.namespace(), identifier.name() + "_" + owner);
        LOG.warn(
                "the quarantine {} is that of an earlier topic (id {}); it is {} from now on",
                identifier,
                owner,
                aside);
        catalog.renameTable(identifier, aside);
    }

    /** Returns the name of a table's quarantine table. */
    public static TableIdentifier identifier(TableIdentifier table) {
        return TableIdentifier.of(table.namespace(), table.name() + TableConfig.QUARANTINE_SUFFIX);
    }

    /** Returns true for the properties of a quarantine table. */
    public static boolean is(Map<String, String> properties) {
        return properties.containsKey(QUARANTINE_OF);
    }

    private static Schema schema(SystemColumns system) {
        return new Schema(
                Types.NestedField.required(1, system.partition(), Types.IntegerType.get()),
                Types.NestedField.required(2, system.offset(), Types.LongType.get()),
                Types.NestedField.optional(3, system.timestamp(), Types.TimestampType.withZone()),
                Types.NestedField.required(4, system.ingestTime(), Types.TimestampType.withZone()),
                Types.NestedField.optional(5, system.headers(), SystemColumns.headersType(11)),
                Types.NestedField.optional(6, system.key(), Types.BinaryType.get()),
                Types.NestedField.optional(7, system.value(), Types.BinaryType.get()),
                Types.NestedField.required(8, "error", Types.StringType.get()),
                Types.NestedField.optional(9, "schema_id", Types.IntegerType.get()),
                Types.NestedField.required(10, "quarantined_at", Types.TimestampType.withZone()));
    }

    /**
     * Returns the offsets of this stretch that an earlier round quarantined before it came to an
     * end.
     */
    Set<Long> offsets(PartitionTask task) {
        LoadedTable table = loaded;
        if (table == null
                || table.progress().nextOffset(task.partition()).orElse(0) <= task.startOffset()) {
            return Set.of();
        }
        SystemColumns system = new SystemColumns(topic.config().columnPrefix());
        Set<Long> offsets = new HashSet<>();
        try (CloseableIterable<Record> rows =
                IcebergGenerics.read(table.table())
                        .select(system.offset())
                        .where(Expressions.equal(system.partition(), task.partition()))
                        .where(Expressions.greaterThanOrEqual(system.offset(), task.startOffset()))
                        .build()) {
            rows.forEach(row -> offsets.add((Long) row.getField(system.offset())));
        } catch (IOException e) {
            throw TableFlowException.retryable("cannot read " + identifier, e);
        }
        return offsets;
    }

    void add(LogRecord record, BadRecordException why) {
        TableWriter open = writer;
        if (open == null) {
            LoadedTable table = ensure();
            open =
                    new TableWriter(
                            table.table(),
                            fileNamePrefix + "-q",
                            limits.writerBytesMax() / 4,
                            limits.fileBytesMax());
            open.use(table.metadata().schema());
            writer = open;
        }
        open.write(row(record, why), UNPARTITIONED, record.size());
        counts.merge(record.partition(), 1L, Long::sum);
    }

    private LoadedTable ensure() {
        LoadedTable table = loaded;
        if (table == null) {
            Map<String, String> properties = TableProperties.ofNew(topic);
            properties.put(QUARANTINE_OF, topic.config().identifier().toString());
            TableCreation.create(
                    catalog,
                    identifier,
                    schema(new SystemColumns(topic.config().columnPrefix())),
                    PartitionSpec.unpartitioned(),
                    properties);
            table =
                    LoadedTable.load(catalog, identifier, topic.id())
                            .orElseThrow(() ->
                                    TableFlowException.retryable(
                                            identifier + " was dropped", null));
            loaded = table;
        }
        return table;
    }

    private Row row(LogRecord record, BadRecordException why) {
        Row row = new Row(10);
        row.put(0, record.partition());
        row.put(1, record.offset());
        row.put(2, micros(record.timestampMillis()));
        row.put(3, micros(record.ingestMillis()));
        row.put(4, headers(record));
        row.put(5, bytes(record.key()));
        row.put(6, bytes(record.value()));
        row.put(7, String.valueOf(why.getMessage()));
        row.put(8, why.schemaId());
        row.put(9, micros(nowMillis));
        return row;
    }

    /**
     * Returns microseconds; null for no timestamp, and for one that a timestamp column cannot hold.
     */
    private static @Nullable Long micros(long millis) {
        boolean is = millis != LogRecord.NO_TIMESTAMP && TimeRange.holdsMillis(millis);
        return is ? (Long) (millis * 1_000) : null;
    }

    private static List<Row> headers(LogRecord record) {
        List<Row> rows = new ArrayList<>();
        for (LogRecord.Header header : record.headers()) {
            Row row = new Row(2);
            row.put(0, header.key());
            row.put(1, bytes(header.value()));
            rows.add(row);
        }
        return rows;
    }

    private static @Nullable ByteBuffer bytes(byte @Nullable [] bytes) {
        return bytes == null ? null : ByteBuffer.wrap(bytes);
    }

    /** Returns the number of records of a partition that this round quarantined. */
    long count(int partition) {
        return counts.getOrDefault(partition, 0L);
    }

    /**
     * Commits the records that this round quarantined, if any, before the table itself is committed
     * to.
     */
    Optional<CommitOutcome> commit(List<TranslatedRange> ranges, long epoch) {
        TableWriter open = writer;
        if (open == null) {
            return Optional.empty();
        }
        LoadedTable table = ensure();
        List<TranslatedRange> own = new ArrayList<>();
        for (TranslatedRange range : ranges) {
            TableProgress progress = table.progress();
            long from = progress.nextOffset(range.partition()).orElse(range.fromOffset());
            long end = Math.max(from, range.endOffset());
            own.add(
                    new TranslatedRange(
                            range.partition(), from, from, end, count(range.partition()), 0));
        }
        return Optional.of(new TableCommitter(table, epoch).append(own, open.complete(), null, 0));
    }
}
