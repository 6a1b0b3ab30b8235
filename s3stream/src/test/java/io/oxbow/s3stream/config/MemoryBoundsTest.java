package io.oxbow.s3stream.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.oxbow.s3stream.config.MemoryBounds.Surroundings;
import io.oxbow.s3stream.env.Environment;
import io.oxbow.s3stream.wal.bucket.BucketWalConfig;
import io.oxbow.s3stream.wal.file.StripedWalVolume;
import io.oxbow.s3stream.wal.file.WalConfig;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MemoryBoundsTest {

    private static final long MIB = 1L << 20;

    @ParameterizedTest(name = "machine {0} MiB, heap {1} MiB, direct {2} MiB")
    @CsvSource({
        // what a JVM takes by itself: a quarter as heap, as much again as direct memory
        "512, 128, 128, 80, 45, 16",
        "1024, 256, 256, 152, 119, 32",
        "2048, 512, 512, 304, 256, 64",
        "4096, 1024, 1024, 612, 256, 128",
        "8192, 2048, 2048, 1228, 256, 256",
        "16384, 4096, 4096, 2456, 256, 512",
        "65536, 16384, 16384, 4096, 256, 2048",
        // told to take more
        "1024, 512, 512, 244, 221, 51",
        "4096, 2048, 1024, 612, 256, 128",
        "65536, 49152, 49152, 4096, 256, 1228",
    })
    void theBoundsOfEverySizeFitTogether(
            long machine, long heap, long direct, long slabs, long object, long blockCache) {
        var has = new Surroundings(heap * MIB, direct * MIB, machine * MIB);

        MemoryBounds bounds = MemoryBounds.derive(has);

        assertThat(bounds.fits(has)).as("%s in %s", bounds, has).isTrue();
        assertThat(bounds.slabBytes() / MIB).isEqualTo(slabs);
        assertThat(bounds.objectBytes() / MIB).isEqualTo(object);
        assertThat(bounds.reads().blockCacheBytes() / MIB).as("blocks").isEqualTo(blockCache);
        assertThat(bounds.inFlightBytes()).isGreaterThanOrEqualTo(bounds.objectBytes());
        assertThat(bounds.objectBytes())
                .as("what gathers for an upload stays in memory, but for what may be read back")
                .isLessThanOrEqualTo(bounds.memory().tailBytes() + bounds.uploadCopyBytes());
        assertThat(bounds.forLogInBucket().objectBytes())
                .as("nothing is read back from a bucket")
                .isLessThan(bounds.memory().tailBytes());
        // The configurations that they go into take them.
        WalConfig.at(Path.of("unused")).withMemory(bounds.slabBytes(), 4 << 20);
        BucketWalConfig.defaults().withMemory(bounds.slabBytes(), 4 << 20);
        new StreamStoreConfig.Upload(
                bounds.objectBytes(),
                bounds.objectBytes() / 4,
                java.time.Duration.ZERO,
                bounds.inFlightBytes(),
                1L << 30);
    }

    @ParameterizedTest
    @CsvSource({"512, 448, 448", "128, 64, 64", "300, 200, 10"})
    void whatIsTooSmallGetsTheLeastAndIsSaidNotToFit(long machine, long heap, long direct) {
        var has = new Surroundings(heap * MIB, direct * MIB, machine * MIB);
        MemoryBounds bounds = MemoryBounds.derive(has);
        assertThat(bounds.fits(has)).isFalse();
        WalConfig.at(Path.of("unused")).withMemory(bounds.slabBytes(), 4 << 20);
        BucketWalConfig.defaults().withMemory(bounds.slabBytes(), 4 << 20);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5})
    void logOfSeveralVolumesGetsASlabMoreForEachAndOpens(int volumes, @TempDir Path directory) {
        for (int machine = 128; machine <= 8192; machine *= 4) {
            var has = new Surroundings(machine * MIB / 4, machine * MIB / 4, machine * MIB);
            MemoryBounds bounds = MemoryBounds.derive(has, volumes);
            StreamStoreConfig.Memory memory = bounds.memory();
            assertThat(bounds.slabBytes() - memory.tailBytes() - memory.heldBytes())
                    .isGreaterThanOrEqualTo((32 + 4 * (volumes + 1)) * MIB);
            var wal = WalConfig.at(directory).withMemory(bounds.slabBytes(), 4 << 20);
            List<Path> paths =
                    IntStream.range(0, volumes).mapToObj(i -> directory.resolve("" + i)).toList();
            StripedWalVolume.open(wal, paths, Environment.system()).close();
        }
    }
}
