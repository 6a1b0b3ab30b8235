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
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.ConfigResource;

/**
 * Changes the metadata ten times a second, and looks at the CPU of a node that leads nothing. The
 * client spreads its calls, so that node passes a third of them on.
 */
public final class FollowerScenario implements ClusterScenario {

    private static final String TOPIC = "altered";
    private static final Duration PACE = Duration.ofMillis(100);
    private static final double NANOS = 1e9;
    private static final double PERCENT = 100;
    private static final int FIRST_RETENTION_MILLIS = 100_000_000;

    @Override
    public String title() {
        return "change the metadata ten times a second";
    }

    @Override
    public int estimateSeconds(Contender contender, Windows windows) {
        return windows.estimateSeconds(1);
    }

    @Override
    public Figures run(Contender contender, Lab lab, Windows windows)
            throws IOException, InterruptedException {
        try (var nodes =
                ThreeNodes.start(contender, lab, Map.of("oxbow.balance.enable", "false"))) {
            int leader = nodes.metadataLeader();
            nodes.create(TOPIC, 1, leader, 1);
            int follower = ThreeNodes.anotherThan(leader);
            alter(nodes, Duration.ofSeconds(windows.warmupSeconds()));
            double before = nodes.server().usage(follower).cpuSeconds();
            long begun = System.nanoTime();
            alter(nodes, Duration.ofSeconds(windows.seconds()));
            double seconds = (System.nanoTime() - begun) / NANOS;
            double cpu = nodes.server().usage(follower).cpuSeconds() - before;
            return new Figures(Map.of(Quantity.FOLLOWER_CPU, cpu / seconds * PERCENT), List.of());
        }
    }

    private static void alter(ThreeNodes nodes, Duration time)
            throws IOException, InterruptedException {
        var topic = new ConfigResource(ConfigResource.Type.TOPIC, TOPIC);
        long begun = System.nanoTime();
        for (int change = 0; System.nanoTime() - begun < time.toNanos(); change++) {
            String value = String.valueOf(FIRST_RETENTION_MILLIS + change);
            var set =
                    new AlterConfigOp(
                            new ConfigEntry("retention.ms", value), AlterConfigOp.OpType.SET);
            ThreeNodes.get(
                    nodes.admin().incrementalAlterConfigs(Map.of(topic, List.of(set))).all());
            long next = begun + (change + 1) * PACE.toNanos();
            Thread.sleep(Duration.ofNanos(Math.max(0, next - System.nanoTime())));
        }
    }
}
