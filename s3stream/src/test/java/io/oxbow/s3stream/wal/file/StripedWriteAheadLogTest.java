package io.oxbow.s3stream.wal.file;

import static io.oxbow.s3stream.wal.file.WalFixture.append;
import static io.oxbow.s3stream.wal.file.WalFixture.config;
import static io.oxbow.s3stream.wal.file.WalFixture.environment;
import static io.oxbow.s3stream.wal.file.WalFixture.scan;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.oxbow.s3stream.S3StreamException;
import io.oxbow.s3stream.wal.WalVolume;
import io.oxbow.s3stream.wal.WriteAheadLog;
import io.oxbow.s3stream.wal.file.WalFixture.Appended;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests the contract over three volumes, with tests for several volumes only. */
class StripedWriteAheadLogTest extends WriteAheadLogContract {

    private List<MemoryDisk> disks = disks(3);

    @TempDir Path directory;

    private static List<MemoryDisk> disks(int count) {
        return IntStream.range(0, count).mapToObj(i -> new MemoryDisk()).toList();
    }

    @Override
    WalVolume open() {
        disks = disks.stream().map(disk -> MemoryDisk.of(disk.crash().content())).toList();
        return StripedWalVolume.openOn(config(), disks, environment());
    }

    @Test
    void everyStreamKeepsToOneVolumeAndAllVolumesAreUsed() {
        var volume = open();
        WriteAheadLog log = volume.start(1);
        List<Integer> volumes = new ArrayList<>();
        for (long stream = 0; stream < 300; stream++) {
            Appended first = append(log, stream, 0, 10).settle();
            Appended second = append(log, stream, 1, 10).settle();
            assertThat(second.entry().volume()).isEqualTo(first.entry().volume());
            assertThat(second.entry().lsn()).isGreaterThan(first.entry().lsn());
            volumes.add(first.entry().volume());
        }
        for (int number = 0; number < 3; number++) {
            assertThat(Collections.frequency(volumes, number)).isBetween(60, 140);
        }
        volume.close();
        List<Long> found = new ArrayList<>();
        WalVolume again = open();
        for (int number = 0; number < 3; number++) {
            found.addAll(scan(again, number, 0).offsets());
        }
        assertThat(found).hasSize(600);
        again.close();
    }

    @Test
    void theVolumeOfAStreamNeverChanges() {
        List<Integer> of3 =
                IntStream.range(1, 13)
                        .mapToObj(id -> StripedWriteAheadLog.volumeOf(id, 3))
                        .toList();
        assertThat(of3).containsExactly(2, 0, 0, 0, 2, 2, 1, 0, 1, 1, 2, 1);
        assertThat(StripedWriteAheadLog.volumeOf(Long.MAX_VALUE, 1)).isZero();
    }

    @Test
    void appendsOfEachVolumeCompleteInItsOrder() throws InterruptedException {
        var volume = open();
        WriteAheadLog log = volume.start(1);
        List<List<Long>> completed = new ArrayList<>();
        for (int number = 0; number < 3; number++) {
            completed.add(Collections.synchronizedList(new ArrayList<>()));
        }
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 6; t++) {
            long stream = t;
            int number = StripedWriteAheadLog.volumeOf(stream, 3);
            threads.add(
                    Thread.startVirtualThread(() -> {
                        for (int i = 0; i < 100; i++) {
                            long id = stream * 1000 + i;
                            log.append(
                                    WalFixture.record(stream, id, 300),
                                    (entry, failure) -> {
                                        completed.get(number).add(id);
                                        entry.slab().release();
                                    });
                        }
                    }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        volume.close();
        WalVolume again = open();
        for (int number = 0; number < 3; number++) {
            assertThat(scan(again, number, 0).offsets()).isEqualTo(completed.get(number));
        }
        again.close();
    }

    @Test
    void theFailureOfOneVolumeFailsAll() throws InterruptedException {
        var volume = open();
        WriteAheadLog log = volume.start(1);
        var told = new AtomicReference<S3StreamException>();
        var tellings = new AtomicInteger();
        var done = new CountDownLatch(1);
        log.onFailure(failure -> {
            told.set(failure);
            tellings.incrementAndGet();
            done.countDown();
        });
        Appended good = append(log, 0, 0, 10).settle();
        int broken = good.entry().volume();
        disks.get(order(volume).indexOf(broken))
                .hook((operation, position, bytes) -> {
                    throw new IOException("disk gone");
                });
        append(log, 0, 1, 10);
        done.await();
        assertThat(told.get()).hasMessageContaining("disk gone");
        for (long stream = 0; stream < 30; stream++) {
            long each = stream;
            assertThatThrownBy(() -> append(log, each, 2, 10))
                    .isInstanceOf(S3StreamException.class);
        }
        volume.close();
        assertThat(tellings).hasValue(1);
    }

    /** Returns the number of each disk's volume in the log. */
    private List<Integer> order(WalVolume volume) {
        return disks.stream()
                .map(disk -> {
                    var copy = WalFixture.open(MemoryDisk.of(disk.content()));
                    try (copy) {
                        return volume.walIds().indexOf(copy.walId());
                    }
                })
                .toList();
    }

    @Test
    void theOrderOfThePathsDoesNotMatter() {
        List<Path> paths =
                List.of(directory.resolve("a"), directory.resolve("b"), directory.resolve("c"));
        var volume = StripedWalVolume.open(config(), paths, environment());
        List<java.util.UUID> ids = volume.walIds();
        volume.close();
        var again = StripedWalVolume.open(config(), paths.reversed(), environment());
        assertThat(again.walIds()).isEqualTo(ids);
        assertThat(again.description()).contains(paths.getFirst().toString());
        again.close();
    }

    @Test
    void onePathMakesAnUnstripedVolumeAndTheSamePathTwiceIsRefused() {
        Path path = directory.resolve("a");
        try (var one = StripedWalVolume.open(config(), List.of(path), environment())) {
            assertThat(one).isInstanceOf(FileWalVolume.class);
        }
        assertThatThrownBy(
                        () -> StripedWalVolume.open(config(), List.of(path, path), environment()))
                .hasMessageContaining("in use by this process");
        FileWalVolume.open(config(path), environment()).close(); // nothing is held
    }

    @Test
    void memoryForTooFewVolumesIsRefused() {
        var little = config().withMemory(600 << 10, 256 << 10);
        assertThatThrownBy(() -> StripedWalVolume.openOn(little, disks, environment()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("for 3 volumes");
    }
}
