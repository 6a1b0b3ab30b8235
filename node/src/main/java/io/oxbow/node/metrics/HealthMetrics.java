package io.oxbow.node.metrics;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.oxbow.s3stream.env.ComponentState.Phase;
import io.oxbow.s3stream.env.HealthRegistry;
import java.util.Locale;

/** Meters of the health registry's components, read when they are scraped. */
public final class HealthMetrics {

    private static final String COMPONENT = "component";

    private final HealthRegistry health;
    private final MeterRegistry registry;

    private HealthMetrics(HealthRegistry health, MeterRegistry registry) {
        this.health = health;
        this.registry = registry;
    }

    public static void bind(HealthRegistry health, MeterRegistry registry) {
        var metrics = new HealthMetrics(health, registry);
        Gauge.builder("oxbow.ready", health, all -> all.impairments().isEmpty() ? 1 : 0)
                .description("1 when a produce and a topic change would succeed; 0 otherwise")
                .register(registry);
        health.onKind(metrics::bindKind);
    }

    private void bindKind(String kind) {
        FunctionCounter.builder("oxbow.component.failures", health, all -> all.failures(kind))
                .tag(COMPONENT, kind)
                .description("Exceptions that nobody expected, by the component that they ended")
                .register(registry);
        for (Phase phase : Phase.values()) {
            Gauge.builder(
                            "oxbow.components",
                            health,
                            all -> all.phases(kind).getOrDefault(phase, 0))
                    .tag(COMPONENT, kind)
                    .tag("state", phase.name().toLowerCase(Locale.ROOT))
                    .description("Long-lived components of the node in a state")
                    .register(registry);
        }
    }
}
