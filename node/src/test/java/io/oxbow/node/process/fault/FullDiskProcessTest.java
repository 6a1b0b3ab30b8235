package io.oxbow.node.process.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.oxbow.node.process.NumberedLoad;
import io.oxbow.node.process.OxbowProcess;
import io.oxbow.s3stream.testkit.RequiresPrograms;
import io.oxbow.s3stream.testkit.Sampled;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests a full disk with bucket and write-ahead log on it, under a real process. */
@Sampled
@Tag("slow")
@RequiresPrograms(
        value = {"mkfs.ext4", "mount"},
        hint = "apt-get install e2fsprogs mount")
class FullDiskProcessTest {

    @TempDir Path temporary = Path.of("");

    @Test
    void producersWaitForSpaceAndNothingIsLost() throws Exception {
        Assumptions.assumeTrue(
                "root".equals(System.getProperty("user.name")), "only root can mount a disk");
        Map<String, String> settings =
                new HashMap<>(
                        Map.of(
                                "num.partitions", "2",
                                "oxbow.wal.capacity.bytes", String.valueOf(80 << 20),
                                "oxbow.upload.interval.ms", "300"));
        try (var disk = SmallDisk.mount(temporary, 400)) {
            Path data = disk.directory().resolve("data");
            try (var node = OxbowProcess.start(data, settings);
                    var load = new NumberedLoad(node.kafka(), "numbers", 2, 2_000)) {
                load.awaitMore(2_000);
                Path ballast = disk.fill(8);
                load.awaitStandstill(Duration.ofSeconds(8));
                assertThat(node.isAlive()).as(node.log()).isTrue();
                assertThat(node.log()).contains("No space left on device");

                Files.delete(ballast);
                load.awaitMore(2_000);
                load.finish();
                load.verify(node.kafka());
                assertThat(node.terminate()).isZero();
            }
        }
    }
}
