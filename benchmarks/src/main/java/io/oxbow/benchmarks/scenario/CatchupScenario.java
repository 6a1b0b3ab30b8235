package io.oxbow.benchmarks.scenario;

import com.fasterxml.jackson.databind.JsonNode;
import io.oxbow.benchmarks.server.Lab;
import io.oxbow.benchmarks.server.LoadProcess;
import io.oxbow.benchmarks.server.Server;
import io.oxbow.benchmarks.server.Usage;
import java.io.IOException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Reads a topic of gigabytes from its beginning: alone, and beside a producer whose latencies are
 * compared with those before.
 */
public final class CatchupScenario implements Scenario {

    private static final String HISTORY = "history";
    private static final String LIVE = "live";
    private static final Workload PRELOAD = Workload.batchesOf16Kib(0);
    private static final Workload BESIDE = Workload.batchesOf16Kib(20);
    private static final Duration START = Duration.ofMinutes(1);
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final double MIB = 1 << 20;
    private static final double GIB = 1 << 30;
    private static final double NANOS = 1e9;
    private static final int PRELOAD_MIB_PER_SECOND = 120;

    @Override
    public String title() {
        return "catch up from the beginning of a topic, alone and beside a producer at 20 MiB/s";
    }

    @Override
    public int estimateSeconds(Contender contender, Windows windows) {
        return windows.estimateSeconds(3) + windows.preloadMib() / PRELOAD_MIB_PER_SECOND;
    }

    @Override
    public Figures run(Contender contender, Lab lab, Windows windows)
            throws IOException, InterruptedException {
        try (Server server = contender.start(lab, Map.of())) {
            Topics.create(server, contender, List.of(HISTORY, LIVE), Workload.PARTITIONS);
            Topics.fill(
                    lab,
                    server,
                    List.of(HISTORY),
                    PRELOAD,
                    (long) (windows.preloadMib() * MIB / PRELOAD.recordBytes()));
            try (LoadProcess consumer =
                    LoadProcess.start(lab, server, "consume", List.of("--topic=" + HISTORY))) {
                consumer.await("started", START);
                passes(consumer, server, windows.warmupSeconds());
                Passes alone = passes(consumer, server, windows.seconds());
                return figures(alone, beside(consumer, server, lab, windows));
            }
        }
    }

    private record Passes(double bytes, double seconds, double cpuSeconds) {}

    /** Makes as many whole passes as begin within so many seconds. */
    private static Passes passes(LoadProcess consumer, Server server, int seconds)
            throws IOException, InterruptedException {
        long started = System.nanoTime();
        Usage before = server.usage();
        double bytes = 0;
        double reading = 0;
        while (System.nanoTime() - started < seconds * NANOS) {
            consumer.tell("pass");
            consumer.await("pass_started", START);
            JsonNode pass = consumer.await("pass_ended", PATIENCE);
            bytes += pass.path("bytes").asDouble();
            reading += pass.path("seconds").asDouble();
        }
        return new Passes(bytes, reading, server.usage().cpuSeconds() - before.cpuSeconds());
    }

    private record Beside(double quietMillis, double busyMillis, double readMib) {}

    private static Beside beside(LoadProcess consumer, Server server, Lab lab, Windows windows)
            throws IOException, InterruptedException {
        try (LoadProcess producer = ProduceScenario.produce(lab, server, LIVE, BESIDE)) {
            Thread.sleep(Duration.ofSeconds(windows.warmupSeconds()));
            MeasuredWindow quiet = MeasuredWindow.measure(producer, server, windows.seconds());
            consumer.tell("loop");
            consumer.await("loop_started", START);
            MeasuredWindow busy = MeasuredWindow.measure(producer, server, windows.seconds());
            consumer.tell("stop");
            JsonNode loop = consumer.await("loop_ended", PATIENCE);
            return new Beside(
                    quiet.p99Millis(), busy.p99Millis(), loop.path("bytes").asDouble() / MIB);
        }
    }

    private static Figures figures(Passes alone, Beside beside) {
        Map<Quantity, Double> values = new EnumMap<>(Quantity.class);
        values.put(
                Quantity.CATCHUP_CPU_SECONDS_PER_GIB, alone.cpuSeconds() / (alone.bytes() / GIB));
        values.put(Quantity.CATCHUP_MIB_PER_SECOND, alone.bytes() / MIB / alone.seconds());
        values.put(Quantity.P99_RISE, beside.busyMillis() / beside.quietMillis());
        values.put(Quantity.P99_QUIET_MILLIS, beside.quietMillis());
        values.put(Quantity.CAUGHT_UP_MIB, beside.readMib());
        return new Figures(values, List.of());
    }
}
