package io.oxbow.s3stream.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.oxbow.s3stream.ReadResult;
import io.oxbow.s3stream.S3StreamException;
import io.oxbow.s3stream.S3StreamException.Retry;
import io.oxbow.s3stream.Stream;
import io.oxbow.s3stream.config.StreamStoreConfig;
import io.oxbow.s3stream.testkit.FastClock;
import io.oxbow.s3stream.testkit.SlowStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Back-pressure slows producers down: no append fails without need, nothing is lost, and all goes
 * on by itself.
 */
class BackPressureTest {

    private static final int MIB = 1 << 20;
    private static final int STREAMS = 3;
    private static final long TAIL_BYTES = 2 * MIB;
    private static final long POOL_BYTES = 5 * MIB;

    private final TestNode.World world = world(16 * MIB);

    private static TestNode.World world(int walBytes) {
        var world = new TestNode.World();
        world.clock = new FastClock();
        world.wal =
                TestNode.wal()
                        .withCapacityBytes(walBytes)
                        .withMemory(POOL_BYTES, 256 << 10)
                        .withWrites(2, 32 << 10, HOUR);
        return world;
    }

    private static final Duration HOUR = Duration.ofHours(1);

    /**
     * Returns a configuration with objects of 512 KiB, a tail of 2 MiB, and uploads within 10
     * seconds.
     */
    private static StreamStoreConfig config() {
        return TestNode.config()
                .with(new StreamStoreConfig.Upload(MIB / 2, Duration.ofSeconds(10), 64L * MIB))
                .with(new StreamStoreConfig.Memory(TAIL_BYTES, MIB, 8 * MIB, MIB))
                .with(new StreamStoreConfig.Reads(MIB, MIB, 0, 0));
    }

    private TestNode start(StreamStoreConfig config) {
        return TestNode.start(world, new TestDisk(), config);
    }

    private static List<Stream> streams(TestNode node) {
        List<Stream> streams = new ArrayList<>();
        for (int i = 0; i < STREAMS; i++) {
            streams.add(node.stream(TestNode.name(i)));
        }
        return streams;
    }

    private static void append(List<Stream> streams, int count, int length) {
        for (int i = 0; i < count; i++) {
            Stream stream = streams.get(i % STREAMS);
            long offset = stream.nextOffset();
            stream.append(TestNode.bytes(seed(stream, offset), length), 1, offset);
        }
    }

    private static void awaitDurable(List<Stream> streams) {
        for (Stream stream : streams) {
            TestNode.await("the disk", () -> stream.durableEndOffset() >= stream.nextOffset());
        }
    }

    private static long seed(Stream stream, long offset) {
        return stream.streamId() << 32 | offset;
    }

    /** Reads the stream from {@code offset} on and compares every byte. */
    private static void check(Stream stream, long offset) {
        long next = offset;
        while (next < stream.durableEndOffset()) {
            try (ReadResult fetched = stream.read(next, 100_000)) {
                for (ReadResult.Append append : fetched.appends()) {
                    assertThat(append.baseOffset()).isEqualTo(next);
                    int length = append.records().remaining();
                    assertThat(append.records())
                            .isEqualTo(TestNode.bytes(seed(stream, next), length));
                    next = append.nextOffset();
                }
            }
        }
    }

    private static void checkAll(TestNode node, List<Stream> streams, int appends) {
        node.streams.flush();
        long total = 0;
        for (Stream stream : streams) {
            check(stream, 0);
            assertThat(stream.committedEndOffset()).isEqualTo(stream.durableEndOffset());
            total += stream.durableEndOffset();
        }
        assertThat(total).isEqualTo(appends);
        MemoryStats.Appends left = node.streams.memoryStats().appends();
        assertThat(left.pendingBytes()).isZero();
        assertThat(left.pendingHeapBytes()).isZero();
        assertThat(left.uploadingBytes()).isZero();
        assertThat(left.tailBytes()).isZero();
        assertThat(left.heldBytes()).isZero();
    }

    /** Waits until the tail is within its bound, and all excess spilled. */
    private static MemoryStats awaitTailWithinBound(TestNode node) {
        TestNode.await(
                "the bound on tails",
                () -> node.streams.memoryStats().appends().tailBytes() <= TAIL_BYTES);
        return node.streams.memoryStats();
    }

    @Test
    void aBucketThatIsAwayForMinutesCostsSpaceInTheLogAndNothingElse() throws Exception {
        try (TestNode node = start(config())) {
            List<Stream> streams = streams(node);
            append(streams, 300, 10_000);
            node.streams.flush();
            node.store.unavailable(true);

            // Ten megabytes in three minutes: many times what the tails may keep.
            for (int i = 0; i < 18; i++) {
                append(streams, 60, 10_000);
                world.clock.sleep(Duration.ofSeconds(10));
            }
            awaitDurable(streams);

            MemoryStats away = awaitTailWithinBound(node);
            assertThat(away.appends().producerWaits()).as("nobody had to wait").isZero();
            assertThat(away.appends().pendingBytes()).isEqualTo(18 * 60 * 10_052L);
            assertThat(away.appends().spilledAppends()).isGreaterThan(700);
            for (Stream stream : streams) {
                check(stream, 100);
            }
            assertThatThrownBy(() -> streams.getFirst().read(0, 1))
                    .as("what is in the bucket alone")
                    .isInstanceOfSatisfying(
                            S3StreamException.class,
                            e -> assertThat(e.retry()).isEqualTo(Retry.RETRYABLE));

            node.store.unavailable(false);
            checkAll(node, streams, 300 + 18 * 60);
        }
    }

    @Test
    void whatIsSpilledIsRecoveredAfterACrash() {
        TestNode node = start(config());
        List<Stream> streams = streams(node);
        node.store.unavailable(true);
        append(streams, 900, 10_000);
        awaitDurable(streams);
        awaitTailWithinBound(node);
        try (TestNode again = TestNode.start(world, node.crash(), config())) {
            checkAll(again, streams(again), 900);
        }
    }

    @Test
    void aReaderWhoLagsFarBehindReadsTheLogInLargePieces() {
        try (TestNode node = start(config())) {
            List<Stream> streams = streams(node);
            node.store.unavailable(true);
            append(streams, 900, 10_000);
            awaitDurable(streams);
            long before = awaitTailWithinBound(node).appends().readBackBytes();

            streams.forEach(stream -> check(stream, 0));

            // Three streams lie mixed in the log: it is read about once for all of each, at most.
            long read = node.streams.memoryStats().appends().readBackBytes() - before;
            assertThat(read).isBetween(7L * MIB, 3 * 9L * MIB + 2 * MIB);
            assertThat(node.streams.memoryStats().caches().readBackBytes())
                    .isLessThanOrEqualTo(MIB);
            node.store.unavailable(false);
        }
    }

    @Test
    void aFullLogMakesProducersWaitAndThenGoOn() throws Exception {
        try (TestNode node = start(config())) {
            List<Stream> streams = streams(node);
            node.store.unavailable(true);
            var failure = new AtomicReference<@Nullable Throwable>();
            var made = new AtomicInteger();
            Thread producer =
                    Thread.ofVirtual()
                            .uncaughtExceptionHandler((t, e) -> failure.set(e))
                            .start(() -> {
                                for (int i = 0; i < 60; i++) {
                                    append(streams, 60, 10_000);
                                    made.incrementAndGet();
                                }
                            });
            WritePathTest.awaitBlocked(producer);
            world.clock.sleep(Duration.ofMinutes(2));
            assertThat(made.get()).isBetween(20, 40);
            assertThat(node.streams.memoryStats().appends().tailBytes())
                    .isLessThanOrEqualTo(POOL_BYTES);
            streams.forEach(stream -> check(stream, 0));

            node.store.unavailable(false);
            producer.join();

            assertThat(failure.get()).isNull();
            checkAll(node, streams, 3600);
        }
    }

    @Test
    void theHeapForSmallAppendsMakesProducersWaitAndThenGoOn() throws Exception {
        var memory = new StreamStoreConfig.Memory(TAIL_BYTES, MIB, 200_000, MIB);
        try (TestNode node = start(config().with(memory))) {
            List<Stream> streams = streams(node);
            node.store.unavailable(true);
            Thread producer = Thread.startVirtualThread(() -> append(streams, 6000, 10));
            WritePathTest.awaitBlocked(producer);
            MemoryStats.Appends full = node.streams.memoryStats().appends();
            assertThat(full.pendingHeapBytes()).isBetween(150_000L, 200_000L);
            assertThat(full.producerWaits()).isPositive();

            node.store.unavailable(false);
            producer.join();
            checkAll(node, streams, 6000);
        }
    }

    @Test
    void theBoundOnPendingBytesMakesProducersWaitAndThenGoOn() throws Exception {
        var upload = new StreamStoreConfig.Upload(MIB / 2, Duration.ofSeconds(10), 2L * MIB);
        try (TestNode node = start(config().with(upload))) {
            List<Stream> streams = streams(node);
            node.store.unavailable(true);
            Thread producer = Thread.startVirtualThread(() -> append(streams, 600, 10_000));
            WritePathTest.awaitBlocked(producer);
            assertThat(node.streams.memoryStats().appends().pendingBytes())
                    .isBetween(2L * MIB - 10_052, 2L * MIB);
            world.clock.sleep(Duration.ofMinutes(1));
            node.store.unavailable(false);
            producer.join();
            checkAll(node, streams, 600);
        }
    }

    @Test
    void aSlowStoreIsGivenSeveralObjectsAtATime() {
        var slow = new AtomicReference<@Nullable SlowStore>();
        world.way =
                bucket -> {
                    slow.set(
                            new SlowStore(
                                    bucket, world.clock, Duration.ofSeconds(5), Duration.ZERO));
                    return slow.get();
                };
        try (TestNode node = start(config())) {
            List<Stream> streams = streams(node);
            append(streams, 1800, 10_000);
            checkAll(node, streams, 1800);
            assertThat(slow.get().mostAtOnce()).isGreaterThan(1);
        }
    }

    @Test
    void aThrottledStoreGetsWhatItTakesAndNothingFails() {
        var throttled = new AtomicReference<@Nullable SlowStore>();
        world.way =
                bucket -> {
                    throttled.set(
                            new SlowStore(
                                    bucket,
                                    world.clock,
                                    Duration.ofMillis(100),
                                    Duration.ofSeconds(2)));
                    return throttled.get();
                };
        try (TestNode node = start(config())) {
            List<Stream> streams = streams(node);
            append(streams, 1800, 10_000);
            checkAll(node, streams, 1800);
            assertThat(throttled.get().refused()).isPositive();
        }
    }

    @Test
    void readersThatStopDoNotKeepProducersFromMemory() {
        var memory = new StreamStoreConfig.Memory(TAIL_BYTES, MIB / 2, 8 * MIB, MIB);
        try (TestNode node = start(config().with(memory))) {
            List<Stream> streams = streams(node);
            List<ReadResult> kept = new ArrayList<>();
            for (int i = 0; i < 300; i++) {
                append(streams, 6, 10_000);
                awaitDurable(streams);
                Stream stream = streams.get(i % STREAMS);
                kept.add(stream.read(stream.durableEndOffset() - 1, 1));
            }
            assertThat(node.streams.memoryStats().appends().heldBytes())
                    .isLessThanOrEqualTo(MIB / 2 + (256 << 10));
            for (ReadResult each : kept) {
                ReadResult.Append append = each.appends().getFirst();
                assertThat(append.records().remaining()).isEqualTo(10_000);
                each.close();
            }
            checkAll(node, streams, 1800);
        }
    }

    @Test
    void catchingUpDoesNotDriveTheTailOutOfMemory() {
        var upload = new StreamStoreConfig.Upload(MIB / 2, Duration.ofDays(9), 64L * MIB);
        try (TestNode node = start(config().with(upload))) {
            List<Stream> streams = streams(node);
            append(streams, 900, 10_000);
            node.streams.flush();
            append(streams, 30, 10_000);
            awaitDurable(streams);

            streams.forEach(stream -> check(stream, 0)); // eight times what the cache holds

            long spilled = node.streams.memoryStats().appends().spilledAppends();
            node.store.forgetReads();
            streams.forEach(stream -> check(stream, 300));
            assertThat(node.store.reads()).isEmpty();
            assertThat(node.streams.memoryStats().appends().spilledAppends()).isEqualTo(spilled);
        }
    }

    @Test
    void streamsThatCannotBeClosedInTimeStayAsTheyAre() throws Exception {
        var maintenance =
                new StreamStoreConfig.Maintenance(
                        HOUR, HOUR, Duration.ZERO, Duration.ofSeconds(20));
        try (TestNode node = start(config().with(maintenance))) {
            List<Stream> streams = streams(node);
            append(streams, 30, 10_000);
            node.store.unavailable(true);
            var names = streams.stream().map(Stream::name).toList();

            assertThatThrownBy(() -> node.streams.close(names))
                    .isInstanceOfSatisfying(
                            S3StreamException.class,
                            e -> assertThat(e.retry()).isEqualTo(Retry.RETRYABLE))
                    .hasMessageContaining("20S");

            append(streams, 30, 10_000);
            assertThat(node.stream(TestNode.name(0))).isSameAs(streams.getFirst());
            node.store.unavailable(false);
            node.streams.close(names);
            assertThatThrownBy(() -> append(streams, 1, 10)).isInstanceOf(S3StreamException.class);
            checkAll(node, streams(node), 60);
        }
    }

    @Test
    void aCloseOfUnknownOutcomeCanBeRepeatedOrUndone() {
        var maintenance =
                new StreamStoreConfig.Maintenance(HOUR, HOUR, Duration.ZERO, Duration.ofSeconds(2));
        try (TestNode node = start(config().with(maintenance))) {
            List<Stream> streams = streams(node);
            append(streams, 30, 10_000);
            node.streams.flush();
            var names = streams.stream().map(Stream::name).toList();
            node.log.lose(1000);
            assertThatThrownBy(() -> node.streams.close(names))
                    .isInstanceOfSatisfying(
                            S3StreamException.class,
                            e -> assertThat(e.retry()).isEqualTo(Retry.UNKNOWN));
            assertThatThrownBy(() -> append(streams, 1, 10)).isInstanceOf(S3StreamException.class);
            node.log.lose(0);
            node.log.leaderless(true);
            assertThatThrownBy(() -> node.streams.close(names))
                    .isInstanceOf(S3StreamException.class);
            assertThatThrownBy(() -> append(streams, 1, 10))
                    .as("the first closing may have succeeded")
                    .isInstanceOf(S3StreamException.class);
            node.log.leaderless(false);

            Stream again = node.stream(TestNode.name(0));
            assertThat(again.epoch()).isGreaterThan(streams.get(0).epoch());
            node.streams.close(names);
            checkAll(node, streams(node), 30);
        }
    }
}
