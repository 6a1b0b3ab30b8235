package io.oxbow.s3stream.wal.file;

import static io.oxbow.s3stream.wal.file.WalFixture.append;
import static io.oxbow.s3stream.wal.file.WalFixture.config;
import static io.oxbow.s3stream.wal.file.WalFixture.environment;
import static io.oxbow.s3stream.wal.file.WalFixture.scan;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.oxbow.s3stream.S3StreamException;
import io.oxbow.s3stream.testkit.LoopDevice;
import io.oxbow.s3stream.wal.disk.DeviceClaim;
import io.oxbow.s3stream.wal.disk.DirectFile;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests a raw block device as a write-ahead log: its ownership, its size, and its claim. */
class BlockDeviceTest {

    private static final int SIZE_BYTES = 8 << 20;

    @TempDir Path directory;
    private LoopDevice device;

    @BeforeEach
    void attach() {
        device = LoopDevice.of(directory.resolve("disk"), SIZE_BYTES);
    }

    @AfterEach
    void detach() {
        if (device != null) {
            device.close();
        }
    }

    private FileWalVolume open() {
        return FileWalVolume.open(config(device.path()), environment());
    }

    private void write(long position, byte[] bytes) throws IOException {
        try (var raw = new RandomAccessFile(device.path().toFile(), "rwd")) {
            raw.seek(position);
            raw.write(bytes);
            raw.getFD().sync();
        }
    }

    @Test
    void itsSizeIsTheDevicesAndItIsWrittenPastTheCache() throws IOException {
        try (DirectFile disk = DirectFile.open(device.path())) {
            assertThat(disk.size()).isEqualTo(SIZE_BYTES);
            assertThat(disk.isFixed()).isTrue();
            assertThat(disk.mode()).isEqualTo(DirectFile.Mode.DIRECT_DSYNC);
        }
    }

    @Test
    void aLinkToADeviceIsAsGood() throws IOException {
        Path link = Files.createSymbolicLink(directory.resolve("by-id"), device.path());
        try (DirectFile disk = DirectFile.open(link)) {
            assertThat(disk.isFixed()).isTrue();
        }
    }

    @Test
    void aSmallDeviceIsRefusedWithItsSize() {
        var large = config(device.path()).withCapacityBytes(SIZE_BYTES + 4096);
        assertThatThrownBy(() -> FileWalVolume.open(large, environment()))
                .isInstanceOf(S3StreamException.class)
                .hasMessageContaining("has " + SIZE_BYTES + " bytes")
                .hasMessageContaining("WAL of " + (SIZE_BYTES + 4096))
                .hasMessageContaining("4096 bytes are missing");
    }

    /**
     * Positions at which ext4 and others, software arrays, btrfs and the ends of arrays have their
     * marks.
     */
    @ParameterizedTest
    @ValueSource(longs = {0, 1080, 4096, 8192, 12288, 65600, SIZE_BYTES - 512})
    void aDeviceThatBelongsToSomethingElseIsRefused(long position) throws IOException {
        write(position, new byte[] {0x53, (byte) 0xEF});
        assertThatThrownBy(this::open)
                .isInstanceOf(S3StreamException.class)
                .hasMessageContaining(device.path().toString())
                .hasMessageContaining("position " + position)
                .hasMessageContaining("blkdiscard --zeroout");
        write(position, new byte[2]);
        open().close();
    }

    @Test
    void whatAnEarlierLogLeftInTheRingIsNotFound() throws IOException {
        try (var volume = open()) {
            append(volume.start(1), 0, 60_000).settle();
        }
        write(0, new byte[(int) VolumeLayout.RING_START]);
        assertThatThrownBy(this::open).hasMessageContaining("not blank");
        write(0, new byte[1 << 20]);
        try (var again = open()) {
            assertThat(scan(again, 0).offsets()).isEmpty();
            append(again.start(1), 7, 100).settle();
        }
        try (var again = open()) {
            assertThat(scan(again, 0).offsets()).containsExactly(7L);
        }
    }

    @Test
    void aDeviceThatIsInUseIsRefused() throws IOException {
        try (var volume = open()) {
            assertThatThrownBy(this::open)
                    .isInstanceOf(S3StreamException.class)
                    .hasMessageContaining(device.path().toString())
                    .hasMessageContaining("in use");
        }
        try (var mounted = DeviceClaim.take(device.path())) { // as a mounted file system holds it
            assertThatThrownBy(this::open).hasMessageContaining("in use");
        }
        open().close();
    }

    @Test
    void aDeviceThatIsNotThereIsNotMade() {
        Path missing = Path.of("/dev/no-such-oxbow-device");
        assertThatThrownBy(() -> FileWalVolume.open(config(missing), environment()))
                .isInstanceOf(S3StreamException.class)
                .hasMessageContaining("no such device");
        assertThat(missing).doesNotExist();
    }
}
