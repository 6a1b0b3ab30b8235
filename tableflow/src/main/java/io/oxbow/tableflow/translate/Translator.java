package io.oxbow.tableflow.translate;

import io.oxbow.s3stream.CommittedReader;
import io.oxbow.s3stream.Fetched;
import io.oxbow.tableflow.commit.TranslatedRange;
import io.oxbow.tableflow.record.BatchDecoder;
import io.oxbow.tableflow.record.LogRecord;
import io.oxbow.tableflow.shape.TableShape;
import io.oxbow.tableflow.value.BadRecordException;
import io.oxbow.tableflow.value.Formats;
import io.oxbow.tableflow.value.RowDecoder;
import io.oxbow.tableflow.value.WriterSchemas;
import io.oxbow.tableflow.write.Row;
import io.oxbow.tableflow.write.TableWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Reads stretches of log and writes their rows. A few rows are held back before they are written:
 * while a table is young nearly every record adds a column, and each new schema begins new files.
 */
final class Translator implements AutoCloseable {

    private static final int HELD_ROWS_MAX = 1024;
    private static final long HELD_BYTES_MAX = 4L << 20;

    private final TopicLog log;
    private final TableShape shape;
    private final TableWriter writer;
    private final QuarantineTable quarantine;
    private final RowDecoder decoder;
    private final BatchDecoder batches = new BatchDecoder();
    private final List<Row> held = new ArrayList<>();
    private long heldBytes;
    private long bytesRead;
    private long newestIngestMillis;
    private long oldestIngestLeftMillis = Long.MAX_VALUE;

    /** What a translator works on. */
    record Target(
            TableShape shape, Formats formats, TableWriter writer, QuarantineTable quarantine) {}

    Translator(TopicLog log, WriterSchemas schemas, Target target) {
        this.log = log;
        this.shape = target.shape();
        this.writer = target.writer();
        this.quarantine = target.quarantine();
        this.decoder = new RowDecoder(shape, target.formats(), schemas, this::drain);
    }

    /** Translates a stretch, or as much of it as comes to about {@code bytesMax}. */
    TranslatedRange translate(PartitionTask task, long bytesMax) {
        Set<Long> quarantined = quarantine.offsets(task);
        long rowsBefore = rows();
        long quarantinedBefore = quarantine.count(task.partition());
        long end = task.startOffset();
        long bytes = 0;
        long ingestMillis = 0;
        try (CommittedReader.Cursor cursor =
                log.read(task.stream(), task.startOffset(), task.endOffset())) {
            while (bytes < bytesMax) {
                Fetched.Append append = cursor.next();
                if (append == null) {
                    end = task.endOffset();
                    break;
                }
                bytes += append.records().remaining();
                ingestMillis = append.appendTimeMillis();
                batches.decode(
                        task.partition(),
                        append,
                        task.startOffset(),
                        record -> accept(record, quarantined));
                end = Math.max(end, append.nextOffset());
            }
        }
        bytesRead += bytes;
        newestIngestMillis = Math.max(newestIngestMillis, ingestMillis);
        if (end < task.endOffset()) {
            oldestIngestLeftMillis = Math.min(oldestIngestLeftMillis, ingestMillis);
        }
        return new TranslatedRange(
                task.partition(),
                task.fromOffset(),
                task.startOffset(),
                end,
                rows() - rowsBefore,
                quarantine.count(task.partition()) - quarantinedBefore);
    }

    private void accept(LogRecord record, Set<Long> quarantined) {
        if (quarantined.contains(record.offset())) {
            return;
        }
        Row row;
        try {
            row = decoder.decode(record);
        } catch (BadRecordException e) {
            quarantine.add(record, e);
            return;
        }
        held.add(row);
        byte[] value = record.value();
        heldBytes += value == null ? 0 : value.length;
        if (held.size() >= HELD_ROWS_MAX || heldBytes >= HELD_BYTES_MAX) {
            drain();
        }
    }

    private void drain() {
        if (!held.isEmpty()) {
            writer.use(shape.schema());
            held.forEach(writer::write);
            held.clear();
            heldBytes = 0;
        }
    }

    private long rows() {
        return writer.rows() + held.size();
    }

    /** Writes what was held back; call it before the writer is completed. */
    void finish() {
        drain();
    }

    Formats formats() {
        return decoder.formats();
    }

    long bytesRead() {
        return bytesRead;
    }

    /** All that was appended up to then has been translated, as far as it is in data objects. */
    long watermarkMillis() {
        return Math.min(newestIngestMillis, oldestIngestLeftMillis);
    }

    @Override
    public void close() {
        batches.close();
    }
}
