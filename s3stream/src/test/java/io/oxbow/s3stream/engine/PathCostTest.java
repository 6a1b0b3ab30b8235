package io.oxbow.s3stream.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.oxbow.s3stream.Commit;
import io.oxbow.s3stream.KnownCrc;
import io.oxbow.s3stream.ReadResult;
import io.oxbow.s3stream.Stream;
import io.oxbow.s3stream.binary.Crc32c;
import io.oxbow.s3stream.store.ObjectStore;
import io.oxbow.s3stream.testkit.ForwardingStore;
import io.oxbow.s3stream.wal.RecordFrame;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/**
 * Counts, without timing, the costs of an append. A copy, an allocation or a change of threads that
 * is added to the path changes one of these numbers. A change that raises a number says why it is
 * worth it.
 */
class PathCostTest {

    private static final int BATCH_BYTES = 16 << 10;

    /**
     * The record, the tail's entry, its commit, its place in the log, and each batch's share of
     * what a batch of the log is. Before the compiler has looked at it, which may find less.
     */
    private static final long ALLOCATED_BYTES_MAX = 290;

    private final TestNode.World world = new TestNode.World();
    private final List<ByteBuffer> uploaded = Collections.synchronizedList(new ArrayList<>());

    /** Store that keeps the buffers of puts without copying them. */
    private final class SeeingStore extends ForwardingStore {
        SeeingStore(ObjectStore target) {
            super(target);
        }

        @Override
        public PutResult put(String key, List<ByteBuffer> body) {
            uploaded.addAll(body);
            return super.put(key, body);
        }
    }

    private TestNode start() {
        world.way = SeeingStore::new;
        return TestNode.start(world, new TestDisk(), TestNode.config());
    }

    private static Commit append(Stream stream, ByteBuffer batch, KnownCrc crc) {
        return Objects.requireNonNull(stream.tryAppend(batch, 15, 1, crc));
    }

    private static ByteBuffer batch() {
        ByteBuffer batch = ByteBuffer.allocateDirect(BATCH_BYTES);
        for (int i = 0; i < BATCH_BYTES; i++) {
            batch.put(i, (byte) (i * 31));
        }
        return batch;
    }

    private static long address(ByteBuffer buffer) {
        return MemorySegment.ofBuffer(buffer).address();
    }

    /** A batch is copied once, into the log's memory; disk, tail and bucket get the same bytes. */
    @Test
    void aBatchIsCopiedOnce() throws InterruptedException {
        try (TestNode node = start()) {
            Stream stream = node.stream();
            stream.append(ByteBuffer.allocate(10), 1, 1).await(); // the first takes a slab
            ByteBuffer batch = batch();
            append(stream, batch, new KnownCrc(0, Crc32c.of(batch, 0, BATCH_BYTES))).await();
            long logged;
            try (ReadResult fetched = stream.read(1, BATCH_BYTES)) {
                logged = address(fetched.appends().getFirst().records());
            }
            node.streams.flush();
            List<Long> large =
                    uploaded.stream()
                            .filter(piece -> piece.remaining() >= BATCH_BYTES)
                            .map(PathCostTest::address)
                            .toList();
            assertThat(large).containsExactly(logged - RecordFrame.HEADER_BYTES);
        }
    }

    /**
     * A known checksum is used as it is: bytes are not read for it, and a wrong one is found later.
     */
    @Test
    void aBatchWhoseChecksumIsKnownIsNotReadForOne() throws InterruptedException {
        try (TestNode node = start()) {
            Stream stream = node.stream();
            stream.append(ByteBuffer.allocate(10), 1, 1).await();
            append(stream, batch(), new KnownCrc(0, 12345)).await();
            node.streams.flush();
            ByteBuffer frame =
                    uploaded.stream()
                            .filter(piece -> piece.remaining() >= BATCH_BYTES)
                            .findFirst()
                            .orElseThrow();
            int said = frame.getInt(RecordFrame.HEADER_BYTES - Integer.BYTES);
            int header = Crc32c.of(frame, 0, RecordFrame.HEADER_BYTES - Integer.BYTES);
            assertThat(said).isEqualTo(Crc32c.concat(header, 12345, BATCH_BYTES));
        }
    }

    /** The commit completes on the disk's thread, without a change to a further thread. */
    @Test
    void whoeverWroteTheLogTellsOfTheCommit() throws Exception {
        try (TestNode node = start()) {
            Stream stream = node.stream();
            for (int i = 0; i < 20; i++) {
                node.disk.stall();
                var told = new CompletableFuture<Thread>();
                stream.append(ByteBuffer.allocate(100), 1, 1)
                        .onComplete(failure -> told.complete(Thread.currentThread()));
                node.disk.resume();
                assertThat(node.disk.writers()).contains(told.get());
            }
        }
    }

    @Test
    void anAppendAllocatesLittleOnItsThread() throws InterruptedException {
        var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        try (TestNode node = start()) {
            Stream stream = node.stream();
            stream.append(ByteBuffer.allocate(10), 1, 1).await();
            ByteBuffer batch = ByteBuffer.allocateDirect(100);
            var crc = new KnownCrc(0, Crc32c.of(batch, 0, 100));
            for (int i = 0; i < 100; i++) {
                stream.append(batch, 15, 1, crc).await();
            }
            // The least of the rounds: what is made only once belongs to no append.
            long least = Long.MAX_VALUE;
            List<Commit> commits = new ArrayList<>(1000);
            for (int round = 0; round < 5; round++) {
                long before = threads.getCurrentThreadAllocatedBytes();
                for (int i = 0; i < 200; i++) {
                    commits.add(stream.append(batch, 15, 1, crc));
                }
                least = Math.min(least, (threads.getCurrentThreadAllocatedBytes() - before) / 200);
            }
            assertThat(least).isLessThanOrEqualTo(ALLOCATED_BYTES_MAX);
            commits.getLast().await();
        }
    }
}
