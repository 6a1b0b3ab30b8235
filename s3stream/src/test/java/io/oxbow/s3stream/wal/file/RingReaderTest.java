package io.oxbow.s3stream.wal.file;

import static org.assertj.core.api.Assertions.assertThat;

import io.oxbow.s3stream.wal.disk.WalDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RingReaderTest {

    private static final int BLOCK = WalDisk.BLOCK_BYTES;
    private static final int RING = 12 << 20;

    private final byte[] content = new byte[(int) VolumeLayout.RING_START + RING];
    private final AtomicLong bytesRead = new AtomicLong();
    private final RingReader reader;

    RingReaderTest() {
        new Random(1).nextBytes(content);
        MemoryDisk disk = MemoryDisk.of(content);
        disk.hook((operation, position, bytes) -> bytesRead.addAndGet(bytes));
        reader = new RingReader(disk, RING);
    }

    @Test
    void forwardsLittleIsReadTwice() throws IOException {
        int batch = 31 * BLOCK;
        for (long lsn = 0; lsn + batch <= RING; lsn += batch) {
            check(lsn, BLOCK);
            check(lsn, batch);
        }
        assertThat(bytesRead.get()).isLessThan(RING + RING / 8);
    }

    @Test
    void backwardsOnlyWhatIsAskedForIsRead() throws IOException {
        long from = 8 << 20;
        check(from, BLOCK);
        long window = bytesRead.get();
        for (int i = 1; i <= 256; i++) {
            check(from - (long) i * BLOCK, BLOCK);
        }
        assertThat(bytesRead.get() - window).isEqualTo(256L * BLOCK);
        check(from - 256L * BLOCK, 300 * BLOCK);
        check(from + RING, BLOCK); // the next lap
    }

    private void check(long lsn, int bytes) throws IOException {
        int position = (int) (VolumeLayout.RING_START + lsn % RING);
        assertThat(reader.read(lsn, bytes)).isEqualTo(ByteBuffer.wrap(content, position, bytes));
    }
}
