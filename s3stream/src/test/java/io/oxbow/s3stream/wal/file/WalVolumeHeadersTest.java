package io.oxbow.s3stream.wal.file;

import static io.oxbow.s3stream.wal.file.WalFixture.append;
import static io.oxbow.s3stream.wal.file.WalFixture.scan;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.oxbow.s3stream.CorruptException;
import io.oxbow.s3stream.S3StreamException;
import io.oxbow.s3stream.wal.WriteAheadLog;
import io.oxbow.s3stream.wal.disk.WalDisk;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Tests formatting, repair and resizing, and headers that are torn or lost. */
class WalVolumeHeadersTest {

    private static final int BLOCK = WalDisk.BLOCK_BYTES;

    private static WalConfig twiceAsLarge() {
        return WalFixture.config()
                .withCapacityBytes(VolumeLayout.RING_START + 2L * WalFixture.RING_BYTES);
    }

    /**
     * Returns a volume that was started twice, with three records of the second epoch, and not
     * closed.
     */
    private static byte[] started() {
        var disk = new MemoryDisk();
        WalFixture.open(disk).start(1).close();
        disk = disk.crash();
        var volume = WalFixture.open(disk);
        WriteAheadLog log = volume.start(2);
        for (int i = 0; i < 3; i++) {
            append(log, i, 100).settle();
        }
        byte[] content = disk.crash().content();
        volume.close();
        return content;
    }

    private static byte[] closed(boolean trimmed) {
        var disk = new MemoryDisk();
        var volume = WalFixture.open(disk);
        WriteAheadLog log = volume.start(1);
        var last = append(log, 0, 60_000).settle();
        if (trimmed) {
            log.trim(List.of(last.entry().endLsn()));
        }
        volume.close();
        return disk.crash().content();
    }

    @Test
    void formattingThatIsInterruptedAnywhereIsDoneAgain() {
        for (int limit = 0; ; limit++) {
            var disk = new MemoryDisk();
            int allowed = limit;
            var done = new AtomicInteger();
            disk.hook((operation, position, bytes) -> {
                if (done.getAndIncrement() >= allowed) {
                    throw new IOException("power lost");
                }
            });
            boolean whole = true;
            try {
                WalFixture.open(disk);
            } catch (S3StreamException interrupted) {
                whole = false;
            }
            try (var volume = WalFixture.open(disk.crash(new java.util.Random(limit)))) {
                append(volume.start(1), 0, 10).settle();
            }
            if (whole) {
                assertThat(limit).isGreaterThan(4);
                return;
            }
        }
    }

    @Test
    void oneDamagedSuperblockIsRepaired() {
        for (int copy = 0; copy < 2; copy++) {
            byte[] content = started();
            byte[] sound = Arrays.copyOf(content, 2 * BLOCK);
            content[copy * BLOCK + 20] ^= 1;
            var disk = MemoryDisk.of(content);
            assertThat(scan(WalFixture.open(disk), 0).offsets()).containsExactly(0L, 1L, 2L);
            assertThat(Arrays.copyOf(disk.crash().content(), 2 * BLOCK)).isEqualTo(sound);
        }
    }

    @Test
    void twoDamagedSuperblocksAreNotFormattedOver() {
        byte[] content = started();
        Arrays.fill(content, 0, BLOCK, (byte) 0);
        content[BLOCK + 20] ^= 1;
        assertThatThrownBy(() -> WalFixture.open(MemoryDisk.of(content)))
                .isInstanceOf(CorruptException.class);
    }

    @Test
    void aFileOfSomethingElseIsNotFormattedOver() {
        byte[] content = new byte[1 << 16];
        Arrays.fill(content, (byte) 'x');
        var disk = MemoryDisk.of(content);
        assertThatThrownBy(() -> WalFixture.open(disk))
                .isInstanceOf(CorruptException.class)
                .hasMessageContaining("is no WAL");
        assertThat(disk.content()).isEqualTo(content);
    }

    @Test
    void twoDamagedHeaderSlotsAreRefused() {
        byte[] content = started();
        content[2 * BLOCK + 20] ^= 1;
        content[3 * BLOCK + 20] ^= 1;
        assertThatThrownBy(() -> WalFixture.open(MemoryDisk.of(content)))
                .isInstanceOf(CorruptException.class)
                .hasMessageContaining("header slots");
    }

    @Test
    void theOlderHeaderIsDispensable() {
        byte[] content = started();
        int older = 2 * BLOCK + olderSlot(content) * BLOCK;
        content[older + 20] ^= 1;
        var volume = WalFixture.open(MemoryDisk.of(content));
        assertThat(scan(volume, 0).offsets()).containsExactly(0L, 1L, 2L);
    }

    @Test
    void withoutTheNewestHeaderNothingIsOverwrittenOrSkippedInSilence() {
        byte[] content = started();
        int newest = 2 * BLOCK + (1 - olderSlot(content)) * BLOCK;
        content[newest + 20] ^= 1;
        var volume = WalFixture.open(MemoryDisk.of(content));
        var found = scan(volume, 0);
        assertThat(found.offsets()).containsExactly(0L, 1L, 2L);
        WriteAheadLog log = volume.start(3);
        assertThat(log.appendedLsns().getFirst()).isGreaterThanOrEqualTo(WalFixture.RING_BYTES);
        log.close();
    }

    private static int olderSlot(byte[] content) {
        var bytes = java.nio.ByteBuffer.wrap(content);
        return bytes.getLong(2 * BLOCK + 24) < bytes.getLong(3 * BLOCK + 24) ? 0 : 1;
    }

    @Test
    void capacityChangesWhenNothingIsLeftInTheLog() {
        var disk = MemoryDisk.of(closed(true));
        var walId = WalFixture.open(disk).walIds().getFirst();
        var volume = FileWalVolume.open(twiceAsLarge(), disk, WalFixture.environment());
        assertThat(volume.walIds().getFirst()).isEqualTo(walId);
        WriteAheadLog log = volume.start(2);
        assertThat(log.capacityBytes()).isEqualTo(2L * WalFixture.RING_BYTES);
        long from = log.appendedLsns().getFirst();
        for (int i = 0; i < 25; i++) {
            append(log, i, 60_000).settle();
        }
        volume.close();
        var again = FileWalVolume.open(twiceAsLarge(), disk.crash(), WalFixture.environment());
        assertThat(scan(again, from).offsets()).hasSize(25);
    }

    @Test
    void capacityDoesNotChangeUnderData() {
        var disk = MemoryDisk.of(closed(false));
        assertThatThrownBy(() -> FileWalVolume.open(twiceAsLarge(), disk, WalFixture.environment()))
                .isInstanceOf(S3StreamException.class)
                .hasMessageContaining("holds data")
                .hasMessageContaining(String.valueOf(WalFixture.RING_BYTES))
                .hasMessageContaining(String.valueOf(2 * WalFixture.RING_BYTES));
        assertThat(scan(WalFixture.open(disk), 0).offsets()).containsExactly(0L);
    }

    @Test
    void theFileIsPreWrittenToItsFullSize() throws InterruptedException {
        var disk = new MemoryDisk();
        var volume = WalFixture.open(disk);
        volume.start(1);
        while (disk.size() < VolumeLayout.RING_START + WalFixture.RING_BYTES) {
            Thread.onSpinWait();
        }
        volume.close();
    }

    @Test
    void preWritingGoesOnWhereItWasInterruptedAndLeavesDataAlone() {
        byte[] content = started();
        int length = (int) (VolumeLayout.RING_START + 5 * BLOCK);
        var disk = MemoryDisk.of(Arrays.copyOf(content, length));
        var volume = WalFixture.open(disk);
        var found = scan(volume, 0);
        volume.start(3).close();
        assertThat(Arrays.copyOfRange(disk.crash().content(), 4 * BLOCK, length))
                .isEqualTo(Arrays.copyOfRange(content, 4 * BLOCK, length));
        assertThat(found.offsets()).containsExactly(0L, 1L, 2L);
    }
}
