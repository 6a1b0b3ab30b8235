package io.oxbow.tableflow.service;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.oxbow.tableflow.commit.TranslatedRange;
import io.oxbow.tableflow.translate.RoundResult;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/** Meters of one topic's table, registered as long as the topic has a worker. */
final class TableMetrics implements AutoCloseable {

    private final MeterRegistry registry;
    private final Counter rows;
    private final Counter bytes;
    private final Counter files;
    private final Counter commits;
    private final Counter quarantined;
    private final Counter trimmed;
    private final Counter failures;
    private final List<Meter> meters;
    private final Supplier<TableStatus> status;

    TableMetrics(MeterRegistry registry, String topic, Supplier<TableStatus> status) {
        this.registry = registry;
        rows = counter(topic, "oxbow.table.rows", "Rows added to the table");
        bytes = counter(topic, "oxbow.table.log.bytes", "Bytes of log translated");
        files = counter(topic, "oxbow.table.files", "Data files added to the table");
        commits = counter(topic, "oxbow.table.commits", "Commits to the table");
        quarantined = counter(topic, "oxbow.table.quarantined", "Records quarantined");
        trimmed =
                counter(
                        topic,
                        "oxbow.table.trimmed",
                        "Offsets trimmed before they were translated");
        failures = counter(topic, "oxbow.table.failures", "Attempts that failed");
        meters =
                new ArrayList<>(
                        List.of(rows, bytes, files, commits, quarantined, trimmed, failures));
        this.status = status;
        gauge(
                topic,
                "oxbow.table.lag",
                "Offsets in data objects that are not in the table",
                TableStatus::lagRecords);
        gauge(
                topic,
                "oxbow.table.freshness.seconds",
                "Age of the oldest record that is not in the table, at most",
                table -> table.freshnessMillis() / 1000.0);
        gauge(
                topic,
                "oxbow.table.snapshots",
                "Snapshots in the table's metadata",
                table -> table.tending().snapshots());
        gauge(
                topic,
                "oxbow.table.data.files",
                "Data files of the table now",
                table -> table.tending().layout().files());
        gauge(
                topic,
                "oxbow.table.small.files",
                "Data files of the table that are undersized",
                table -> table.tending().layout().smallFiles());
        gauge(
                topic,
                "oxbow.table.manifests",
                "Manifests of the table now",
                table -> table.tending().manifests());
        gauge(
                topic,
                "oxbow.table.metadata.bytes",
                "Length of the table's metadata file",
                table -> table.tending().metadataBytes());
        gauge(
                topic,
                "oxbow.table.expiry.debt",
                "Snapshots whose time is over",
                table -> table.tending().snapshotDebt());
        gauge(
                topic,
                "oxbow.table.compaction.debt.bytes",
                "Bytes of data files that are due to be merged",
                table -> table.tending().layout().debtBytes());
        gauge(
                topic,
                "oxbow.table.sweep.debt.files",
                "Files that nothing names and a later sweep may delete",
                table -> table.tending().sweepDebt());
        gauge(
                topic,
                "oxbow.table.unknown.files",
                "Files in the table's folder that nothing names and another writer has put",
                table -> table.tending().unknownFiles());
    }

    private void gauge(
            String topic, String name, String description, ToDoubleFunction<TableStatus> of) {
        meters.add(
                Gauge.builder(name, () -> of.applyAsDouble(status.get()))
                        .description(description)
                        .tag("topic", topic)
                        .register(registry));
    }

    private Counter counter(String topic, String name, String description) {
        return Counter.builder(name)
                .description(description)
                .tag("topic", topic)
                .register(registry);
    }

    void advanced(RoundResult.Advanced round) {
        commits.increment();
        bytes.increment(round.bytes());
        files.increment(round.files());
        for (TranslatedRange range : round.ranges()) {
            rows.increment(range.rows());
            quarantined.increment(range.quarantined());
            trimmed.increment(range.trimmed());
        }
    }

    void failed() {
        failures.increment();
    }

    @Override
    public void close() {
        meters.forEach(registry::remove);
    }
}
