package io.oxbow.benchmarks.cluster;

import io.oxbow.benchmarks.scenario.Contender;
import io.oxbow.benchmarks.scenario.Figures;
import io.oxbow.benchmarks.scenario.Quantity;
import io.oxbow.benchmarks.scenario.Windows;
import io.oxbow.benchmarks.server.Lab;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.common.TopicPartition;

/**
 * Starts a third node beside two that lead 300 partitions, until it leads nine tenths of its share.
 * Kafka balances nothing by itself: its partitions are reassigned by hand as soon as the node is
 * there.
 */
public final class JoinScenario implements ClusterScenario {

    private static final String TOPIC = "balanced";
    private static final int PARTITIONS = 300;
    private static final int SHARE = PARTITIONS / ThreeNodes.NODES;
    private static final double NANOS = 1e9;
    private static final int SECONDS = 80;

    @Override
    public String title() {
        return "start a third node beside two with 300 partitions, until it has its share";
    }

    @Override
    public int estimateSeconds(Contender contender, Windows windows) {
        return SECONDS;
    }

    @Override
    public Figures run(Contender contender, Lab lab, Windows windows)
            throws IOException, InterruptedException {
        try (var nodes = ThreeNodes.start(contender, lab, Map.of(), ThreeNodes.NODES - 1)) {
            for (int id = 1; id < ThreeNodes.NODES; id++) {
                nodes.create(TOPIC + id, PARTITIONS / 2, id, 1);
            }
            long before = System.nanoTime();
            nodes.server().launch(ThreeNodes.NODES);
            if (contender == Contender.OXBOW) {
                ThreeNodes.await("share", () -> ledByNewcomer(nodes) >= SHARE * 0.9);
            } else {
                nodes.awaitMember(ThreeNodes.NODES);
                List<TopicPartition> moved =
                        IntStream.range(0, SHARE)
                                .mapToObj(each ->
                                        new TopicPartition(TOPIC + (1 + each % 2), each / 2))
                                .toList();
                nodes.move(moved, ThreeNodes.NODES);
            }
            return new Figures(
                    Map.of(Quantity.SECONDS_TO_BALANCED, (System.nanoTime() - before) / NANOS),
                    List.of());
        }
    }

    private static long ledByNewcomer(ThreeNodes nodes) throws IOException, InterruptedException {
        return nodes.ledBy(TOPIC + 1, ThreeNodes.NODES) + nodes.ledBy(TOPIC + 2, ThreeNodes.NODES);
    }
}
