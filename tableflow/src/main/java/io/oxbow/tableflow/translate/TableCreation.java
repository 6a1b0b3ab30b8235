package io.oxbow.tableflow.translate;

import io.oxbow.s3stream.ReadResult;
import io.oxbow.tableflow.TableFlowException;
import io.oxbow.tableflow.config.TableConfig;
import io.oxbow.tableflow.record.BatchDecoder;
import io.oxbow.tableflow.record.LogRecord;
import io.oxbow.tableflow.shape.SystemColumns;
import io.oxbow.tableflow.shape.TableShape;
import io.oxbow.tableflow.value.BadRecordException;
import io.oxbow.tableflow.value.RowDecoder;
import io.oxbow.tableflow.value.WriterSchemas;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.SupportsNamespaces;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.jspecify.annotations.Nullable;

/** Creates a topic's table by the first records of its log. */
final class TableCreation {

    /** Most appends of each partition that are looked at. */
    private static final int APPENDS_MAX = 64;

    private static final long BYTES_MAX = 1L << 20;

    private final Catalog catalog;
    private final TopicLog log;
    private final WriterSchemas schemas;

    TableCreation(Catalog catalog, TopicLog log, WriterSchemas schemas) {
        this.catalog = catalog;
        this.log = log;
        this.schemas = schemas;
    }

    /**
     * @return false, with nothing created, while the log has no record that may become a row: its
     *     transactions are open, or were aborted
     */
    boolean create(TableTopic topic, List<PartitionTask> tasks) {
        TableConfig config = topic.config();
        TableShape shape = TableShape.fresh(new SystemColumns(config.columnPrefix()));
        RoundFormats formats = RoundFormats.first(config, log, tasks, schemas);
        RowDecoder decoder = new RowDecoder(shape, formats.formats(), schemas);
        var intake = new RecordIntake(shape, decoder, Partitioner.unborn(config.partitionBy()));
        var seen = new Seen(intake);
        try (BatchDecoder batches = new BatchDecoder()) {
            tasks.forEach(task -> look(task, batches, seen));
        }
        if (seen.isEmpty) {
            return false;
        }
        seen.check();
        TableShape numbered = shape.renumbered();
        Schema schema = numbered.schema();
        Map<String, String> properties = TableProperties.ofNew(topic);
        properties.putAll(TableProperties.of(numbered));
        properties.putAll(formats.properties());
        create(
                catalog,
                config.identifier(),
                schema,
                Partitioner.spec(config.partitionBy(), schema),
                properties);
        return true;
    }

    private void look(PartitionTask task, BatchDecoder batches, Seen seen) {
        try (var appends = new DecidedAppends(log, task)) {
            long bytes = 0;
            for (int i = 0; i < APPENDS_MAX && bytes < BYTES_MAX; i++) {
                ReadResult.Append append = appends.next();
                if (append == null) {
                    return;
                }
                seen.isEmpty = false;
                bytes += append.records().remaining();
                batches.decode(task.partition(), append, task.startOffset(), seen::look);
            }
        }
    }

    /** The first records, as far as they can become rows. */
    private static final class Seen {

        private final RecordIntake intake;
        private boolean isEmpty = true;
        private boolean any;
        private @Nullable TableFlowException unfit;

        Seen(RecordIntake intake) {
            this.intake = intake;
        }

        void look(LogRecord record) {
            try {
                intake.take(record);
                any = true;
            } catch (BadRecordException e) {
                // The record is read again, and quarantined, once there is a table.
            } catch (TableFlowException e) {
                if (e.retry() != TableFlowException.Retry.FATAL) {
                    throw e;
                }
                unfit = e;
            }
        }

        /**
         * Fails if no record became a row and some did not go with a setting; one such record alone
         * is no reason to wait.
         */
        void check() {
            TableFlowException found = unfit;
            if (found != null && !any) {
                throw found;
            }
        }
    }

    /** Creates a table and the levels of its namespace; one that exists already is as good. */
    static void create(
            Catalog catalog,
            TableIdentifier identifier,
            Schema schema,
            PartitionSpec spec,
            Map<String, String> properties) {
        if (catalog instanceof SupportsNamespaces namespaces) {
            String[] levels = identifier.namespace().levels();
            for (int n = 1; n <= levels.length; n++) {
                createNamespace(namespaces, Namespace.of(java.util.Arrays.copyOf(levels, n)));
            }
        }
        try {
            catalog.buildTable(identifier, schema)
                    .withPartitionSpec(spec)
                    .withProperties(properties)
                    .create();
        } catch (AlreadyExistsException e) {
            // Another creation was first; its table is checked like any other.
        }
    }

    private static void createNamespace(SupportsNamespaces namespaces, Namespace namespace) {
        if (!namespaces.namespaceExists(namespace)) {
            try {
                namespaces.createNamespace(namespace);
            } catch (AlreadyExistsException e) {
                // as good
            }
        }
    }
}
