package io.oxbow.s3stream.fence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.oxbow.s3stream.S3StreamException;
import io.oxbow.s3stream.env.Environment;
import io.oxbow.s3stream.fence.StorageFence.Result;
import io.oxbow.s3stream.testkit.PendingAppend;
import io.oxbow.s3stream.testkit.RequiresPrograms;
import io.oxbow.s3stream.wal.WalRecord;
import io.oxbow.s3stream.wal.WriteAheadLog;
import io.oxbow.s3stream.wal.file.FileWalVolume;
import io.oxbow.s3stream.wal.file.WalConfig;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * Tests a write-ahead log on a disk that two machines reach: written by one, fenced and read by the
 * other.
 */
@RequiresPrograms(
        value = {"tgtd", "tgtadm", "iscsi-ls"},
        hint = "apt-get install --no-install-recommends tgt libiscsi-bin")
class IscsiWalTest {

    private static final ReservationKey WRITER = ReservationKey.of(1, 7);
    private static final ReservationKey FENCER = ReservationKey.of(2, 8);

    private static final WalConfig CONFIG =
            WalConfig.at(Path.of("unused"))
                    .withMaxRecordBytes(64 << 10)
                    .withCapacityBytes(8 << 20)
                    .withMemory(4 << 20, 256 << 10);

    private static FileWalVolume volume(IscsiInitiator initiator) {
        return FileWalVolume.open(CONFIG, new IscsiDisk(initiator), Environment.system());
    }

    private static PendingAppend append(WriteAheadLog log, long offset) {
        return PendingAppend.of(
                log, new WalRecord(1, 1, offset, 1, 0, 0, ByteBuffer.allocate(1000)));
    }

    private static List<Long> scanned(FileWalVolume volume) {
        List<Long> offsets = new ArrayList<>();
        var end = volume.scan(0, (lsn, endLsn, record) -> offsets.add(record.baseOffset()));
        assertThat(end.damaged()).isFalse();
        return offsets;
    }

    @Test
    void aFencedNodesWalFailsAndWhatItHadAckedIsReadElsewhere() throws Exception {
        try (var target = TgtTarget.start();
                var writer = IscsiInitiator.connect("iqn.2026-01.io.oxbow.test:w", target);
                var fencer = IscsiInitiator.connect("iqn.2026-01.io.oxbow.test:f", target)) {
            assertThat(WriterReservation.take(new IscsiReservations(writer), WRITER, Set.of()))
                    .isEqualTo(new WriterReservation.Result.Held());
            List<Long> acked = new ArrayList<>();
            try (var written = volume(writer)) {
                WriteAheadLog log = written.start(7);
                var failed = new CompletableFuture<S3StreamException>();
                log.onFailure(failed::complete);
                for (long offset = 0; offset < 50; offset++) {
                    append(log, offset).await();
                    acked.add(offset);
                }
                var wal = new DeadWal(1, 7, written.walIds().getFirst());
                var fence = new ReservationFence(new IscsiReservations(fencer), FENCER);

                assertThat(fence.fence(wal)).isInstanceOf(Result.Fenced.class);

                PendingAppend late = append(log, 50);
                assertThatThrownBy(late::await).isInstanceOf(S3StreamException.class);
                assertThat(failed.get(1, TimeUnit.MINUTES))
                        .hasStackTraceContaining("SCSI status 0x18");
                assertThatThrownBy(() -> append(log, 51)).isInstanceOf(S3StreamException.class);
                assertThat(scanned(volume(fencer))).isEqualTo(acked);
            }
        }
    }
}
