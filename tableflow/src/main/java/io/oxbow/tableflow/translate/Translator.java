package io.oxbow.tableflow.translate;

import io.oxbow.s3stream.DamagedException;
import io.oxbow.s3stream.ReadResult;
import io.oxbow.tableflow.commit.TranslatedRange;
import io.oxbow.tableflow.record.BatchDecoder;
import io.oxbow.tableflow.record.LogRecord;
import io.oxbow.tableflow.shape.TableShape;
import io.oxbow.tableflow.value.BadRecordException;
import io.oxbow.tableflow.value.Formats;
import io.oxbow.tableflow.value.RowDecoder;
import io.oxbow.tableflow.value.WriterSchemas;
import io.oxbow.tableflow.write.ParquetFiles;
import io.oxbow.tableflow.write.TableWriter;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.iceberg.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Reads stretches of log and writes their rows into data files. A few rows are held back before
 * they are written: while a table is young nearly every record adds a column, and each new schema
 * begins new files.
 */
final class Translator implements AutoCloseable {

    private static final int HELD_ROWS_MAX = 1024;
    private static final long HELD_BYTES_MAX = 4L << 20;

    private final TopicLog log;
    private final TableShape shape;
    private final TableWriter writer;
    private final QuarantineTable quarantine;
    private final @Nullable ParquetFiles sieve;
    private final RecordIntake intake;
    private final BatchDecoder batches = new BatchDecoder();
    private final List<RecordIntake.Taken> held = new ArrayList<>();
    private final Map<Integer, DamagedException> damaged = new TreeMap<>();
    private final Set<Integer> waiting = new HashSet<>();
    private long heldBytes;
    private long widenings;
    private long bytesRead;
    private long newestIngestMillis;
    private long oldestIngestLeftMillis = Long.MAX_VALUE;

    /**
     * The parts of a round that a translator works with.
     *
     * @param sieve tries rows before they are written, after a round in which a data file refused
     *     some; null if there was none
     */
    record Target(
            TableShape shape,
            Formats formats,
            Partitioner partitioner,
            TableWriter writer,
            QuarantineTable quarantine,
            @Nullable ParquetFiles sieve) {}

    Translator(TopicLog log, WriterSchemas schemas, Target target) {
        this.log = log;
        this.shape = target.shape();
        this.writer = target.writer();
        this.quarantine = target.quarantine();
        this.sieve = target.sieve();
        this.intake =
                new RecordIntake(
                        shape,
                        new RowDecoder(shape, target.formats(), schemas),
                        target.partitioner());
        this.widenings = shape.widenings();
    }

    /** Translates a stretch, or about {@code bytesMax} of it. */
    TranslatedRange translate(PartitionTask task, long bytesMax) {
        Set<Long> quarantined = quarantine.offsets(task);
        long rowsBefore = rows();
        long quarantinedBefore = quarantine.count(task.partition());
        long end = task.startOffset();
        long bytes = 0;
        long ingestMillis = 0;
        try (var appends = new DecidedAppends(log, task)) {
            while (bytes < bytesMax) {
                ReadResult.Append append = next(appends, task);
                if (append == null) {
                    break;
                }
                bytes += append.records().remaining();
                ingestMillis = append.appendTimeMillis();
                batches.decode(
                        task.partition(),
                        append,
                        task.startOffset(),
                        record -> accept(record, quarantined));
            }
            end = appends.endOffset();
            if (appends.isHeld()) {
                waiting.add(task.partition());
                ingestMillis = appends.heldSinceMillis();
            }
        }
        bytesRead += bytes;
        if (sieve != null) {
            drain(intake.schema()); // what is sifted out now counts to this stretch
        }
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

    /**
     * Returns the next append; null at the end, and before a damaged one. The partition then waits
     * there until the object is back or the records are deleted, and the others go on.
     */
    private ReadResult.@Nullable Append next(DecidedAppends appends, PartitionTask task) {
        try {
            return appends.next();
        } catch (DamagedException e) {
            damaged.put(task.partition(), e);
            waiting.add(task.partition());
            return null;
        }
    }

    /** Returns the partitions that wait, for damaged data to be back or for an open transaction. */
    Set<Integer> waiting() {
        return waiting;
    }

    /** Returns the damage of each partition that has some. */
    Map<Integer, DamagedException> damaged() {
        return damaged;
    }

    private void accept(LogRecord record, Set<Long> quarantined) {
        if (quarantined.contains(record.offset())) {
            return;
        }
        Schema before = intake.schema();
        RecordIntake.Taken taken;
        try {
            taken = intake.take(record);
        } catch (BadRecordException e) {
            quarantine.add(record, e);
            return;
        }
        if (widenings != shape.widenings()) {
            drain(before); // rows from before the widening are of the narrower types
            widenings = shape.widenings();
        }
        held.add(taken);
        heldBytes += taken.memory();
        if (held.size() >= HELD_ROWS_MAX || heldBytes >= HELD_BYTES_MAX) {
            drain(intake.schema());
        }
    }

    private void drain(Schema schema) {
        if (held.isEmpty()) {
            return;
        }
        writer.use(schema);
        for (RecordIntake.Taken row : sieve == null ? held : sifted(sieve, schema, held)) {
            writer.write(row.row(), row.partition(), row.memory());
        }
        held.clear();
        heldBytes = 0;
    }

    /** Returns the rows that a file can hold; quarantines those that no file holds even alone. */
    private List<RecordIntake.Taken> sifted(
            ParquetFiles files, Schema schema, List<RecordIntake.Taken> rows) {
        Throwable failure =
                files.tryWrite(schema, rows.stream().map(RecordIntake.Taken::row).toList());
        if (failure == null) {
            return rows;
        }
        if (rows.size() == 1) {
            quarantine.add(rows.getFirst().record(), BadRecordException.because(failure));
            return List.of();
        }
        int half = rows.size() / 2;
        List<RecordIntake.Taken> good =
                new ArrayList<>(sifted(files, schema, rows.subList(0, half)));
        good.addAll(sifted(files, schema, rows.subList(half, rows.size())));
        return good;
    }

    private long rows() {
        return writer.rows() + held.size();
    }

    /** Writes the rows that were held back; to be called before the writer is completed. */
    void finish() {
        drain(intake.schema());
    }

    long bytesRead() {
        return bytesRead;
    }

    /**
     * Returns the time up to which everything appended has been translated, as far as it is in data
     * objects.
     */
    long watermarkMillis() {
        return Math.min(newestIngestMillis, oldestIngestLeftMillis);
    }

    @Override
    public void close() {
        batches.close();
    }
}
