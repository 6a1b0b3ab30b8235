package io.oxbow.tableflow.verify;

import io.oxbow.tableflow.TableFlowException;
import io.oxbow.tableflow.commit.TableProgress;
import io.oxbow.tableflow.shape.SystemColumns;
import io.oxbow.tableflow.translate.TableProperties;
import io.oxbow.tableflow.value.WriterSchemas;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.function.Consumer;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.CloseableIterable;
import org.jspecify.annotations.Nullable;

/** Compares a log with its table, offset by offset. */
public final class TableVerifier {

    /** Number of offsets that are compared at a time, which bounds the memory. */
    private static final int WINDOW_OFFSETS = 200_000;

    private final LogSource log;
    private final Tables tables;
    private final RecordHashes hashes;
    private final Gaps gaps;
    private final ForeignChanges foreign;

    /**
     * The tables to verify.
     *
     * @param quarantine null if there is none
     */
    public record Tables(Table table, @Nullable Table quarantine) {}

    /**
     * Records that may be in one of log and table alone.
     *
     * @param expiredBeforeMillis records older than that may be gone from the table; {@link
     *     Long#MIN_VALUE} when the table keeps everything
     * @param forgetful true when the log is cleaned (compacted), and may lack what the table keeps
     */
    public record Gaps(long expiredBeforeMillis, boolean forgetful) {
        public static final Gaps NONE = new Gaps(Long.MIN_VALUE, false);
    }

    public TableVerifier(LogSource log, Tables tables, WriterSchemas schemas, Gaps gaps) {
        this.log = log;
        this.tables = tables;
        this.hashes =
                new RecordHashes(
                        tables.table(),
                        new SystemColumns(
                                tables.table()
                                        .properties()
                                        .getOrDefault(TableProperties.COLUMN_PREFIX, "kafka_")),
                        schemas);
        this.gaps = gaps;
        this.foreign = new ForeignChanges(tables.table());
    }

    /**
     * Compares all that the table says it has.
     *
     * @throws TableFlowException when the table has snapshots and none of them is ours
     */
    public VerifyResult verify() {
        SortedMap<Integer, Long> nextOffsets = nextOffsets(tables.table());
        List<VerifyResult.PartitionReport> reports = new ArrayList<>();
        Findings findings = new Findings();
        Findings doubtful = new Findings();
        int partitions =
                Math.max(log.partitions(), nextOffsets.isEmpty() ? 0 : nextOffsets.lastKey() + 1);
        for (int partition = 0; partition < partitions; partition++) {
            reports.add(
                    partition(
                            partition,
                            nextOffsets.getOrDefault(partition, 0L),
                            findings,
                            doubtful));
        }
        VerifyResult.NotCompared notCompared =
                new VerifyResult.NotCompared(
                        foreign.notCompared(),
                        doubtful.total(VerifyResult.Kind.MISSING),
                        doubtful.total(VerifyResult.Kind.ALTERED));
        if (!notCompared.canBeAll()) {
            findings.add(doubtful);
        }
        var foreignChanges = new VerifyResult.ForeignChanges(foreign.found(), notCompared);
        return findings.isEmpty()
                ? new VerifyResult.Right(List.copyOf(reports), foreignChanges)
                : new VerifyResult.Wrong(
                        List.copyOf(reports), foreignChanges, findings.shown(), findings.totals());
    }

    /**
     * Returns the table's progress; empty between the table's creation and its first commit: that
     * is behind, not wrong.
     */
    private static SortedMap<Integer, Long> nextOffsets(Table table) {
        if (!table.snapshots().iterator().hasNext()) {
            return Collections.emptySortedMap();
        }
        return TableProgress.of(table)
                .orElseThrow(() ->
                        TableFlowException.fatal(
                                "no snapshot of %s carries offsets of ours"
                                        .formatted(table.name())))
                .nextOffsets();
    }

    private VerifyResult.PartitionReport partition(
            int partition, long next, Findings findings, Findings doubtful) {
        boolean known = partition < log.partitions();
        long logStart = known ? log.startOffset(partition) : 0;
        long logEnd = known ? log.endOffset(partition) : 0;
        if (next > logEnd) {
            findings.add(
                    partition,
                    logEnd,
                    VerifyResult.Kind.UNEXPECTED,
                    "the table goes up to %d, the log ends at %d".formatted(next, logEnd));
        }
        long end = Math.min(next, logEnd);
        long notVerifiable = Math.min(logStart, next);
        Comparison comparison =
                new Comparison(
                        partition,
                        gaps.expiredBeforeMillis(),
                        gaps.forgetful(),
                        findings,
                        doubtful);
        for (long from = Math.min(logStart, end); from < end; from += WINDOW_OFFSETS) {
            window(partition, from, Math.min(end, from + WINDOW_OFFSETS), comparison);
        }
        beyond(partition, end, findings);
        return comparison.report(
                Math.min(logStart, end),
                end,
                Math.max(0, logEnd - Math.max(next, logStart)),
                notVerifiable);
    }

    private void window(int partition, long from, long to, Comparison comparison) {
        comparison.begin(from, (int) (to - from));
        log.read(
                partition,
                from,
                to,
                record -> {
                    comparison.expect(record.offset(), record.timestamp(), hashes.expected(record));
                    comparison.expectInQuarantine(record.offset(), hashes.quarantined(record));
                });
        scan(
                new At(tables.table(), null),
                partition,
                from,
                to,
                row -> comparison.row(hashes.offset(row), hashes.row(row)));
        Table quarantine = tables.quarantine();
        if (quarantine != null) {
            scan(
                    new At(quarantine, null),
                    partition,
                    from,
                    to,
                    row ->
                            comparison.quarantinedRow(
                                    hashes.offset(row), hashes.quarantinedRow(row)));
        }
        foreign.explain(
                comparison,
                from,
                hashes,
                (snapshot, rows) ->
                        scan(new At(tables.table(), snapshot), partition, from, to, rows));
        comparison.end();
    }

    /** Reports rows that the table should not have at all. */
    private void beyond(int partition, long end, Findings findings) {
        long[] first = {Long.MAX_VALUE, 0};
        scan(
                new At(tables.table(), null),
                partition,
                end,
                Long.MAX_VALUE,
                row -> {
                    first[0] = Math.min(first[0], hashes.offset(row));
                    first[1]++;
                });
        if (first[1] > 0) {
            findings.add(
                    partition,
                    first[0],
                    VerifyResult.Kind.UNEXPECTED,
                    "%d rows beyond where the table says it is".formatted(first[1]));
        }
    }

    /**
     * A table at one of its snapshots.
     *
     * @param snapshotId null for now
     */
    private record At(Table table, @Nullable Long snapshotId) {

        IcebergGenerics.ScanBuilder read() {
            IcebergGenerics.ScanBuilder scan = IcebergGenerics.read(table);
            return snapshotId == null ? scan : scan.useSnapshot(snapshotId);
        }
    }

    private void scan(At at, int partition, long from, long to, Consumer<Record> rows) {
        SystemColumns system = hashes.system();
        try (CloseableIterable<Record> found =
                at.read()
                        .where(
                                Expressions.and(
                                        Expressions.equal(system.partition(), partition),
                                        Expressions.greaterThanOrEqual(system.offset(), from),
                                        Expressions.lessThan(system.offset(), to)))
                        .build()) {
            found.forEach(rows);
        } catch (IOException e) {
            throw TableFlowException.retryable("cannot read " + at.table().name(), e);
        }
    }
}
