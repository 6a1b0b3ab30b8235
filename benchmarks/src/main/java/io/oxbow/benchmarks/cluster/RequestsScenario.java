package io.oxbow.benchmarks.cluster;

import io.oxbow.benchmarks.scenario.Contender;
import io.oxbow.benchmarks.scenario.Figures;
import io.oxbow.benchmarks.scenario.MeasuredWindow;
import io.oxbow.benchmarks.scenario.OxbowUnderLoad;
import io.oxbow.benchmarks.scenario.Quantity;
import io.oxbow.benchmarks.scenario.Windows;
import io.oxbow.benchmarks.scenario.Workload;
import io.oxbow.benchmarks.server.Lab;
import io.oxbow.benchmarks.server.RequestCounts;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Counts requests to the bucket of one node and of three, under 20 MiB/s and idle, with write-ahead
 * logs in files. {@code bench requests} tells more of them.
 */
public final class RequestsScenario implements ClusterScenario {

    private static final Workload LOAD = Workload.batchesOf16Kib(20);
    private static final Duration UPLOADED = Duration.ofSeconds(50);
    private static final double GIB = 1 << 30;
    private static final double SECONDS_PER_HOUR = 3600;

    /** Requests per GiB and per idle hour. */
    private record Counts(RequestCounts perGib, RequestCounts idleHour) {}

    @Override
    public String title() {
        return "requests to the bucket of one node and of three";
    }

    @Override
    public int estimateSeconds(Contender contender, Windows windows) {
        return 2
                * (int) (windows.estimateSeconds(1) + UPLOADED.toSeconds() + 2L * seconds(windows));
    }

    private static int seconds(Windows windows) {
        return 4 * windows.seconds();
    }

    @Override
    public Figures run(Contender contender, Lab lab, Windows windows)
            throws IOException, InterruptedException {
        Counts one = counts(lab, 1, windows);
        Counts three = counts(lab, ThreeNodes.NODES, windows);
        Map<Quantity, Double> values = new EnumMap<>(Quantity.class);
        values.put(Quantity.PUTS_PER_GIB, one.perGib.puts());
        values.put(Quantity.DOLLARS_PER_IDLE_MONTH, one.idleHour.dollars() * 730);
        values.put(
                Quantity.REQUEST_COST_OF_THREE_OVER_ONE,
                three.perGib.dollars() / one.perGib.dollars());
        values.put(
                Quantity.IDLE_COST_OF_THREE_OVER_ONE,
                three.idleHour.dollars() / one.idleHour.dollars());
        List<String> notes = new ArrayList<>();
        notes.add(told("one node", one));
        notes.add(told("three nodes", three));
        return new Figures(values, notes);
    }

    private static String told(String whose, Counts counts) {
        return "%s: %.1f PUT, %.1f GET, %.1f LIST per GiB, %.0f, %.0f, %.0f per idle hour"
                .formatted(
                        whose,
                        counts.perGib.puts(),
                        counts.perGib.gets(),
                        counts.perGib.lists(),
                        counts.idleHour.puts(),
                        counts.idleHour.gets(),
                        counts.idleHour.lists());
    }

    private static Counts counts(Lab lab, int nodes, Windows windows)
            throws IOException, InterruptedException {
        try (var oxbow = OxbowUnderLoad.start(lab, nodes, LOAD, Map.of())) {
            Thread.sleep(Duration.ofSeconds(windows.warmupSeconds()));
            RequestCounts before = oxbow.requests();
            MeasuredWindow window = oxbow.measure(seconds(windows));
            RequestCounts loaded = oxbow.requests().since(before);
            oxbow.endLoad();
            Thread.sleep(UPLOADED);
            RequestCounts settled = oxbow.requests();
            Thread.sleep(Duration.ofSeconds(seconds(windows)));
            RequestCounts idle = oxbow.requests().since(settled);
            return new Counts(
                    loaded.times(GIB / window.ackedBytes()),
                    idle.times(SECONDS_PER_HOUR / seconds(windows)));
        }
    }
}
