package io.oxbow.s3stream.wal.file;

import static io.oxbow.s3stream.wal.file.WalFixture.append;
import static org.assertj.core.api.Assertions.assertThat;

import io.oxbow.s3stream.S3StreamException;
import io.oxbow.s3stream.wal.WriteAheadLog;
import io.oxbow.s3stream.wal.disk.WalDisk;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A scan of random bytes ends, and shows nothing that was not appended. */
class WalScanFuzzTest {

    private static final int ROUNDS = 300;

    @Test
    void mutatedVolumesAreScannedOrRefused() {
        byte[] content = volume();
        long base = Long.getLong("oxbow.fuzz.seed", 20260801L);
        int scanned = 0;
        for (long seed = base; seed < base + ROUNDS; seed++) {
            var random = new Random(seed);
            byte[] mutated = content.clone();
            for (int i = random.nextInt(6); i >= 0; i--) {
                mutate(mutated, random);
            }
            try {
                var volume = WalFixture.open(MemoryDisk.of(mutated));
                // The fixture checks every record against what was appended under its offset.
                var found = WalFixture.scan(volume, random.nextInt(4) * 50_000L);
                assertThat(found.end().damagedUpToLsn())
                        .as("seed %d", seed)
                        .isGreaterThanOrEqualTo(found.end().endLsn());
                scanned++;
            } catch (S3StreamException refused) {
                assertThat(refused.getMessage()).as("seed %d", seed).isNotEmpty();
            } catch (RuntimeException | Error bug) {
                throw new AssertionError("seed " + seed, bug);
            }
        }
        assertThat(scanned).isGreaterThan(ROUNDS / 2);
    }

    private static byte[] volume() {
        var disk = new MemoryDisk();
        var volume = WalFixture.open(disk);
        WriteAheadLog log = volume.start(1);
        for (int i = 0; i < 60; i++) {
            append(log, i, 1 + i * 7919 % 50_000).settle();
            if (i == 40) {
                log.trim(List.of(log.durableLsns().getFirst() / 2));
            }
        }
        byte[] content = disk.crash().content();
        volume.close();
        return content;
    }

    private static void mutate(byte[] content, Random random) {
        int blocks = content.length / WalDisk.BLOCK_BYTES;
        int block = random.nextInt(random.nextBoolean() ? 8 : blocks) * WalDisk.BLOCK_BYTES;
        int inHeader = block + random.nextInt(BatchHeader.BYTES);
        switch (random.nextInt(6)) {
            case 0 ->
                    content[block + random.nextInt(WalDisk.BLOCK_BYTES)] ^=
                            (byte) (1 << random.nextInt(8));
            case 1 -> content[inHeader] = (byte) random.nextInt();
            case 2 -> java.util.Arrays.fill(content, block, block + WalDisk.BLOCK_BYTES, (byte) 0);
            case 3 -> {
                int from = random.nextInt(blocks) * WalDisk.BLOCK_BYTES;
                System.arraycopy(content, from, content, block, WalDisk.BLOCK_BYTES);
            }
            case 4 -> forgeHeader(content, block, random);
            default -> {
                for (int i = 0; i < WalDisk.BLOCK_BYTES; i++) {
                    content[block + i] = (byte) random.nextInt();
                }
            }
        }
    }

    /** Sets a field to an absurd value under a checksum that holds. */
    private static void forgeHeader(byte[] content, int block, Random random) {
        var bytes = java.nio.ByteBuffer.wrap(content, block, WalDisk.BLOCK_BYTES).slice();
        if (bytes.getInt(0) != 0x4f584254) {
            return;
        }
        int field = 32 + 4 * random.nextInt(9);
        bytes.putInt(field, random.nextBoolean() ? random.nextInt() : random.nextInt(1 << 20));
        var crc = new java.util.zip.CRC32C();
        crc.update(bytes.duplicate().limit(BatchHeader.BYTES - 4));
        bytes.putInt(BatchHeader.BYTES - 4, (int) crc.getValue());
    }
}
