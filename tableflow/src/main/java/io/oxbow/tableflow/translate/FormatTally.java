package io.oxbow.tableflow.translate;

import io.oxbow.s3stream.CommittedReader;
import io.oxbow.s3stream.Fetched;
import io.oxbow.tableflow.config.Format;
import io.oxbow.tableflow.record.BatchDecoder;
import io.oxbow.tableflow.record.LogRecord;
import io.oxbow.tableflow.value.Formats;
import io.oxbow.tableflow.value.WriterSchemas;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What keys and values looked like so far, counted for {@code auto}: the format that most have is
 * theirs, until so many were seen that it stays.
 */
final class FormatTally {

    /** One odd value, or ten, say nothing of a topic; after a thousand its format is known. */
    private static final int ENOUGH = 1_000;

    /** How much of each partition is looked at in a round. */
    private static final int APPENDS_MAX = 64;

    private static final long BYTES_MAX = 1L << 20;

    /** Of those that as many have, the one that says most. */
    private static final List<Format> PREFERRED = List.of(Format.AVRO, Format.JSON, Format.RAW);

    private final Map<Format, Long> keys = new EnumMap<>(Format.class);
    private final Map<Format, Long> values = new EnumMap<>(Format.class);

    /** Reads what {@link #toString} wrote. */
    static FormatTally of(String text) {
        FormatTally tally = new FormatTally();
        for (String entry : text.split(",")) {
            String[] words = entry.split("[.=]");
            if (words.length == 3) {
                tally.of(words[0].equals("key")).put(Format.of(words[1]), Long.parseLong(words[2]));
            }
        }
        return tally;
    }

    private Map<Format, Long> of(boolean key) {
        return key ? keys : values;
    }

    /** Counts the first records of each stretch. */
    void look(TopicLog log, List<PartitionTask> tasks, WriterSchemas schemas) {
        try (BatchDecoder batches = new BatchDecoder()) {
            for (PartitionTask task : tasks) {
                look(log, task, batches, schemas);
            }
        }
    }

    private void look(
            TopicLog log, PartitionTask task, BatchDecoder batches, WriterSchemas schemas) {
        try (CommittedReader.Cursor cursor =
                log.read(task.stream(), task.startOffset(), task.endOffset())) {
            long bytes = 0;
            for (int i = 0; i < APPENDS_MAX && bytes < BYTES_MAX; i++) {
                Fetched.Append append = cursor.next();
                if (append == null) {
                    return;
                }
                bytes += append.records().remaining();
                batches.decode(
                        task.partition(),
                        append,
                        task.startOffset(),
                        record -> count(record, schemas));
            }
        }
    }

    private void count(LogRecord record, WriterSchemas schemas) {
        byte[] key = record.key();
        if (key != null) {
            keys.merge(Formats.detect(key, schemas), 1L, Long::sum);
        }
        byte[] value = record.value();
        if (value != null) {
            values.merge(Formats.detect(value, schemas), 1L, Long::sum);
        }
    }

    /** Whether the formats may still turn out to be others. */
    boolean isOpen() {
        return values.values().stream().mapToLong(Long::longValue).sum() < ENOUGH;
    }

    /** What most keys and values are; what there was none of is raw. */
    Formats most() {
        return new Formats(most(keys), most(values));
    }

    private static Format most(Map<Format, Long> counts) {
        Format best = Format.RAW;
        for (Format format : PREFERRED.reversed()) {
            if (counts.getOrDefault(format, 0L) >= counts.getOrDefault(best, 0L)
                    && counts.containsKey(format)) {
                best = format;
            }
        }
        return best;
    }

    /** As it goes into a table's properties. */
    @Override
    public String toString() {
        return text("key", keys) + "," + text("value", values);
    }

    private static String text(String what, Map<Format, Long> counts) {
        StringBuilder text = new StringBuilder();
        counts.forEach((format, count) ->
                text.append(text.isEmpty() ? "" : ",")
                        .append(
                                "%s.%s=%d"
                                        .formatted(
                                                what,
                                                format.name().toLowerCase(Locale.ROOT),
                                                count)));
        return text.toString();
    }
}
