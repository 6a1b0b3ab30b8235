package io.oxbow.s3stream.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.oxbow.s3stream.ReadResult;
import io.oxbow.s3stream.Stream;
import io.oxbow.s3stream.config.StreamStoreConfig;
import io.oxbow.s3stream.store.ObjectStore;
import io.oxbow.s3stream.testkit.ForwardingStore;
import io.oxbow.s3stream.wal.file.WalConfig;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Counts the bytes that a consumer which catches up reads from the bucket. */
class CatchUpCostTest {

    private static final int PARTITIONS = 4;
    private static final long MIB = 1 << 20;
    private static final long BYTES_PER_PARTITION = 24 * MIB;

    private final TestNode.World world = new TestNode.World();
    private final AtomicLong bytesRead = new AtomicLong();

    private final class CountingStore extends ForwardingStore {
        CountingStore(ObjectStore target) {
            super(target);
        }

        @Override
        public GetResult get(String key, long position, ByteBuffer target) {
            bytesRead.addAndGet(target.remaining());
            return super.get(key, position, target);
        }

        @Override
        public GetResult get(String key, long position, int size) {
            bytesRead.addAndGet(size);
            return super.get(key, position, size);
        }
    }

    /**
     * Reads as a Kafka consumer does: 1 MiB of each partition at a time, two replies under way, 8
     * MiB of cache for each partition. A block that a reply ends in must still be there for the
     * next one.
     */
    @ParameterizedTest
    @ValueSource(ints = {16_000, 65_000})
    void eachBlockIsReadAboutOnce(int batchBytes) {
        world.way = CountingStore::new;
        world.wal =
                WalConfig.at(TestNode.wal().path())
                        .withMaxRecordBytes(128 << 10)
                        .withCapacityBytes(64 * MIB)
                        .withMemory(48 * MIB, 4 << 20)
                        .withWrites(2, 1 << 20, Duration.ofSeconds(30));
        var config =
                TestNode.config()
                        .with(
                                new StreamStoreConfig.Upload(
                                        16 * MIB, 16 * MIB, Duration.ofDays(1), 32 * MIB, 64 * MIB))
                        .with(new StreamStoreConfig.Memory(16 * MIB, 8 * MIB, 8 * MIB, MIB))
                        .with(new StreamStoreConfig.Reads(32 * MIB, 4 * MIB, 4 * MIB, 4));
        try (TestNode node = TestNode.start(world, new TestDisk(), config)) {
            List<Stream> streams = fill(node, batchBytes);
            bytesRead.set(0);
            catchUp(streams);
            long stored = PARTITIONS * BYTES_PER_PARTITION;
            assertThat(bytesRead.get()).isLessThan(stored * 106 / 100);
        }
    }

    private static List<Stream> fill(TestNode node, int batchBytes) {
        List<Stream> streams = new ArrayList<>();
        for (int i = 1; i <= PARTITIONS; i++) {
            streams.add(node.stream(TestNode.name(i)));
        }
        ByteBuffer batch = ByteBuffer.allocate(batchBytes);
        for (long bytes = 0; bytes < BYTES_PER_PARTITION; bytes += batchBytes) {
            for (Stream stream : streams) {
                stream.append(batch.duplicate(), 1, 1);
            }
        }
        node.streams.flush();
        return streams;
    }

    private static void catchUp(List<Stream> streams) {
        long[] offsets = new long[streams.size()];
        Deque<List<ReadResult>> replies = new ArrayDeque<>();
        boolean more = true;
        while (more) {
            more = false;
            List<ReadResult> reply = new ArrayList<>();
            for (int i = 0; i < offsets.length; i++) {
                Stream stream = streams.get(i);
                if (offsets[i] < stream.durableEndOffset()) {
                    ReadResult fetched = stream.read(offsets[i], MIB);
                    reply.add(fetched);
                    offsets[i] = fetched.nextOffset();
                    more = true;
                }
            }
            replies.add(reply);
            if (replies.size() > 2) {
                replies.remove().forEach(ReadResult::close);
            }
        }
        replies.forEach(reply -> reply.forEach(ReadResult::close));
    }
}
