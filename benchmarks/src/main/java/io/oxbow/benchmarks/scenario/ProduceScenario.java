package io.oxbow.benchmarks.scenario;

import io.oxbow.benchmarks.server.Lab;
import io.oxbow.benchmarks.server.LoadProcess;
import io.oxbow.benchmarks.server.Server;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Runs one producer and nothing else. */
public record ProduceScenario(Workload workload) implements Scenario {

    private static final String TOPIC = "load";
    private static final Duration START = Duration.ofMinutes(1);
    private static final double RATE_REACHED = 0.97;

    @Override
    public String title() {
        return workload.title();
    }

    @Override
    public int estimateSeconds(Contender contender, Windows windows) {
        return windows.estimateSeconds(1) + (contender.warmups() - 1) * windows.warmupSeconds();
    }

    @Override
    public Figures run(Contender contender, Lab lab, Windows windows)
            throws IOException, InterruptedException {
        try (Server server = contender.start(lab, Map.of())) {
            Topics.create(server, contender, List.of(TOPIC), Workload.PARTITIONS);
            try (LoadProcess load = produce(lab, server, TOPIC, workload)) {
                Thread.sleep(
                        Duration.ofSeconds((long) windows.warmupSeconds() * contender.warmups()));
                return figures(contender, MeasuredWindow.measure(load, server, windows.seconds()));
            }
        }
    }

    /** Starts a producer and waits until it has begun. */
    public static LoadProcess produce(Lab lab, Server server, String topic, Workload workload)
            throws IOException, InterruptedException {
        List<String> options = new ArrayList<>(workload.options());
        options.add("--topics=" + topic);
        LoadProcess load = LoadProcess.start(lab, server, "produce", options);
        load.await("started", START);
        return load;
    }

    private Figures figures(Contender contender, MeasuredWindow window) {
        Map<Quantity, Double> values = new EnumMap<>(Quantity.class);
        values.put(Quantity.CPU_SECONDS_PER_GIB, window.cpuSecondsPerGib());
        values.put(Quantity.MIB_PER_SECOND, window.mibPerSecond());
        values.put(Quantity.P99_MILLIS, window.p99Millis());
        values.put(Quantity.PEAK_RSS_MIB, window.peakRssMib());
        List<String> notes = new ArrayList<>();
        if (window.mibPerSecond() < RATE_REACHED * workload.mibPerSecond()) {
            notes.add(
                    "%s: %.1f MiB/s instead of %.0f"
                            .formatted(
                                    contender.title(),
                                    window.mibPerSecond(),
                                    workload.mibPerSecond()));
        }
        return new Figures(values, notes);
    }
}
