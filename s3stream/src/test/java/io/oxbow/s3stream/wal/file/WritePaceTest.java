package io.oxbow.s3stream.wal.file;

import static io.oxbow.s3stream.wal.file.WalFixture.append;
import static org.assertj.core.api.Assertions.assertThat;

import io.oxbow.s3stream.wal.WriteAheadLog;
import io.oxbow.s3stream.wal.file.MemoryDisk.Operation;
import io.oxbow.s3stream.wal.file.WalFixture.Appended;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Tests a log on a volume of a low rate, with a clock that stands still in between. */
class WritePaceTest {

    private final MemoryDisk disk = new MemoryDisk();
    private final ManualClock clock = new ManualClock();
    private final List<Integer> batches = Collections.synchronizedList(new ArrayList<>());
    private FileWalVolume volume = preWritten();

    /** Returns a volume that is pre-written before a rate is set, because zeroes are paced, too. */
    private FileWalVolume preWritten() {
        var first = WalFixture.open(disk);
        first.start(1);
        while (disk.size() < VolumeLayout.RING_START + WalFixture.RING_BYTES) {
            Thread.onSpinWait();
        }
        first.close();
        return first;
    }

    private WriteAheadLog start(WriteRate rate) {
        MemoryDisk left = MemoryDisk.of(disk.content());
        volume =
                FileWalVolume.open(
                        WalFixture.config().withRate(rate), left, WalFixture.environment(clock));
        WriteAheadLog log = volume.start(2);
        left.hook((operation, position, bytes) -> {
            if (operation == Operation.WRITE && position >= VolumeLayout.RING_START) {
                batches.add(bytes);
            }
        });
        return log;
    }

    @AfterEach
    void close() {
        volume.close();
    }

    @Test
    void batchesGrowWhileWritesAreShort() {
        WriteAheadLog log = start(new WriteRate(2, 0));
        clock.advance(Duration.ofSeconds(5)); // the header that starts the log is paid for
        append(log, 0, 100).settle();
        List<Appended> waiting = new ArrayList<>();
        for (int i = 1; i <= 20; i++) {
            waiting.add(append(log, i, 100));
        }
        Thread settling = Thread.startVirtualThread(() -> waiting.forEach(Appended::settle));
        int millis = 0;
        for (; settling.isAlive(); millis++) {
            clock.advance(Duration.ofMillis(1));
            Thread.yield();
        }
        assertThat(batches).containsExactly(4096, 4096);
        assertThat(millis).isGreaterThanOrEqualTo(500);
    }

    @Test
    void bytesAreBoundToo() {
        long rate = 1 << 20;
        WriteAheadLog log = start(new WriteRate(0, rate));
        clock.advance(Duration.ofSeconds(5));
        Thread appending =
                Thread.startVirtualThread(() -> {
                    for (int i = 0; i < 50; i++) {
                        Appended each = append(log, i, 60_000).settle();
                        WalFixture.trim(log, each.entry().endLsn());
                    }
                });
        long burst = WalFixture.config().largestWriteBytes();
        int millis = 0;
        for (; appending.isAlive(); millis++) {
            assertThat(written()).isLessThanOrEqualTo(burst + (millis + 1) * rate / 1000);
            clock.advance(Duration.ofMillis(1));
            Thread.yield();
        }
        assertThat(written()).isGreaterThanOrEqualTo(3_000_000);
        assertThat(millis).isGreaterThan(1800);
    }

    private long written() {
        return List.copyOf(batches).stream().mapToLong(bytes -> bytes).sum();
    }

    @Test
    void aLogThatWaitsForItsRateClosesWhenThatLetsIt() {
        WriteAheadLog log = start(new WriteRate(1, 0));
        Appended last = append(log, 0, 100);
        Thread closer = Thread.startVirtualThread(log::close);
        while (closer.isAlive()) {
            clock.advance(Duration.ofMillis(100));
            Thread.yield();
        }
        last.settle();
    }
}
