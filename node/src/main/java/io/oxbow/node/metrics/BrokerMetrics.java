package io.oxbow.node.metrics;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.oxbow.broker.Broker;
import io.oxbow.broker.records.InternalLogReader;
import io.oxbow.schema.SchemaRegistry;

/** Meters of the log cleaner, and of records that broker and schema registry could not read. */
public final class BrokerMetrics {

    private BrokerMetrics() {}

    public static void bind(Broker broker, SchemaRegistry schemas, MeterRegistry registry) {
        CleanerMetrics.bind(broker, registry);
        Gauge.builder(
                        "oxbow.damaged.ranges",
                        broker,
                        b -> b.damaged().ranges(b.partitions()).size())
                .description(
                        "Ranges of records that cannot be read, or were lost with a write-ahead log")
                .register(registry);
        FunctionCounter.builder("oxbow.damaged.reads", broker, b -> b.damaged().failedReads())
                .description("Reads that ended with an error at a damaged range")
                .register(registry);
        FunctionCounter.builder("oxbow.damaged.skips", broker, b -> b.damaged().passedOver())
                .description("Reads that went past a damaged range, as the topic is configured")
                .register(registry);
        Gauge.builder("oxbow.group.loads.failing", broker, b -> b.groups().failingLoads().size())
                .description("Partitions of the group log that cannot be read just now")
                .register(registry);
        FunctionCounter.builder(
                        "oxbow.internal.records.skipped",
                        schemas,
                        s -> s.unreadableRecords() + InternalLogReader.skippedRecords())
                .description("Records of internal topics that made no sense and were passed over")
                .register(registry);
    }
}
