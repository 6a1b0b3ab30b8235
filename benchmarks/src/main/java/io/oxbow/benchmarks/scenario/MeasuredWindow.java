package io.oxbow.benchmarks.scenario;

import com.fasterxml.jackson.databind.JsonNode;
import io.oxbow.benchmarks.server.LoadProcess;
import io.oxbow.benchmarks.server.Server;
import io.oxbow.benchmarks.server.Usage;
import java.io.IOException;
import java.time.Duration;

/**
 * Figures of a producer and its server between two marks.
 *
 * @param ackedBytes of record values
 */
public record MeasuredWindow(
        double seconds, long ackedBytes, double cpuSeconds, long peakRssBytes, double p99Millis) {

    private static final double NANOS = 1e9;
    private static final double MIB = 1 << 20;
    private static final double GIB = 1 << 30;
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final Duration PATIENCE = Duration.ofSeconds(200);

    /** Measures for so many seconds, from now. */
    public static MeasuredWindow measure(LoadProcess load, Server server, int seconds)
            throws IOException, InterruptedException {
        load.tell("open");
        JsonNode opened = load.await("opened", SOON);
        Usage before = server.usage();
        Thread.sleep(Duration.ofSeconds(seconds));
        load.tell("close");
        JsonNode closed = load.await("closed", SOON);
        Usage after = server.usage();
        JsonNode latencies = load.await("latencies", PATIENCE);
        long failed = latencies.path("failed_records").asLong();
        if (failed > 0) {
            throw new IOException(
                    "%d records were not acknowledged: %s"
                            .formatted(failed, latencies.path("first_failure").asText()));
        }
        return new MeasuredWindow(
                (closed.path("nanos").asLong() - opened.path("nanos").asLong()) / NANOS,
                closed.path("acked_bytes").asLong() - opened.path("acked_bytes").asLong(),
                after.cpuSeconds() - before.cpuSeconds(),
                after.peakRssBytes(),
                latencies.path("p99_ms").asDouble());
    }

    public double mibPerSecond() {
        return ackedBytes / MIB / seconds;
    }

    public double cpuSecondsPerGib() {
        return cpuSeconds / (ackedBytes / GIB);
    }

    public double peakRssMib() {
        return peakRssBytes / MIB;
    }
}
