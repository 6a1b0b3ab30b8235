package io.oxbow.node.metrics;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.oxbow.broker.Broker;

/** Meters of the log cleaner. */
final class CleanerMetrics {

    private CleanerMetrics() {}

    static void bind(Broker broker, MeterRegistry registry) {
        FunctionCounter.builder("oxbow.cleaner.cleanings", broker, b -> b.cleaner().cleanings())
                .description("Cleanings of compacted partitions")
                .register(registry);
        FunctionCounter.builder("oxbow.cleaner.read", broker, b -> b.cleaner().bytesRead())
                .baseUnit("bytes")
                .description("Read by cleanings, in both passes")
                .register(registry);
        FunctionCounter.builder("oxbow.cleaner.removed", broker, b -> b.cleaner().bytesRemoved())
                .baseUnit("bytes")
                .description("By which cleanings made logs shorter")
                .register(registry);
        Gauge.builder("oxbow.cleaner.dirty.ratio.max", broker, b -> b.cleaner().dirtyRatioMax())
                .description("Dirty share of the dirtiest compacted partition, at the last look")
                .register(registry);
        Gauge.builder("oxbow.cleaner.last.seconds", broker, b -> b.cleaner().lastSeconds())
                .description("Time that the last cleaning took")
                .register(registry);
        Gauge.builder(
                        "oxbow.cleaner.last.idle.timestamp.seconds",
                        broker,
                        b -> b.cleaner().lastEndMillis() / 1e3)
                .description("When the cleaner last found nothing left to clean; 0 before")
                .register(registry);
        Gauge.builder(
                        "oxbow.cleaner.uncleanable.partitions",
                        broker,
                        b -> b.cleaner().uncleanable())
                .description("Compacted partitions whose last cleaning failed")
                .register(registry);
        Gauge.builder(
                        "oxbow.cleaner.uncleanable.bytes",
                        broker,
                        b -> b.cleaner().uncleanableBytes())
                .description("Dirty in partitions whose last cleaning failed")
                .register(registry);
    }
}
