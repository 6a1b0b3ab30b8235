package io.oxbow.node.metrics;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.oxbow.broker.network.NetworkServer;
import io.oxbow.node.config.ClientBudgets;
import io.oxbow.s3stream.memory.MemoryBudget;

/** Meters of Kafka's connections, and of the memory that clients make the node hold. */
public final class ClientMetrics {

    private ClientMetrics() {}

    public static void bind(NetworkServer kafka, ClientBudgets budgets, MeterRegistry registry) {
        Gauge.builder("oxbow.kafka.connections", kafka, NetworkServer::connections)
                .description("Open connections of Kafka clients")
                .register(registry);
        FunctionCounter.builder(
                        "oxbow.kafka.connections.closed.for.memory",
                        kafka,
                        NetworkServer::connectionsClosedForMemory)
                .description("Connections closed because memory for clients was short")
                .register(registry);
        FunctionCounter.builder(
                        "oxbow.kafka.unencodable.replies", kafka, NetworkServer::unencodableReplies)
                .description("Replies that had no form in their request's version, each a bug")
                .register(registry);
        bind("kafka_requests", budgets.kafka().requests(), registry);
        bind("kafka_replies", budgets.kafka().replies(), registry);
        bind("kafka_groups", budgets.kafka().groups(), registry);
        bind("http", budgets.http(), registry);
    }

    private static void bind(String name, MemoryBudget budget, MeterRegistry registry) {
        Gauge.builder("oxbow.client.memory.used", budget, MemoryBudget::usedBytes)
                .baseUnit("bytes")
                .tag("budget", name)
                .description("Memory that clients make the node hold")
                .register(registry);
        Gauge.builder("oxbow.client.memory.max", budget, MemoryBudget::bytesMax)
                .baseUnit("bytes")
                .tag("budget", name)
                .description("Memory that clients may make the node hold")
                .register(registry);
        FunctionCounter.builder("oxbow.client.memory.refusals", budget, MemoryBudget::refusals)
                .tag("budget", name)
                .description("Reservations for which the budget had no room, tried again or not")
                .register(registry);
    }
}
