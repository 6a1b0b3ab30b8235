package io.oxbow.s3stream.wal.file;

import static io.oxbow.s3stream.wal.file.WalFixture.append;
import static io.oxbow.s3stream.wal.file.WalFixture.config;
import static io.oxbow.s3stream.wal.file.WalFixture.environment;
import static io.oxbow.s3stream.wal.file.WalFixture.scan;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.oxbow.s3stream.S3StreamException;
import io.oxbow.s3stream.testkit.SmallFileSystem;
import io.oxbow.s3stream.wal.WriteAheadLog;
import io.oxbow.s3stream.wal.file.MemoryDisk.Operation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests disks that are full, that cannot be read, and that are slow. */
class WalDiskFaultTest {

    private static final long CAPACITY = VolumeLayout.RING_START + WalFixture.RING_BYTES;

    /** Failure that a log reports by itself. */
    private static final class Failure {
        private final AtomicReference<S3StreamException> told = new AtomicReference<>();
        private final CountDownLatch done = new CountDownLatch(1);

        static Failure of(WriteAheadLog log) {
            var failure = new Failure();
            log.onFailure(cause -> {
                failure.told.set(cause);
                failure.done.countDown();
            });
            return failure;
        }

        S3StreamException await() throws InterruptedException {
            done.await();
            return told.get();
        }
    }

    @Test
    void aDiskThatFillsWhileItIsPreWrittenFailsTheLogWithWhatIsMissing()
            throws InterruptedException {
        var disk = new MemoryDisk();
        FileWalVolume volume = WalFixture.open(disk);
        long room = 512 << 10;
        disk.hook((operation, position, bytes) -> {
            if (operation == Operation.WRITE && position + bytes > room) {
                throw new IOException("No space left on device");
            }
        });
        long grown = disk.size();
        var failure = Failure.of(volume.start(1));
        assertThat(failure.await())
                .hasMessageContaining("to its %d bytes".formatted(CAPACITY))
                .hasMessageContaining("%d are missing".formatted(CAPACITY - grown))
                .hasMessageContaining("No space left");
        volume.close();
        disk.hook((operation, position, bytes) -> {});
        try (var again = WalFixture.open(MemoryDisk.of(disk.content()))) {
            append(again.start(2), 0, 60_000).settle(); // with room, all is well
        }
    }

    @Test
    void aFileSystemWithoutRoomIsRefusedAtOnce(@TempDir Path directory) throws IOException {
        try (var small = SmallFileSystem.on(directory, 4 << 20)) {
            small.fillUpTo(256 << 10);
            Path path = small.directory().resolve("wal");
            assertThatThrownBy(() -> FileWalVolume.open(config(path), environment()))
                    .isInstanceOf(S3StreamException.class)
                    .hasMessageContaining(path.toString())
                    .hasMessageContaining("room for " + (256 << 10))
                    .hasMessageContaining((CAPACITY - (256 << 10)) + " bytes are missing");
            Files.delete(small.directory().resolve("filler"));
            FileWalVolume.open(config(path), environment()).close();
        }
    }

    @Test
    void aFileSystemThatFillsLaterFailsTheLogAndLosesNothing(@TempDir Path directory)
            throws Exception {
        try (var small = SmallFileSystem.on(directory, 4 << 20)) {
            Path path = small.directory().resolve("wal");
            var volume = FileWalVolume.open(config(path), environment());
            small.fillUpTo(128 << 10);
            var failure = Failure.of(volume.start(1));
            assertThat(failure.await()).hasMessageContaining("are missing");
            volume.close();
            Files.delete(small.directory().resolve("filler"));
            try (var again = FileWalVolume.open(config(path), environment())) {
                var log = again.start(2);
                for (int i = 0; i < 10; i++) {
                    append(log, i, 60_000).settle();
                }
                small.fillUpTo(0); // what is pre-written needs no room
                for (int i = 10; i < 15; i++) {
                    append(log, i, 60_000).settle();
                }
            }
            try (var again = FileWalVolume.open(config(path), environment())) {
                assertThat(scan(again, 0).offsets()).hasSize(15);
            }
        }
    }

    @Test
    void anUnreadableBlockIsNoEndOfTheLog() {
        var disk = new MemoryDisk();
        try (var volume = WalFixture.open(disk)) {
            WriteAheadLog log = volume.start(1);
            for (int i = 0; i < 10; i++) {
                append(log, i, 60_000).settle();
            }
        }
        MemoryDisk left = MemoryDisk.of(disk.content());
        try (var volume = WalFixture.open(left)) {
            left.hook((operation, position, bytes) -> {
                if (operation == Operation.READ && position >= VolumeLayout.RING_START) {
                    throw new IOException("Input/output error");
                }
            });
            assertThatThrownBy(() -> scan(volume, 0))
                    .isInstanceOfSatisfying(
                            S3StreamException.class,
                            e -> assertThat(e.retry()).isEqualTo(S3StreamException.Retry.RETRYABLE))
                    .hasMessageContaining("Input/output error");
            left.hook((operation, position, bytes) -> {});
            assertThat(scan(volume, 0).offsets()).hasSize(10);
        }
    }

    @Test
    void aVolumeWhoseHeadersCannotBeReadIsNotFormatted() {
        var disk = new MemoryDisk();
        WalFixture.open(disk).close();
        MemoryDisk left = MemoryDisk.of(disk.content());
        left.hook((operation, position, bytes) -> {
            if (operation == Operation.READ) {
                throw new IOException("Input/output error");
            }
        });
        assertThatThrownBy(() -> WalFixture.open(left)).hasMessageContaining("Input/output error");
        assertThat(left.content()).isEqualTo(disk.content());
    }

    @Test
    void aHeaderThatTakesTooLongFailsTheLog() throws InterruptedException {
        var disk = new MemoryDisk();
        var clock = new ManualClock();
        var volume = FileWalVolume.open(config(), disk, environment(clock));
        WriteAheadLog log = volume.start(1);
        var failure = Failure.of(log);
        var stuck = new CountDownLatch(1);
        var letGo = new CountDownLatch(1);
        disk.hook((operation, position, bytes) -> {
            if (operation == Operation.WRITE && position < VolumeLayout.RING_START) {
                stuck.countDown();
                try {
                    letGo.await();
                } catch (InterruptedException e) {
                    throw new IOException(e);
                }
            }
        });
        for (int i = 0; i < 3; i++) { // so much that the next header is due
            append(log, i, 60_000).settle();
        }
        stuck.await();
        clock.advance(Duration.ofSeconds(31));
        assertThat(failure.await()).hasMessageContaining("longer than");
        letGo.countDown();
        volume.close();
    }
}
