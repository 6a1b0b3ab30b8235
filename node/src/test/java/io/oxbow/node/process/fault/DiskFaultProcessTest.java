package io.oxbow.node.process.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.oxbow.node.process.NumberedLoad;
import io.oxbow.node.process.OxbowProcess;
import io.oxbow.s3stream.testkit.RequiresPrograms;
import io.oxbow.s3stream.testkit.Sampled;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests a write-ahead log on a disk that is slow, hangs, or fails, under a real process. */
@Sampled
@Tag("slow")
@RequiresPrograms(
        value = {"cc"},
        hint = "apt-get install gcc libc6-dev")
class DiskFaultProcessTest {

    private static final int PARTITIONS = 2;

    @TempDir Path temporary = Path.of("");

    private final Map<String, String> settings =
            new HashMap<>(Map.of("num.partitions", "2", "oxbow.upload.interval.ms", "300"));

    @Test
    void slowDiskSlowsProducersDownAndFailsNothing() throws Exception {
        var disk = DiskFaults.under(temporary, "/data/wal");
        try (var node = start(disk);
                var load = new NumberedLoad(node.kafka(), "numbers", PARTITIONS, 200)) {
            load.awaitMore(2_000);
            disk.delay(1_500);
            load.awaitMore(400);
            disk.heal();
            load.awaitMore(2_000);
            load.finish();
            load.verify(node.kafka());
            assertThat(node.isAlive()).isTrue();
        }
    }

    @Test
    void failingDiskStopsTheNodeAndLosesNothing() throws Exception {
        var disk = DiskFaults.under(temporary, "/data/wal");
        OxbowProcess node = start(disk);
        settings.put("listeners", "PLAINTEXT://" + node.kafka());
        try (var load = new NumberedLoad(node.kafka(), "numbers", PARTITIONS, 200)) {
            load.awaitMore(2_000);
            disk.fail(DiskFaults.EIO);
            assertThat(node.awaitExit(Duration.ofSeconds(60))).isNotZero();
            assertThat(node.log()).contains("WAL").contains("Input/output error");
            disk.heal();
            node = start(disk);
            load.awaitMore(2_000);
            load.finish();
            load.verify(node.kafka());
        } finally {
            node.close();
        }
    }

    /** A write that does not come back within 30 seconds is a failure of the whole log. */
    @Test
    void hangingDiskStopsTheNodeAndLosesNothing() throws Exception {
        var disk = DiskFaults.under(temporary, "/data/wal");
        OxbowProcess node = start(disk);
        settings.put("listeners", "PLAINTEXT://" + node.kafka());
        try (var load = new NumberedLoad(node.kafka(), "numbers", PARTITIONS, 200)) {
            load.awaitMore(2_000);
            disk.delay(3_600_000);
            assertThat(node.awaitExit(Duration.ofSeconds(120))).isNotZero();
            disk.heal();
            node = start(disk);
            load.awaitMore(2_000);
            load.finish();
            load.verify(node.kafka());
        } finally {
            node.close();
        }
    }

    private OxbowProcess start(DiskFaults disk) throws Exception {
        return OxbowProcess.start(temporary.resolve("data"), settings, disk.environment());
    }
}
