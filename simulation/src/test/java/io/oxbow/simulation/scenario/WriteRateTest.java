package io.oxbow.simulation.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.oxbow.s3stream.env.Clock;
import io.oxbow.s3stream.wal.WalRecord;
import io.oxbow.s3stream.wal.WriteAheadLog;
import io.oxbow.s3stream.wal.disk.WalDisk;
import io.oxbow.s3stream.wal.file.StripedWalVolume;
import io.oxbow.s3stream.wal.file.WalConfig;
import io.oxbow.s3stream.wal.file.WriteRate;
import io.oxbow.simulation.kernel.Simulation;
import io.oxbow.simulation.world.LossyDisk;
import io.oxbow.simulation.world.Platter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Tests the rate of writes to each volume of a log, by a clock that only waiting moves. */
class WriteRateTest {

    private static final int VOLUMES = 2;
    private static final long HEADERS_BYTES = 4L * WalDisk.BLOCK_BYTES;
    private static final long CAPACITY_BYTES = HEADERS_BYTES + (1 << 20);
    private static final WriteRate RATE = new WriteRate(50, 500_000);

    /** A write may be as large as the chunks in which a volume is pre-written. */
    private static final long BURST_BYTES = 1 << 20;

    private static final long BURST_WRITES = 5;

    private record Written(long atNanos, long bytes) {}

    /** Notes what is written to the ring, and when. */
    private static final class Noting extends BrokenDisks.Forwarding {
        private final Clock clock;
        private final List<Written> written;

        Noting(WalDisk target, Clock clock, List<Written> written) {
            super(target);
            this.clock = clock;
            this.written = written;
        }

        @Override
        public void write(long position, ByteBuffer source) throws IOException {
            if (position >= HEADERS_BYTES) {
                written.add(new Written(clock.nanoTime(), source.remaining()));
            }
            super.write(position, source);
        }
    }

    private static WalConfig config(WriteRate rate) {
        return new WalConfig(
                Path.of("simulated"),
                CAPACITY_BYTES,
                new WalConfig.Memory(2 << 20, 1 << 17, 20_000),
                new WalConfig.Writes(1 << 14, 3, Duration.ofMinutes(1), rate));
    }

    private static final class Run {
        private final List<List<Written>> written = new ArrayList<>();
        private int completed;

        void of(Simulation simulation) throws InterruptedException {
            var habits = new LossyDisk.Habits(true, 0, Duration.ofMillis(5));
            List<Platter> platters =
                    IntStream.range(0, VOLUMES)
                            .mapToObj(i -> new Platter(simulation.chance().split()))
                            .toList();
            live(simulation, platters, habits, WriteRate.UNLIMITED, 0);
            written.clear(); // pre-writing is over; the rate holds from here on
            live(simulation, platters, habits, RATE, 1500);
        }

        private void live(
                Simulation simulation,
                List<Platter> platters,
                LossyDisk.Habits habits,
                WriteRate rate,
                int appends)
                throws InterruptedException {
            var process = simulation.process("at " + rate);
            var ended = new CountDownLatch(1);
            List<WalDisk> disks = new ArrayList<>();
            for (Platter platter : platters) {
                List<Written> ofVolume = new ArrayList<>();
                written.add(ofVolume);
                disks.add(new Noting(platter.open(process, habits), simulation.clock(), ofVolume));
            }
            process.spawn(() -> {
                var volume = StripedWalVolume.openOn(config(rate), disks, process.environment());
                WriteAheadLog log = volume.start(appends + 1);
                appendAll(simulation, log, appends);
                volume.close();
                ended.countDown();
            });
            ended.await();
        }

        private void appendAll(Simulation simulation, WriteAheadLog log, int appends) {
            try {
                simulation.sleep(Duration.ofMinutes(1));
                for (int i = 0; i < appends; i++) {
                    append(simulation, log, i);
                    if (simulation.chance().oneIn(40)) {
                        simulation.sleep(
                                simulation.chance().between(Duration.ZERO, Duration.ofSeconds(2)));
                        log.trim(log.durableLsns());
                    }
                }
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }

        private void append(Simulation simulation, WriteAheadLog log, int i) {
            ByteBuffer bytes = ByteBuffer.allocate(simulation.chance().nextInt(3000));
            log.append(
                    new WalRecord(i % 7, 1, i, 1, -1, 0, bytes),
                    (entry, failure) -> {
                        simulation.check(failure == null, "the log failed: %s", failure);
                        completed++;
                        entry.slab().release();
                    });
        }
    }

    @Test
    void overAnyWindowAVolumeIsAskedForNoMoreThanItsRateAndTheBurst() {
        for (long seed = 0; seed < 10; seed++) {
            var run = new Run();
            Simulation.Outcome outcome = Simulation.run(seed, 2_000_000, run::of);
            assertThat(outcome.failure()).as("seed " + seed).isNull();
            assertThat(run.completed).isEqualTo(1500);
            run.written.forEach(WriteRateTest::requireWithinRate);
            assertThat(run.written.stream().mapToInt(List::size).sum())
                    .as("appends share writes")
                    .isLessThan(1500 / 2);
        }
    }

    private static void requireWithinRate(List<Written> written) {
        assertThat(written).isNotEmpty();
        for (int from = 0; from < written.size(); from++) {
            long bytes = 0;
            for (int to = from; to < written.size(); to++) {
                bytes += written.get(to).bytes;
                double seconds = (written.get(to).atNanos - written.get(from).atNanos) / 1e9;
                assertThat((double) (to - from + 1))
                        .isLessThanOrEqualTo(
                                RATE.writesPerSecond() * seconds + BURST_WRITES + 1e-3);
                assertThat((double) bytes)
                        .isLessThanOrEqualTo(RATE.bytesPerSecond() * seconds + BURST_BYTES + 1);
            }
        }
    }
}
