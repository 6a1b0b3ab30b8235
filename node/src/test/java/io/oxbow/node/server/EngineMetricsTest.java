package io.oxbow.node.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.oxbow.node.config.HostPort;
import io.oxbow.node.config.NodeConfig;
import io.oxbow.s3stream.Stream;
import io.oxbow.s3stream.StreamName;
import io.oxbow.s3stream.env.Environment;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests the engine's meters along an append's way into the bucket and back. */
class EngineMetricsTest {

    private static final StreamName NAME = new StreamName(new UUID(1, 2), 0, StreamName.Kind.DATA);
    private static final int BYTES = 100_000;

    private final PrometheusMeterRegistry meters =
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

    @TempDir Path temporary = Path.of("");

    @Test
    void scrapeFollowsAnAppendFromTheLogIntoTheBucketAndBack() throws Exception {
        try (var resources = new Resources()) {
            Storage storage = open(resources);
            assertThat(scraped("oxbow_wal_capacity_bytes"))
                    .isBetween(95.0 * (1 << 20), 96.0 * (1 << 20));
            Stream stream = storage.streams().open(List.of(NAME)).get(NAME);
            stream.append(ByteBuffer.allocate(BYTES), 1, 7).await();
            assertThat(scraped("oxbow_wal_used_bytes")).isGreaterThanOrEqualTo(BYTES);
            assertThat(scraped("oxbow_pending_bytes")).isGreaterThanOrEqualTo(BYTES);
            assertThat(scraped("oxbow_tail_bytes")).isGreaterThanOrEqualTo(BYTES);

            storage.streams().flush();
            storage.streams().close(List.of(NAME));
            assertThat(scraped("oxbow_pending_bytes")).isZero();
            assertThat(scraped("oxbow_cache_blocks_bytes")).isZero();

            Stream again = storage.streams().open(List.of(NAME)).get(NAME);
            again.read(0, 1 << 20).close();
            assertThat(scraped("oxbow_cache_misses_total")).isPositive();
            assertThat(scraped("oxbow_cache_blocks_bytes")).isGreaterThanOrEqualTo(BYTES);
        }
    }

    private Storage open(Resources resources) {
        Map<String, String> settings =
                Map.of(
                        "oxbow.data.dir", temporary.toString(),
                        "oxbow.upload.interval.ms", "600000",
                        "oxbow.wal.capacity.bytes", String.valueOf(96 << 20));
        return Storage.open(
                NodeConfig.of(settings),
                new HostPort("127.0.0.1", 1),
                List.of("127.0.0.1:9"),
                Environment.system(),
                meters,
                resources);
    }

    private double scraped(String name) {
        return meters.scrape()
                .lines()
                .filter(line -> line.startsWith(name + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + name + " in\n" + meters.scrape()));
    }
}
