package io.oxbow.tableflow.translate;

import io.oxbow.s3stream.ReadResult;
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
 * Counts the formats of keys and values seen so far, for {@code auto}. The format of the majority
 * counts, until so many were seen that it stays.
 */
final class FormatCounts {

    /**
     * Number of values after which a topic's format is known; one odd value, or ten, say nothing.
     */
    private static final int ENOUGH = 1_000;

    /** Most appends of each partition that are looked at in a round. */
    private static final int APPENDS_MAX = 64;

    private static final long BYTES_MAX = 1L << 20;

    /** Order of preference among formats with equal counts, the most specific first. */
    private static final List<Format> PREFERRED = List.of(Format.AVRO, Format.JSON, Format.RAW);

    private final Map<Format, Long> keys = new EnumMap<>(Format.class);
    private final Map<Format, Long> values = new EnumMap<>(Format.class);

    /** Reads the counts from the text of {@link #toString}. */
    static FormatCounts of(String text) {
        FormatCounts counts = new FormatCounts();
        for (String entry : text.split(",")) {
            String[] words = entry.split("[.=]");
            if (words.length == 3) {
                counts.of(words[0].equals("key"))
                        .put(Format.of(words[1]), Long.parseLong(words[2]));
            }
        }
        return counts;
    }

    private Map<Format, Long> of(boolean key) {
        return key ? keys : values;
    }

    /** Counts the formats of the first records of each stretch. */
    void look(TopicLog log, List<PartitionTask> tasks, WriterSchemas schemas) {
        try (BatchDecoder batches = new BatchDecoder()) {
            for (PartitionTask task : tasks) {
                look(log, task, batches, schemas);
            }
        }
    }

    private void look(
            TopicLog log, PartitionTask task, BatchDecoder batches, WriterSchemas schemas) {
        try (var appends = new DecidedAppends(log, task)) {
            long bytes = 0;
            for (int i = 0; i < APPENDS_MAX && bytes < BYTES_MAX; i++) {
                ReadResult.Append append = appends.next();
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

    /** Returns true while the formats may still change. */
    boolean isOpen() {
        return values.values().stream().mapToLong(Long::longValue).sum() < ENOUGH;
    }

    /** Returns the formats of most keys and of most values; raw where there were none. */
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

    /** Returns the counts in the form of a table's property. */
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
