package io.oxbow.tableflow.service;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.oxbow.tableflow.commit.TranslatedRange;
import io.oxbow.tableflow.translate.RoundResult;
import java.util.List;
import java.util.function.Supplier;

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
        Gauge lag =
                Gauge.builder("oxbow.table.lag", () -> status.get().lagRecords())
                        .description("Offsets in data objects that are not in the table")
                        .tag("topic", topic)
                        .register(registry);
        Gauge freshness =
                Gauge.builder(
                                "oxbow.table.freshness.seconds",
                                () -> status.get().freshnessMillis() / 1000.0)
                        .description("Age of the oldest record that is not in the table, at most")
                        .tag("topic", topic)
                        .register(registry);
        meters =
                List.of(
                        rows,
                        bytes,
                        files,
                        commits,
                        quarantined,
                        trimmed,
                        failures,
                        lag,
                        freshness);
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
