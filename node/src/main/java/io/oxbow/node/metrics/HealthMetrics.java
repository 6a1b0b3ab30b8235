package io.oxbow.node.metrics;

import io.oxbow.s3stream.env.HealthRegistry;
import io.oxbow.s3stream.env.HealthReport;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.Locale;

/** Metrics of the components' health, all from one report, so that a scrape agrees with itself. */
public final class HealthMetrics implements MultiCollector {

    private static final String COMPONENT = "component";

    private final HealthRegistry health;

    public HealthMetrics(HealthRegistry health) {
        this.health = health;
    }

    @Override
    public MetricSnapshots collect() {
        HealthReport report = health.report();
        return MetricSnapshots.of(
                flag(
                        "oxbow_ready",
                        "1 when a produce and a topic change would succeed; 0 otherwise",
                        report.ready()),
                flag(
                        "oxbow_live",
                        "1 until a component has failed whose failure ends the process; 0 then",
                        report.live()),
                failures(report),
                components(report));
    }

    private static GaugeSnapshot flag(String name, String meaning, boolean value) {
        return GaugeSnapshot.builder()
                .name(name)
                .help(meaning)
                .dataPoint(
                        GaugeSnapshot.GaugeDataPointSnapshot.builder().value(value ? 1 : 0).build())
                .build();
    }

    private static CounterSnapshot failures(HealthReport report) {
        var counter =
                CounterSnapshot.builder()
                        .name("oxbow_component_failures")
                        .help(
                                "Exceptions that nobody expected, by the component that they"
                                        + " ended");
        report.failures()
                .forEach((kind, count) ->
                        counter.dataPoint(
                                CounterSnapshot.CounterDataPointSnapshot.builder()
                                        .labels(Labels.of(COMPONENT, kind))
                                        .value(count)
                                        .build()));
        return counter.build();
    }

    private static GaugeSnapshot components(HealthReport report) {
        var gauge =
                GaugeSnapshot.builder()
                        .name("oxbow_components")
                        .help("Long-lived components of the node in a state");
        for (String kind : report.failures().keySet()) {
            report.phases(kind)
                    .forEach((phase, count) ->
                            gauge.dataPoint(
                                    GaugeSnapshot.GaugeDataPointSnapshot.builder()
                                            .labels(
                                                    Labels.of(
                                                            COMPONENT,
                                                            kind,
                                                            "state",
                                                            phase.name().toLowerCase(Locale.ROOT)))
                                            .value(count)
                                            .build()));
        }
        return gauge.build();
    }
}
