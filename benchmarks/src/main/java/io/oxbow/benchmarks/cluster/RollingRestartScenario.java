package io.oxbow.benchmarks.cluster;

import io.oxbow.benchmarks.scenario.Contender;
import io.oxbow.benchmarks.scenario.Figures;
import io.oxbow.benchmarks.scenario.Quantity;
import io.oxbow.benchmarks.scenario.Windows;
import io.oxbow.benchmarks.server.Lab;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Stops and starts one of three nodes after the other under a producer. */
public final class RollingRestartScenario implements ClusterScenario {

    private static final String TOPIC = "rolled";
    private static final int PARTITIONS = 60;
    private static final Duration PACE = Duration.ofMillis(5);
    private static final Duration SETTLE = Duration.ofSeconds(10);
    private static final double MILLIS = 1e3;
    private static final int OXBOW_SECONDS = 90;
    private static final int PEER_SECONDS = 120;

    @Override
    public String title() {
        return "stop and start each of three nodes under a producer";
    }

    @Override
    public int estimateSeconds(Contender contender, Windows windows) {
        return contender == Contender.OXBOW ? OXBOW_SECONDS : PEER_SECONDS;
    }

    @Override
    public Figures run(Contender contender, Lab lab, Windows windows)
            throws IOException, InterruptedException {
        try (var nodes = ThreeNodes.start(contender, lab, Map.of())) {
            nodes.create(TOPIC, PARTITIONS);
            try (var pulse = Pulse.start(nodes.server(), TOPIC, PARTITIONS, PACE)) {
                Thread.sleep(SETTLE);
                pulse.pauseMillis();
                for (int id = 1; id <= ThreeNodes.NODES; id++) {
                    nodes.server().terminate(id);
                    nodes.server().launch(id);
                    nodes.awaitMember(id);
                    Thread.sleep(SETTLE);
                }
                return new Figures(
                        Map.of(Quantity.SECONDS_OF_STALL, pulse.pauseMillis() / MILLIS), List.of());
            }
        }
    }
}
