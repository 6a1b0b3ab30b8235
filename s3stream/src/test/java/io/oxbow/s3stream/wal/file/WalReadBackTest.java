package io.oxbow.s3stream.wal.file;

import static io.oxbow.s3stream.wal.file.WalFixture.append;
import static io.oxbow.s3stream.wal.file.WalFixture.record;
import static io.oxbow.s3stream.wal.file.WalFixture.trim;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.oxbow.s3stream.S3StreamException;
import io.oxbow.s3stream.wal.RecordFrame;
import io.oxbow.s3stream.wal.WalEntry;
import io.oxbow.s3stream.wal.WalRecord;
import io.oxbow.s3stream.wal.WriteAheadLog;
import io.oxbow.s3stream.wal.disk.AlignedMemory;
import io.oxbow.s3stream.wal.file.MemoryDisk.Operation;
import io.oxbow.s3stream.wal.file.WalFixture.Appended;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Tests a running log on a disk that cannot be read. */
class WalReadBackTest {

    private final MemoryDisk disk = new MemoryDisk();
    private final FileWalVolume volume = WalFixture.open(disk);
    private final WriteAheadLog log = volume.start(1);

    @AfterEach
    void close() {
        volume.close();
    }

    private void failReads(int count) {
        var left = new AtomicInteger(count);
        disk.hook((operation, position, bytes) -> {
            if (operation == Operation.READ && left.getAndDecrement() > 0) {
                throw new IOException("bad sector");
            }
        });
    }

    private WalRecord readBack(WalEntry entry) {
        ByteBuffer target = ByteBuffer.allocate((int) (entry.endLsn() - entry.lsn()));
        log.readBack(0, entry.lsn(), target);
        return RecordFrame.decode(target.flip());
    }

    @Test
    void aReadThatFailsOnceIsRepeated() {
        Appended appended = append(log, 0, 100).settle();
        failReads(1);
        assertThat(readBack(appended.entry())).isEqualTo(record(0, 100));
        append(log, 1, 100).settle();
    }

    @Test
    void wantedDataThatCannotBeReadFailsTheLog() throws InterruptedException {
        Appended appended = append(log, 0, 100).settle();
        var told = new CountDownLatch(1);
        log.onFailure(failure -> told.countDown());
        failReads(Integer.MAX_VALUE);
        assertThatThrownBy(() -> readBack(appended.entry()))
                .isInstanceOfSatisfying(
                        S3StreamException.class,
                        e -> assertThat(e.retry()).isEqualTo(S3StreamException.Retry.FATAL))
                .hasMessageContaining("position " + appended.entry().lsn())
                .hasMessageContaining("bad sector");
        told.await();
        assertThatThrownBy(() -> append(log, 1, 100)).isInstanceOf(S3StreamException.class);
    }

    @Test
    void trimmedDataThatCannotBeReadHarmsNobody() {
        Appended first = append(log, 0, 100).settle();
        Appended second = append(log, 1, 100).settle();
        trim(log, second.entry().endLsn());
        failReads(Integer.MAX_VALUE);
        assertThatThrownBy(() -> readBack(first.entry()))
                .isInstanceOfSatisfying(
                        S3StreamException.class,
                        e -> assertThat(e.retry()).isEqualTo(S3StreamException.Retry.RETRYABLE));
        append(log, 2, 100).settle();
    }

    @Test
    void damagedBytesFailTheFramesChecksum() {
        Appended appended = append(log, 0, 100).settle();
        byte[] content = disk.content();
        content[(int) (VolumeLayout.RING_START + appended.entry().lsn()) + 60] ^= 1;
        ByteBuffer whole = AlignedMemory.allocate(content.length);
        try {
            disk.write(0, whole.put(content).flip());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        assertThatThrownBy(() -> readBack(appended.entry())).hasMessageContaining("checksum");
    }

    @Test
    void whatIsNotDurableIsNotReadBack() {
        long durable = append(log, 0, 100).settle().entry().endLsn();
        assertThatThrownBy(() -> log.readBack(0, durable, ByteBuffer.allocate(1 << 20)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("durable is");
    }
}
