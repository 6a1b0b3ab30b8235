package io.oxbow.s3stream.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.oxbow.s3stream.Stream;
import io.oxbow.s3stream.config.StreamStoreConfig;
import io.oxbow.s3stream.tail.TailEntry;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Measures the heap of a million small appends that wait for an upload. */
@Tag("slow")
class SmallAppendsHeapTest {

    private static final int APPENDS = 1_000_000;
    private static final int STREAMS = 4;
    private static final int MIB = 1 << 20;

    @Test
    void theyTakeNoMoreThanTheyAreChargedFor() throws Exception {
        var world = new TestNode.World();
        world.wal =
                TestNode.wal()
                        .withCapacityBytes(160 * MIB)
                        .withMemory(8 * MIB, 256 << 10)
                        .withWrites(2, 32 << 10, Duration.ofHours(1));
        var config =
                TestNode.config()
                        .with(new StreamStoreConfig.Upload(MIB, Duration.ofDays(1), 1L << 30))
                        .with(new StreamStoreConfig.Memory(2 * MIB, MIB, 1L << 30, MIB));
        // The disk's content is as large as it will be before anything is measured.
        var disk = new TestDisk();
        disk.write(160L * MIB - 4096, ByteBuffer.allocateDirect(4096));
        try (TestNode node = TestNode.start(world, disk, config)) {
            node.store.unavailable(true);
            List<Stream> streams = new ArrayList<>();
            for (int i = 0; i < STREAMS; i++) {
                streams.add(node.stream(TestNode.name(i)));
            }
            long before = usedHeap();

            for (int i = 0; i < APPENDS; i++) {
                streams.get(i % STREAMS).append(TestNode.bytes(i, 10), 1, i);
            }
            for (Stream stream : streams) {
                TestNode.await("the disk", () -> stream.durableEndOffset() == APPENDS / STREAMS);
            }
            TestNode.await(
                    "the bound on tails",
                    () -> node.streams.memoryStats().appends().tailBytes() <= 2 * MIB);

            long taken = usedHeap() - before;
            MemoryStats.Appends appends = node.streams.memoryStats().appends();
            System.out.printf(
                    "%d appends of 10 bytes: %d MiB of heap, %d bytes each, charged %d%n",
                    APPENDS, taken / MIB, taken / APPENDS, TailEntry.SETTLED_BYTES);
            assertThat(appends.pendingHeapBytes())
                    .isEqualTo((long) APPENDS * TailEntry.SETTLED_BYTES);
            assertThat(taken).isLessThanOrEqualTo(appends.pendingHeapBytes());
            // Not charged for what is not there, either.
            assertThat(taken).isGreaterThan(appends.pendingHeapBytes() / 2);
            node.store.unavailable(false);
            node.streams.flush();
            assertThat(node.streams.memoryStats().appends().pendingHeapBytes()).isZero();
        }
    }

    private static long usedHeap() throws InterruptedException {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 4; i++) {
            System.gc();
            Thread.sleep(50);
            var runtime = Runtime.getRuntime();
            least = Math.min(least, runtime.totalMemory() - runtime.freeMemory());
        }
        return least;
    }
}
