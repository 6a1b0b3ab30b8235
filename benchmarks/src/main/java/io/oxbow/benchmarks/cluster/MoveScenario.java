package io.oxbow.benchmarks.cluster;

import io.oxbow.benchmarks.scenario.Contender;
import io.oxbow.benchmarks.scenario.Figures;
import io.oxbow.benchmarks.scenario.Quantity;
import io.oxbow.benchmarks.scenario.Topics;
import io.oxbow.benchmarks.scenario.Windows;
import io.oxbow.benchmarks.scenario.Workload;
import io.oxbow.benchmarks.server.Lab;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;

/** Moves a partition of 2 GiB from node to node under its producer. */
public final class MoveScenario implements ClusterScenario {

    private static final String TOPIC = "moved";
    private static final Duration PACE = Duration.ofMillis(5);
    private static final Duration BETWEEN_MOVES = Duration.ofSeconds(2);

    /** Large batches: with the log in the bucket, five of a producer's are acked each 100 ms. */
    private static final Workload FILL = new Workload(0, 1024, 960 * 1024, 20);

    private static final long RECORDS = 2 << 20;
    private static final int SECONDS = 60;
    private static final int SECONDS_PER_MOVE = 8;

    @Override
    public String title() {
        return "move a partition of 2 GiB from node to node under its producer";
    }

    private static int moves(Windows windows) {
        return windows.isQuick() ? 6 : 30;
    }

    @Override
    public int estimateSeconds(Contender contender, Windows windows) {
        return SECONDS + moves(windows) * SECONDS_PER_MOVE;
    }

    @Override
    public Figures run(Contender contender, Lab lab, Windows windows)
            throws IOException, InterruptedException {
        try (var nodes =
                ThreeNodes.start(contender, lab, Map.of("oxbow.balance.enable", "false"))) {
            nodes.create(TOPIC, 1, 1, 1);
            Topics.fill(lab, nodes.server(), List.of(TOPIC), FILL, RECORDS);
            List<Double> pauses = new ArrayList<>();
            try (var pulse = Pulse.start(nodes.server(), TOPIC, 1, PACE)) {
                for (int move = 1; move <= moves(windows); move++) {
                    Thread.sleep(BETWEEN_MOVES);
                    pulse.pauseMillis();
                    nodes.move(List.of(new TopicPartition(TOPIC, 0)), 1 + move % ThreeNodes.NODES);
                    Thread.sleep(BETWEEN_MOVES);
                    pauses.add(pulse.pauseMillis());
                }
            }
            pauses.sort(null);
            double p99 = pauses.get((int) Math.ceil(pauses.size() * 0.99) - 1);
            return new Figures(
                    Map.of(Quantity.MOVE_PAUSE_MILLIS, p99),
                    List.of(
                            "%s: %d moves, median %.0f ms"
                                    .formatted(
                                            contender.title(),
                                            pauses.size(),
                                            pauses.get(pauses.size() / 2))));
        }
    }
}
