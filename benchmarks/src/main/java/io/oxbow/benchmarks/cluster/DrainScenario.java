package io.oxbow.benchmarks.cluster;

import io.oxbow.benchmarks.scenario.Contender;
import io.oxbow.benchmarks.scenario.Figures;
import io.oxbow.benchmarks.scenario.LogWithoutUploads;
import io.oxbow.benchmarks.scenario.Quantity;
import io.oxbow.benchmarks.scenario.Topics;
import io.oxbow.benchmarks.scenario.Windows;
import io.oxbow.benchmarks.scenario.Workload;
import io.oxbow.benchmarks.server.Lab;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/**
 * Stops a node by SIGTERM that leads 1,000 partitions and has 256 MiB in its log, until its process
 * has ended.
 */
public final class DrainScenario implements ClusterScenario {

    private static final String TOPIC = "drained";
    private static final int PARTITIONS = 1000;
    private static final long RECORDS = 256 << 10;
    private static final Workload FILL = new Workload(0, 1024, 16 * 1024, 20);
    private static final double NANOS = 1e9;
    private static final int OXBOW_SECONDS = 50;
    private static final int PEER_SECONDS = 110;

    @Override
    public String title() {
        return "stop a node with 1,000 partitions and 256 MiB that are not uploaded";
    }

    @Override
    public int estimateSeconds(Contender contender, Windows windows) {
        return contender == Contender.OXBOW ? OXBOW_SECONDS : PEER_SECONDS;
    }

    @Override
    public Figures run(Contender contender, Lab lab, Windows windows)
            throws IOException, InterruptedException {
        try (var nodes = ThreeNodes.start(contender, lab, settings())) {
            int drained = ThreeNodes.anotherThan(nodes.metadataLeader());
            nodes.create(TOPIC, PARTITIONS, drained, ThreeNodes.NODES);
            Topics.fill(lab, nodes.server(), List.of(TOPIC), FILL, RECORDS);
            long before = System.nanoTime();
            nodes.server().terminate(drained);
            double seconds = (System.nanoTime() - before) / NANOS;
            long left = nodes.ledBy(TOPIC, drained);
            if (left > 0) {
                throw new IOException(
                        "%d partitions were still led by node %d after %.1f s"
                                .formatted(left, drained, seconds));
            }
            return new Figures(Map.of(Quantity.SECONDS_TO_DRAIN, seconds), List.of());
        }
    }

    private static Map<String, String> settings() {
        Map<String, String> settings = LogWithoutUploads.ofAppends(384);
        settings.put("oxbow.balance.enable", "false");
        return settings;
    }
}
