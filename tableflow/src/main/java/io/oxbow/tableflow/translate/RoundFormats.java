package io.oxbow.tableflow.translate;

import io.oxbow.tableflow.commit.LoadedTable;
import io.oxbow.tableflow.config.Format;
import io.oxbow.tableflow.config.TableConfig;
import io.oxbow.tableflow.value.Formats;
import io.oxbow.tableflow.value.WriterSchemas;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The formats of one round, and the table properties that record them. What a setting says holds
 * from the round on; {@code auto} goes by what most records looked like so far.
 *
 * @param properties to set with the round's commit; empty when they stay
 */
record RoundFormats(Formats formats, Map<String, String> properties) {

    RoundFormats {
        properties = Map.copyOf(properties);
    }

    /** Returns the formats of a table that is to be made. */
    static RoundFormats first(
            TableConfig config, TopicLog log, List<PartitionTask> tasks, WriterSchemas schemas) {
        FormatCounts counts = new FormatCounts();
        counts.look(log, tasks, schemas);
        Formats formats = settled(config, counts.most());
        return new RoundFormats(
                formats,
                Map.of(
                        TableProperties.KEY_FORMAT, formats.key().spelling(),
                        TableProperties.VALUE_FORMAT, formats.value().spelling(),
                        // The first round counts them.
                        TableProperties.FORMATS_SEEN, new FormatCounts().toString()));
    }

    /** Returns the formats of a round of a table that exists. */
    static RoundFormats next(
            TableConfig config,
            LoadedTable table,
            TopicLog log,
            List<PartitionTask> tasks,
            WriterSchemas schemas) {
        FormatHistory history = FormatHistory.of(table.metadata().properties());
        Map<String, String> properties = new HashMap<>();
        Formats auto = history.now();
        String seen = table.metadata().property(TableProperties.FORMATS_SEEN, "");
        boolean isAuto = config.keyFormat() == Format.AUTO || config.valueFormat() == Format.AUTO;
        FormatCounts counts = FormatCounts.of(seen);
        if (isAuto && !seen.isEmpty() && counts.isOpen()) {
            counts.look(log, tasks, schemas);
            auto = counts.most();
            properties.put(TableProperties.FORMATS_SEEN, counts.toString());
        }
        Formats formats = settled(config, auto);
        if (!formats.equals(history.now())) {
            properties.putAll(history.changed(formats, table.progress().nextOffsets()));
        }
        return new RoundFormats(formats, properties);
    }

    private static Formats settled(TableConfig config, Formats auto) {
        return new Formats(
                config.keyFormat() == Format.AUTO ? auto.key() : config.keyFormat(),
                config.valueFormat() == Format.AUTO ? auto.value() : config.valueFormat());
    }
}
