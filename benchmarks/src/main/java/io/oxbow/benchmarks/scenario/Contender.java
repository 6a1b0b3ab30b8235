package io.oxbow.benchmarks.scenario;

import io.oxbow.benchmarks.server.KafkaServers;
import io.oxbow.benchmarks.server.Lab;
import io.oxbow.benchmarks.server.OxbowServers;
import io.oxbow.benchmarks.server.Server;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** Servers, and fio, that are measured. */
public enum Contender {
    OXBOW("Oxbow", 1, Map.of()),
    KAFKA("Kafka", 1, Map.of()),
    KAFKA_THREE_REPLICAS("Kafka, three nodes and replicas", 3, Map.of()),
    KAFKA_FLUSHING("Kafka, flush.messages=1", 1, Map.of("flush.messages", "1")),
    FIO("fio", 1, Map.of()),
    /** Stands for a peer where a metric has none. */
    NONE("nobody", 0, Map.of());

    private final String title;
    private final int replicas;
    private final Map<String, String> topicConfigs;

    Contender(String title, int replicas, Map<String, String> topicConfigs) {
        this.title = title;
        this.replicas = replicas;
        this.topicConfigs = topicConfigs;
    }

    public String title() {
        return title;
    }

    public short replicas() {
        return (short) replicas;
    }

    public Map<String, String> topicConfigs() {
        return topicConfigs;
    }

    /** Returns the factor of a warm-up's length, since so many JVMs share the cores. */
    public int warmups() {
        return replicas;
    }

    /** Prepares a server to be launched on no data. */
    public Server prepare(Lab lab) throws IOException, InterruptedException {
        return switch (this) {
            case OXBOW -> OxbowServers.prepare(lab, 1, Map.of(), List.of());
            case KAFKA, KAFKA_FLUSHING, KAFKA_THREE_REPLICAS -> KafkaServers.prepare(lab, replicas);
            case FIO, NONE -> throw new IllegalStateException(title + " is no server");
        };
    }

    /**
     * Starts a server on no data.
     *
     * @param oxbowSettings what the scenario needs of Oxbow beside its defaults
     */
    public Server start(Lab lab, Map<String, String> oxbowSettings)
            throws IOException, InterruptedException {
        return switch (this) {
            case OXBOW -> OxbowServers.start(lab, oxbowSettings, List.of());
            case KAFKA, KAFKA_FLUSHING, KAFKA_THREE_REPLICAS -> KafkaServers.start(lab, replicas);
            case FIO, NONE -> throw new IllegalStateException(title + " is no server");
        };
    }
}
