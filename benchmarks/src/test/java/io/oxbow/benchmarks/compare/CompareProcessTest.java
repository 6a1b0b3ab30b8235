package io.oxbow.benchmarks.compare;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real command: both servers start, serve a load and are gone afterwards. */
@Tag("slow")
class CompareProcessTest {

    @TempDir Path directory;

    @Test
    void twoMetricsComeOfTwoServers() throws Exception {
        for (JsonNode each : measured("compare", "cpu_80mib_16k_rf1", "rss_80mib")) {
            assertThat(each.path("oxbow").asDouble()).as("%s", each).isPositive();
            assertThat(each.path("peer").asDouble()).as("%s", each).isPositive();
        }
    }

    @Test
    void metricOfAClusterComesOfThreeNodesOfEach() throws Exception {
        JsonNode metric = measured("cluster", "follower_cpu").path(0);
        assertThat(metric.path("oxbow").asDouble()).as("%s", metric).isPositive();
        assertThat(metric.path("peer").asDouble()).as("%s", metric).isPositive();
    }

    private JsonNode measured(String command, String... metrics) throws Exception {
        Path json = directory.resolve("results.json");
        Path data = Files.createTempDirectory(Path.of("target").toAbsolutePath(), "compare-");
        var builder =
                new ProcessBuilder(
                        Path.of("../bin/bench").toAbsolutePath().normalize().toString(),
                        command,
                        "--metrics=" + String.join(",", metrics),
                        "--runs=1",
                        "--warmup=3",
                        "--seconds=3",
                        "--heap=512",
                        "--json=" + json,
                        "--dir=" + data);
        builder.environment().put("OXBOW_NO_BUILD", "1");
        builder.environment().put("OXBOW_TARGET", "target");
        builder.redirectErrorStream(true);
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(process.waitFor()).as(said).isZero();
        assertThat(directory.resolve("results.svg")).isNotEmptyFile();
        try (Stream<Path> left = Files.list(data)) {
            assertThat(left).as("data of servers").isEmpty();
        }
        Files.delete(data);
        JsonNode found = new ObjectMapper().readTree(json.toFile()).path("metrics");
        assertThat(found).as(said).hasSize(metrics.length);
        return found;
    }
}
