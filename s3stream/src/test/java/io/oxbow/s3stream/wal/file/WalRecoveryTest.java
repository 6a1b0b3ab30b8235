package io.oxbow.s3stream.wal.file;

import static io.oxbow.s3stream.wal.file.WalFixture.append;
import static io.oxbow.s3stream.wal.file.WalFixture.scan;
import static org.assertj.core.api.Assertions.assertThat;

import io.oxbow.s3stream.wal.WalVolume;
import io.oxbow.s3stream.wal.WriteAheadLog;
import io.oxbow.s3stream.wal.disk.AlignedMemory;
import io.oxbow.s3stream.wal.disk.WalDisk;
import io.oxbow.s3stream.wal.file.WalFixture.Appended;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests scans after crashes and after damage. */
class WalRecoveryTest {

    private static final int BLOCK = WalDisk.BLOCK_BYTES;

    private static List<Long> offsets(long from, long to) {
        return LongStream.range(from, to).boxed().toList();
    }

    /** Closed volume with one batch per record, none trimmed. */
    private record Written(byte[] content, List<Appended> appended) {

        static Written of(int... lengths) {
            var disk = new MemoryDisk();
            List<Appended> appended = new ArrayList<>();
            try (var volume = WalFixture.open(disk)) {
                WriteAheadLog log = volume.start(1);
                for (int i = 0; i < lengths.length; i++) {
                    appended.add(append(log, i, lengths[i]).settle());
                }
                // Not closed: a crash leaves what was reserved as it was.
                return new Written(disk.crash().content(), appended);
            }
        }

        /** Returns the position of the batch of record {@code index} in {@link #content}. */
        int batchAt(int index) {
            return (int) (VolumeLayout.RING_START + lsnOfBatch(index));
        }

        long lsnOfBatch(int index) {
            return AlignedMemory.roundDown(appended.get(index).entry().lsn());
        }

        WalFixture.Scanned scanned() {
            return scan(WalFixture.open(MemoryDisk.of(content)), 0);
        }

        Written damage(int position) {
            content[position] ^= 1;
            return this;
        }
    }

    @Test
    void aCrashAtEveryBlockOfABatchLosesThatBatchAlone() {
        Written written = Written.of(100, 30_000, 20_000, 40_000, 1);
        int last = written.appended.size() - 1;
        int end = written.batchAt(last) + BLOCK;
        for (int cut = (int) VolumeLayout.RING_START; cut <= end; cut += BLOCK) {
            byte[] content = written.content.clone();
            Arrays.fill(content, cut, content.length, (byte) 0);
            int whole = 0;
            while (whole <= last
                    && cut
                            >= VolumeLayout.RING_START
                                    + written.appended.get(whole).entry().endLsn()) {
                whole++;
            }
            var found = scan(WalFixture.open(MemoryDisk.of(content)), 0);
            assertThat(found.offsets()).isEqualTo(offsets(0, whole));
            assertThat(found.end().damaged()).isFalse();
        }
    }

    @Test
    void aFileThatIsShorterReadsLikeOneThatWasNeverWritten() {
        Written written = Written.of(100, 30_000, 20_000);
        for (int cut = (int) VolumeLayout.RING_START; cut <= 90_000; cut += BLOCK) {
            byte[] content = Arrays.copyOf(written.content, cut);
            byte[] blank = Arrays.copyOf(content, written.content.length);
            assertThat(scan(WalFixture.open(MemoryDisk.of(content)), 0))
                    .isEqualTo(scan(WalFixture.open(MemoryDisk.of(blank)), 0));
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void whatWasAckedSurvivesACrashAtAnyWrite(long seed) {
        var random = new Random(seed);
        var disk = new MemoryDisk();
        long from = 0;
        long next = 0;
        for (int epoch = 1; epoch <= 6; epoch++) {
            var volume = WalFixture.open(disk);
            WriteAheadLog log = volume.start(epoch);
            long first = next;
            long acked = next;
            from = log.appendedLsns().getFirst();
            List<Appended> pending = new ArrayList<>();
            for (int i = random.nextInt(60); i >= 0; i--) {
                pending.add(append(log, next++, random.nextInt(15_000)));
                if (random.nextInt(4) == 0) {
                    pending.forEach(Appended::settle);
                    pending.clear();
                    acked = next;
                }
            }
            disk = disk.crash(random);
            volume.close();
            var found = scan(WalFixture.open(disk), from);
            assertThat(found.end().damaged()).as("seed %d", seed).isFalse();
            assertThat(found.offsets())
                    .as("seed %d epoch %d", seed, epoch)
                    .isEqualTo(offsets(first, first + found.offsets().size()))
                    .hasSizeGreaterThanOrEqualTo((int) (acked - first));
        }
    }

    @Test
    void damageBeforeTheLastAckedBatchIsTold() {
        Written written = Written.of(100, 5000, 100, 100);
        long stop = written.lsnOfBatch(1);
        var found = written.damage(written.batchAt(1) + 3000).scanned();
        assertThat(found.offsets()).containsExactly(0L);
        assertThat(found.end()).isEqualTo(new WalVolume.ScanEnd(stop, written.lsnOfBatch(3)));
        assertThat(found.end().damaged()).isTrue();
    }

    @Test
    void damageOfAHeaderInTheMiddleIsTold() {
        Written written = Written.of(100, 5000, 100, 100);
        var found = written.damage(written.batchAt(2) + 30).scanned();
        assertThat(found.offsets()).containsExactly(0L, 1L);
        assertThat(found.end().damaged()).isTrue();
    }

    @Test
    void damageOfTheLastBatchLooksLikeATornWrite() {
        Written written = Written.of(100, 100, 100);
        var found = written.damage(written.batchAt(2) + 100).scanned();
        assertThat(found.offsets()).containsExactly(0L, 1L);
        assertThat(found.end().damaged()).isFalse();
    }

    @Test
    void damageBelowWhatIsCommittedDoesNotMatter() {
        Written written = Written.of(100, 100, 100, 100);
        written.damage(written.batchAt(0) + 100).damage(written.batchAt(1) + 3);
        var volume = WalFixture.open(MemoryDisk.of(written.content));
        var found = scan(volume, written.appended.get(2).entry().lsn());
        assertThat(found.offsets()).containsExactly(2L, 3L);
        assertThat(found.end().damaged()).isFalse();
    }

    @Test
    void aBatchWhoseRecordsAreAllCommittedNeedsNoSoundBody() {
        Written written = Written.of(100, 100, 100);
        written.damage(written.batchAt(0) + 100);
        var volume = WalFixture.open(MemoryDisk.of(written.content));
        var found = scan(volume, written.appended.get(0).entry().endLsn());
        assertThat(found.offsets()).containsExactly(1L, 2L);
    }

    @Test
    void aMissingBatchBreaksTheChainAndIsTold() {
        Written written = Written.of(100, 100, 100, 100);
        int hole = written.batchAt(1);
        Arrays.fill(written.content, hole, hole + BLOCK, (byte) 0);
        var found = written.scanned();
        assertThat(found.offsets()).containsExactly(0L);
        assertThat(found.end().damaged()).isTrue();
    }

    @Test
    void aBatchOfAnotherHistoryDoesNotFollow() {
        Written written = Written.of(100, 100, 100);
        Written other = Written.of(101, 100, 100); // same id, same places, another first batch
        int second = written.batchAt(1);
        System.arraycopy(other.content, second, written.content, second, BLOCK);
        assertThat(written.scanned().offsets()).containsExactly(0L);
    }

    @Test
    void batchesOfAnEarlierLapAreNotAccepted() {
        var disk = new MemoryDisk();
        var volume = WalFixture.open(disk);
        WriteAheadLog log = volume.start(1);
        Appended last = append(log, 0, 30_000).settle();
        long laps = 3L * log.capacityBytes();
        long next = 1;
        while (last.entry().endLsn() < laps) {
            last = append(log, next++, 30_000).settle();
            log.trim(List.of(last.entry().lsn()));
        }
        MemoryDisk left = disk.crash();
        volume.close();
        var found = scan(WalFixture.open(left), last.entry().lsn());
        assertThat(found.offsets()).containsExactly(last.offset());
        assertThat(found.end().endLsn()).isEqualTo(log.durableLsns().getFirst());
        assertThat(found.end().damaged()).isFalse();
    }

    @Test
    void theRingWrapsWithAPad() {
        var disk = new MemoryDisk();
        var volume = WalFixture.open(disk);
        WriteAheadLog log = volume.start(1);
        List<Appended> appended = new ArrayList<>();
        for (int i = 0; i < 20; i++) { // 61,440 bytes each: 17 to a lap, and 4,096 to spare
            appended.add(append(log, i, 60_000).settle());
            if (i >= 5) {
                log.trim(List.of(appended.get(i - 5).entry().lsn()));
            }
        }
        long seventeenth = appended.get(16).entry().lsn();
        assertThat(appended.get(17).entry().lsn() - seventeenth).isEqualTo(61_440 + 4096);
        MemoryDisk left = disk.crash();
        volume.close();
        assertThat(scan(WalFixture.open(left), seventeenth).offsets()).isEqualTo(offsets(16, 20));
    }

    @Test
    void aNewEpochStartsAboveEverythingReserved() {
        var disk = new MemoryDisk();
        var volume = WalFixture.open(disk);
        WriteAheadLog log = volume.start(1);
        append(log, 0, 100).settle();
        MemoryDisk left = disk.crash();
        volume.close();
        try (var again = WalFixture.open(left)) {
            long reserved = WalFixture.RING_BYTES / 4;
            assertThat(again.start(2).appendedLsns().getFirst()).isEqualTo(reserved);
        }
    }

    @Test
    void aCleanCloseGivesBackWhatWasReserved() {
        var disk = new MemoryDisk();
        var volume = WalFixture.open(disk);
        WriteAheadLog log = volume.start(1);
        append(log, 0, 100).settle();
        volume.close();
        try (var again = WalFixture.open(disk.crash())) {
            assertThat(again.start(2).appendedLsns().getFirst())
                    .isEqualTo(log.durableLsns().getFirst())
                    .isEqualTo(BLOCK);
        }
    }

    @Test
    void aBodyWhoseChecksumDoesNotHoldIsNotAccepted() {
        Written written = Written.of(100, 100);
        var header = java.nio.ByteBuffer.wrap(written.content, written.batchAt(1), BLOCK).slice();
        header.putInt(64, header.getInt(64) + 1);
        var crc = new java.util.zip.CRC32C();
        crc.update(header.duplicate().limit(BatchHeader.BYTES - 4));
        header.putInt(BatchHeader.BYTES - 4, (int) crc.getValue());
        assertThat(written.scanned().offsets()).containsExactly(0L);
    }

    @Test
    void scanBeyondAnythingReservedIsRefused() {
        var volume = WalFixture.open(MemoryDisk.of(Written.of(100).content));
        org.assertj.core.api.Assertions.assertThatThrownBy(() -> scan(volume, 1L << 40))
                .isInstanceOf(io.oxbow.s3stream.CorruptException.class);
    }
}
