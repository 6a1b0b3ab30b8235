package io.oxbow.benchmarks.cluster;

import io.oxbow.benchmarks.scenario.Contender;
import io.oxbow.benchmarks.scenario.Figures;
import io.oxbow.benchmarks.scenario.MeasuredWindow;
import io.oxbow.benchmarks.scenario.ProduceScenario;
import io.oxbow.benchmarks.scenario.Quantity;
import io.oxbow.benchmarks.scenario.Topics;
import io.oxbow.benchmarks.scenario.Windows;
import io.oxbow.benchmarks.scenario.Workload;
import io.oxbow.benchmarks.server.Lab;
import io.oxbow.benchmarks.server.LoadProcess;
import io.oxbow.benchmarks.server.Server;
import java.io.IOException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Produces 10 MiB/s to each of three nodes; beside them, to one node of Oxbow with its write-ahead
 * log in the bucket, too.
 */
public final class SpreadProduceScenario implements ClusterScenario {

    private static final String TOPIC = "spread";
    private static final int PARTITIONS = 48;
    private static final int MIB_PER_NODE = 10;

    @Override
    public String title() {
        return "produce 10 MiB/s to each of three nodes";
    }

    @Override
    public int estimateSeconds(Contender contender, Windows windows) {
        return windows.estimateSeconds(1) * (contender == Contender.OXBOW ? 2 : 1);
    }

    @Override
    public Figures run(Contender contender, Lab lab, Windows windows)
            throws IOException, InterruptedException {
        Map<Quantity, Double> values = new EnumMap<>(Quantity.class);
        double three;
        try (var nodes = ThreeNodes.start(contender, lab, Map.of())) {
            nodes.create(TOPIC, PARTITIONS);
            three = cpuPerGib(lab, nodes.server(), ThreeNodes.NODES * MIB_PER_NODE, windows);
        }
        values.put(Quantity.CPU_SECONDS_PER_GIB_OF_THREE, three);
        if (contender == Contender.OXBOW) {
            try (Server node = contender.start(lab, Map.of("oxbow.wal", "object"))) {
                Topics.create(node, contender, List.of(TOPIC), PARTITIONS / ThreeNodes.NODES);
                double one = cpuPerGib(lab, node, MIB_PER_NODE, windows);
                values.put(Quantity.CPU_OF_THREE_OVER_ONE, three / one);
            }
        }
        return new Figures(values, List.of());
    }

    private static double cpuPerGib(Lab lab, Server server, int mibPerSecond, Windows windows)
            throws IOException, InterruptedException {
        Workload workload = Workload.batchesOf16Kib(mibPerSecond);
        try (LoadProcess load = ProduceScenario.produce(lab, server, TOPIC, workload)) {
            Thread.sleep(Duration.ofSeconds(windows.warmupSeconds()));
            return MeasuredWindow.measure(load, server, windows.seconds()).cpuSecondsPerGib();
        }
    }
}
