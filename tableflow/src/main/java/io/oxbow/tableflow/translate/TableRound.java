package io.oxbow.tableflow.translate;

import io.oxbow.s3stream.DamagedException;
import io.oxbow.s3stream.env.Environment;
import io.oxbow.tableflow.TableFlowException;
import io.oxbow.tableflow.commit.CommitOutcome;
import io.oxbow.tableflow.commit.LoadedTable;
import io.oxbow.tableflow.commit.OwnFiles;
import io.oxbow.tableflow.commit.SchemaChange;
import io.oxbow.tableflow.commit.TableCommitter;
import io.oxbow.tableflow.commit.TableProgress;
import io.oxbow.tableflow.commit.TranslatedRange;
import io.oxbow.tableflow.config.PartitionField;
import io.oxbow.tableflow.config.TableConfig;
import io.oxbow.tableflow.shape.TableShape;
import io.oxbow.tableflow.value.WriterSchemas;
import io.oxbow.tableflow.write.ParquetFiles;
import io.oxbow.tableflow.write.RowsRefusedException;
import io.oxbow.tableflow.write.TableWriter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Schema;
import org.apache.iceberg.catalog.Catalog;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings a topic's table up to the end of the log in the bucket, or one bounded step further. One
 * thread runs the rounds of one topic.
 */
public final class TableRound {

    private static final Logger LOG = LoggerFactory.getLogger(TableRound.class);
    private static final int TOLD_MAX = 1_000;

    private final Sources sources;
    private final Environment environment;
    private final RoundLimits limits;
    private final LatePartitionFields latecomers = new LatePartitionFields();

    /** Schema of the topic's table when it was last read or committed to; null until then. */
    private volatile @Nullable Schema schema;

    /** Damages that have been logged by this process. */
    private final Set<String> told = ConcurrentHashMap.newKeySet();

    /** The catalog, log and schemas that rounds work with. */
    public record Sources(Catalog catalog, TopicLog log, WriterSchemas schemas) {}

    public TableRound(Sources sources, Environment environment, RoundLimits limits) {
        this.sources = sources;
        this.environment = environment;
        this.limits = limits;
    }

    /**
     * @param epoch at which this node may commit to tables
     */
    public RoundResult run(TableTopic topic, long epoch) {
        LoadedTable table = load(topic).orElse(null);
        if (table != null) {
            checkPrefix(topic, table);
            if (Repartitioning.apply(topic.config(), table)) {
                return new RoundResult.Superseded("its partitioning was altered");
            }
        }
        TableProgress progress = table == null ? TableProgress.none(topic.id()) : table.progress();
        List<PartitionTask> tasks = plan(topic, progress);
        if (tasks.isEmpty()) {
            return new RoundResult.Idle(progress);
        }
        WriterSchemas schemas = sources.schemas().ofNow();
        if (table == null) {
            if (!new TableCreation(sources.catalog(), sources.log(), schemas)
                    .create(topic, tasks)) {
                return new RoundResult.Idle(progress);
            }
            table =
                    load(topic)
                            .orElseThrow(
                                    () -> TableFlowException.retryable("table was dropped", null));
            if (!table.progress().nextOffsets().isEmpty()) {
                return new RoundResult.Superseded("somebody else made the table just now");
            }
        }
        if (latecomers.add(table, topic.config().partitionBy())) {
            return new RoundResult.Superseded("it is partitioned by another column from now on");
        }
        try {
            return translate(topic, table, tasks, schemas, epoch, false);
        } catch (RowsRefusedException e) {
            LOG.warn(
                    "table of topic {}: {}; the next attempt checks each row by itself",
                    topic.name(),
                    e.getMessage(),
                    e);
            return translate(topic, table, tasks, schemas, epoch, true);
        }
    }

    /**
     * Refuses a changed column prefix: columns are named when a table is made, so another prefix
     * wants another table.
     */
    private static void checkPrefix(TableTopic topic, LoadedTable table) {
        String prefix = table.metadata().property(TableProperties.COLUMN_PREFIX, "kafka_");
        if (!prefix.equals(topic.config().columnPrefix())) {
            throw TableFlowException.fatal(
                    "the table %s was made with %s=%s; set it back, or give the topic a new table by %s"
                            .formatted(
                                    topic.config().identifier(),
                                    TableConfig.COLUMN_PREFIX,
                                    prefix,
                                    TableConfig.NAME));
        }
    }

    /** Returns a table's progress, without doing anything. */
    public TableProgress progress(TableTopic topic) {
        return load(topic)
                .map(LoadedTable::progress)
                .orElseGet(() -> TableProgress.none(topic.id()));
    }

    private Optional<LoadedTable> load(TableTopic topic) {
        Optional<LoadedTable> loaded =
                LoadedTable.load(sources.catalog(), topic.config().identifier(), topic.id());
        schema = loaded.map(table -> table.metadata().schema()).orElse(null);
        return loaded;
    }

    /**
     * Returns the reason why the table, as it was last seen, cannot be partitioned so. May be
     * called by any thread; reads nothing.
     */
    public Optional<String> refusal(List<PartitionField> partitionBy) {
        Schema known = schema;
        if (known == null) {
            return Optional.empty();
        }
        try {
            PartitionField.spec(partitionBy, known);
            return Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    private List<PartitionTask> plan(TableTopic topic, TableProgress progress) {
        List<PartitionTask> tasks = new ArrayList<>();
        for (int partition = 0; partition < topic.partitions(); partition++) {
            TopicLog.Committed stream = sources.log().committed(topic.id(), partition).orElse(null);
            if (stream != null) {
                long from = progress.nextOffset(partition).orElse(stream.startOffset());
                long start = Math.max(from, stream.startOffset());
                if (start < stream.endOffset()) {
                    tasks.add(
                            new PartitionTask(partition, stream, from, start, stream.endOffset()));
                }
            }
        }
        return tasks;
    }

    private RoundResult translate(
            TableTopic topic,
            LoadedTable table,
            List<PartitionTask> tasks,
            WriterSchemas schemas,
            long epoch,
            boolean sift) {
        TableCommitter committer = new TableCommitter(table, epoch);
        String files = OwnFiles.prefix(epoch, environment.random());
        TableShape shape = TableProperties.shape(table.metadata());
        RoundFormats formats =
                RoundFormats.next(topic.config(), table, sources.log(), tasks, schemas);
        TableWriter writer =
                new TableWriter(
                        table.table(), files, limits.writerBytesMax(), limits.fileBytesMax());
        QuarantineTable quarantine =
                new QuarantineTable(
                        sources.catalog(), topic, files, limits, environment.clock().wallMillis());
        var target =
                new Translator.Target(
                        shape,
                        formats.formats(),
                        Partitioner.of(table.table().spec()),
                        writer,
                        quarantine,
                        sift ? new ParquetFiles(table.table()) : null);
        try (Translator translator = new Translator(sources.log(), schemas, target)) {
            List<TranslatedRange> ranges = translateAll(translator, tasks);
            if (!translator.damaged().isEmpty()) {
                tell(topic, translator.damaged());
            }
            if (!translator.waiting().isEmpty()
                    && ranges.stream().allMatch(range -> range.endOffset() <= range.fromOffset())) {
                return new RoundResult.Idle(table.progress());
            }
            translator.finish();
            List<DataFile> dataFiles = writer.complete();
            if (quarantine.commit(ranges, epoch).orElse(null)
                    instanceof CommitOutcome.Superseded superseded) {
                return new RoundResult.Superseded("quarantine: " + superseded.why());
            }
            long watermark =
                    Math.max(table.progress().watermarkMillis(), translator.watermarkMillis());
            SchemaChange growth = growth(table, shape, formats.properties());
            CommitOutcome outcome = committer.append(ranges, dataFiles, growth, watermark);
            return switch (outcome) {
                case CommitOutcome.Superseded superseded ->
                        new RoundResult.Superseded(superseded.why());
                case CommitOutcome.Committed committed -> {
                    schema = shape.schema();
                    yield new RoundResult.Advanced(
                            committed.progress(),
                            ranges,
                            translator.bytesRead(),
                            dataFiles.size(),
                            isBehind(ranges, tasks, translator.waiting()));
                }
            };
        }
    }

    private void tell(TableTopic topic, Map<Integer, DamagedException> damages) {
        damages.forEach((partition, damage) -> {
            String what = "%s-%d at %d".formatted(topic.name(), partition, damage.fromOffset());
            if (told.size() < TOLD_MAX && told.add(what)) {
                LOG.error(
                        "table of topic {}: partition {} waits at offset {}, the others go on: {}",
                        topic.name(),
                        partition,
                        damage.fromOffset(),
                        damage.getMessage());
            }
        });
    }

    private List<TranslatedRange> translateAll(Translator translator, List<PartitionTask> tasks) {
        List<TranslatedRange> ranges = new ArrayList<>();
        for (int i = 0; i < tasks.size(); i++) {
            long left = limits.logBytesMax() - translator.bytesRead();
            long share = Math.max(1, left / (tasks.size() - i));
            ranges.add(translator.translate(tasks.get(i), share));
        }
        return ranges;
    }

    /** Returns true if there is more to do at once. */
    private static boolean isBehind(
            List<TranslatedRange> ranges, List<PartitionTask> tasks, Set<Integer> waiting) {
        for (int i = 0; i < tasks.size(); i++) {
            if (ranges.get(i).endOffset() < tasks.get(i).endOffset()
                    && !waiting.contains(tasks.get(i).partition())) {
                return true;
            }
        }
        return false;
    }

    private static @Nullable SchemaChange growth(
            LoadedTable table, TableShape shape, Map<String, String> formats) {
        if (!shape.hasGrown() && formats.isEmpty()) {
            return null;
        }
        Map<String, String> properties = new HashMap<>(TableProperties.of(shape));
        properties.putAll(formats);
        return SchemaChange.of(shape, table.metadata(), properties);
    }
}
