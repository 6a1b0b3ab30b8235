package io.oxbow.s3stream.engine;

import static io.oxbow.s3stream.engine.TestNode.NAME;
import static io.oxbow.s3stream.engine.TestNode.put;
import static io.oxbow.s3stream.engine.TestNode.texts;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.oxbow.s3stream.Commit;
import io.oxbow.s3stream.FencedException;
import io.oxbow.s3stream.OffsetOutOfRangeException;
import io.oxbow.s3stream.ReadResult;
import io.oxbow.s3stream.S3StreamException;
import io.oxbow.s3stream.Stream;
import io.oxbow.s3stream.config.StreamStoreConfig;
import io.oxbow.s3stream.image.CoreRecord;
import io.oxbow.s3stream.wal.RecordFrame;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class WritePathTest {

    @Test
    void anAppendIsReadBackBeforeAndAfterItsUpload() {
        try (TestNode node = TestNode.start()) {
            Stream stream = node.stream();
            put(stream, 2, "a");
            put(stream, 1, "b");
            assertThat(texts(stream, 0)).containsExactly("0:a", "2:b");
            assertThat(node.store.reads()).isEmpty();

            node.streams.flush();

            assertThat(stream.committedEndOffset()).isEqualTo(3);
            assertThat(texts(stream, 0)).containsExactly("0:a", "2:b");
            assertThat(texts(stream, 1)).containsExactly("0:a", "2:b");
            assertThat(node.store.reads()).isNotEmpty();
        }
    }

    @Test
    void theDurableEndHasRisenWhenTheCommitCompletes() {
        try (TestNode node = TestNode.start()) {
            Stream stream = node.stream();
            var seen = new CompletableFuture<List<Long>>();
            List<Long> order = new ArrayList<>();
            stream.onDurable(order::add);
            Commit commit = stream.append(ByteBuffer.allocate(10), 5, 0);
            commit.onComplete(failure -> {
                order.add(-stream.durableEndOffset());
                seen.complete(order);
            });
            assertThat(seen.join()).containsExactly(5L, -5L);
        }
    }

    @Test
    void nothingIsShownOrAckedBeforeItIsDurable() {
        try (TestNode node = TestNode.start()) {
            Stream stream = node.stream();
            put(stream, 1, "a");
            node.disk.stall();
            Commit commit = stream.append(ByteBuffer.wrap("b".getBytes()), 1, 0);
            var acked = new CompletableFuture<Boolean>();
            commit.onComplete(failure -> acked.complete(failure == null));

            assertThat(stream.nextOffset()).isEqualTo(2);
            assertThat(stream.durableEndOffset()).isEqualTo(1);
            assertThat(texts(stream, 0)).containsExactly("0:a");
            assertThat(acked).isNotDone();
            assertThatThrownBy(() -> stream.read(2, 10))
                    .isInstanceOf(OffsetOutOfRangeException.class);

            node.disk.resume();
            assertThat(acked.join()).isTrue();
            assertThat(texts(stream, 0)).containsExactly("0:a", "1:b");
        }
    }

    @Test
    void aFullObjectIsUploadedWithoutBeingAsked() {
        var upload = new StreamStoreConfig.Upload(10_000, Duration.ofDays(1), 8 << 20);
        try (TestNode node = TestNode.start(TestNode.config().with(upload))) {
            Stream stream = node.stream();
            for (int i = 0; i < 20; i++) {
                put(stream, 1, "x".repeat(1000));
            }
            awaitCommitted(stream, 1);
            assertThat(node.store.puts()).isNotEmpty();
        }
    }

    @Test
    void anOldAppendIsUploadedWithoutBeingAsked() {
        var upload = new StreamStoreConfig.Upload(1 << 20, Duration.ofMillis(1), 8 << 20);
        try (TestNode node = TestNode.start(TestNode.config().with(upload))) {
            put(node.stream(), 1, "x");
            awaitCommitted(node.stream(), 1);
        }
    }

    @Test
    void manySmallAppendsDoNotBlockOnAFullLog() {
        // Each takes a block of the log; all of them together are much more than it has.
        try (TestNode node = TestNode.start()) {
            Stream stream = node.stream();
            for (int i = 0; i < 1000; i++) {
                put(stream, 1, "x" + i);
            }
            assertThat(texts(stream, 990)).hasSize(10).last().isEqualTo("999:x999");
        }
    }

    @Test
    void whileTheBucketIsAwayProducersAreSlowedDownAndThenGoOn() throws Exception {
        try (TestNode node = TestNode.start()) {
            Stream stream = node.stream();
            node.store.unavailable(true);
            var progress = new AtomicInteger();
            Thread producer =
                    Thread.startVirtualThread(() -> {
                        for (int i = 0; i < 100; i++) {
                            stream.append(TestNode.bytes(i, 50_000), 1, i);
                            progress.incrementAndGet();
                        }
                    });
            awaitBlocked(producer);
            assertThat(progress.get()).isBetween(5, 60);

            node.store.unavailable(false);
            producer.join();

            assertThat(progress.get()).isEqualTo(100);
            node.streams.flush();
            for (int i = 0; i < 100; i++) {
                try (ReadResult fetched = stream.read(i, 1)) {
                    assertThat(fetched.appends().getFirst().records())
                            .isEqualTo(TestNode.bytes(i, 50_000));
                }
            }
        }
    }

    @Test
    void theBoundOnPendingBytesHolds() throws Exception {
        var upload = new StreamStoreConfig.Upload(10_000, Duration.ofDays(1), 20_000);
        try (TestNode node = TestNode.start(TestNode.config().with(upload))) {
            Stream stream = node.stream();
            node.store.unavailable(true);
            Thread producer =
                    Thread.startVirtualThread(() -> {
                        for (int i = 0; i < 100; i++) {
                            stream.append(TestNode.bytes(i, 1000), 1, i);
                        }
                    });
            awaitBlocked(producer);
            assertThat(stream.nextOffset()).isEqualTo(20_000 / (1000 + RecordFrame.HEADER_BYTES));
            node.store.unavailable(false);
            producer.join();
        }
    }

    @Test
    void pendingBytesAreUploadedWhenSomebodyWaitsForThem() {
        // Far less than an object is worth, but the next append does not fit beside it.
        var upload = new StreamStoreConfig.Upload(30_000, Duration.ofDays(1), 40_000);
        try (TestNode node = TestNode.start(TestNode.config().with(upload))) {
            Stream stream = node.stream();
            for (int i = 0; i < 20; i++) {
                put(stream, 1, "x".repeat(i % 2 == 0 ? 5000 : 38_000));
            }
            assertThat(stream.durableEndOffset()).isEqualTo(20);
        }
    }

    @Test
    void anUnknownPutIsRepeatedAtTheSameKey() {
        try (TestNode node = TestNode.start()) {
            put(node.stream(), 1, "a");
            node.store.leavePutsUnanswered(2);
            node.streams.flush();
            assertThat(node.store.puts()).hasSize(3).containsOnly(node.store.puts().getFirst());
            assertThat(texts(node.stream(), 0)).containsExactly("0:a");
        }
    }

    @Test
    void aCommitWithoutAnswerIsRepeatedAndTakesEffectOnce() {
        try (TestNode node = TestNode.start()) {
            Stream stream = node.stream();
            put(stream, 1, "a");
            node.log.leaveUnanswered(1);
            node.streams.flush();
            put(stream, 1, "b");
            node.log.lose(2);
            node.streams.flush();
            assertThat(stream.committedEndOffset()).isEqualTo(2);
            assertThat(texts(stream, 0)).containsExactly("0:a", "1:b");
        }
    }

    @Test
    void withoutALeaderAppendsGoOn() {
        try (TestNode node = TestNode.start()) {
            Stream stream = node.stream();
            node.log.leaderless(true);
            put(stream, 1, "a");
            assertThat(texts(stream, 0)).containsExactly("0:a");
            node.log.leaderless(false);
            node.streams.flush();
            assertThat(stream.committedEndOffset()).isEqualTo(1);
        }
    }

    @Test
    void aFencedNodeAcksNoMore() {
        TestNode node = TestNode.start();
        Stream stream = node.stream();
        put(stream, 1, "a");
        var told = new CompletableFuture<S3StreamException>();
        node.streams.onFailure(told::complete);
        node.log.append(List.of(new CoreRecord.FenceNode(1, node.streams.nodeEpoch())));

        assertThatThrownBy(node.streams::flush).isInstanceOf(S3StreamException.class);

        assertThat(told.join()).isInstanceOf(FencedException.class);
        assertThatThrownBy(() -> stream.append(ByteBuffer.allocate(1), 1, 0))
                .isInstanceOf(S3StreamException.class);
        node.close();
    }

    @Test
    void whatWasUnderWayWhenTheNodeWasFencedIsNotAcked() {
        TestNode node = TestNode.start();
        Stream stream = node.stream();
        put(stream, 1, "a");
        node.disk.stall();
        Commit commit = stream.append(ByteBuffer.allocate(1), 1, 0);
        node.log.append(List.of(new CoreRecord.FenceNode(1, node.streams.nodeEpoch())));
        assertThatThrownBy(() -> node.streams.open(List.of(TestNode.name(2))))
                .isInstanceOf(FencedException.class);
        node.disk.resume();

        assertThatThrownBy(commit::await).isInstanceOf(S3StreamException.class);

        assertThat(stream.durableEndOffset()).isEqualTo(1);
        node.close();
    }

    @Test
    void anIdleNodeNoticesThatItIsFenced() throws Exception {
        var maintenance =
                new StreamStoreConfig.Maintenance(
                        Duration.ofMillis(1), Duration.ofDays(1), Duration.ZERO);
        TestNode node = TestNode.start(TestNode.config().with(maintenance));
        var told = new CompletableFuture<S3StreamException>();
        node.streams.onFailure(told::complete);
        node.log.append(List.of(new CoreRecord.FenceNode(1, node.streams.nodeEpoch())));
        assertThat(told.get()).isInstanceOf(FencedException.class);
        node.close();
    }

    @Test
    void aBrokenDiskFailsTheStore() throws Exception {
        TestNode node = TestNode.start();
        Stream stream = node.stream();
        put(stream, 1, "a");
        var told = new CompletableFuture<S3StreamException>();
        node.streams.onFailure(told::complete);
        node.disk.cut();

        Commit commit = stream.append(ByteBuffer.allocate(1), 1, 0);

        assertThatThrownBy(commit::await).isInstanceOf(S3StreamException.class);
        assertThat(told.get()).isNotNull();
        assertThatThrownBy(() -> stream.append(ByteBuffer.allocate(1), 1, 0))
                .isInstanceOf(S3StreamException.class);
        assertThat(texts(stream, 0)).containsExactly("0:a");
        node.close();
    }

    @Test
    void anAppendTheLogDoesNotTakeLeavesNoGap() {
        try (TestNode node = TestNode.start()) {
            Stream stream = node.stream();
            put(stream, 1, "a");
            assertThatThrownBy(() -> stream.append(ByteBuffer.allocate(100_000), 1, 0))
                    .isInstanceOf(IllegalArgumentException.class);
            put(stream, 1, "b");
            node.streams.flush();
            assertThat(texts(stream, 0)).containsExactly("0:a", "1:b");
        }
    }

    @Test
    void aClosedStreamTakesNothingAndIsAllInObjects() {
        try (TestNode node = TestNode.start()) {
            Stream stream = node.stream();
            put(stream, 1, "a");
            node.streams.close(List.of(NAME));
            assertThat(stream.committedEndOffset()).isEqualTo(1);
            assertThatThrownBy(() -> stream.append(ByteBuffer.allocate(1), 1, 0))
                    .isInstanceOf(FencedException.class);

            Stream again = node.stream();

            assertThat(again.epoch()).isGreaterThan(stream.epoch());
            put(again, 1, "b");
            assertThat(texts(again, 0)).containsExactly("0:a", "1:b");
        }
    }

    @Test
    void openingAnOpenStreamGivesTheSame() {
        try (TestNode node = TestNode.start()) {
            assertThat(node.stream()).isSameAs(node.stream());
            assertThat(node.streams.existing(List.of(NAME, TestNode.name(9))))
                    .containsExactly(NAME);
        }
    }

    @Test
    void aDeletedStreamStartsOverUnderAnotherId() {
        try (TestNode node = TestNode.start()) {
            Stream stream = node.stream();
            put(stream, 1, "a");
            node.streams.delete(List.of(NAME));
            assertThat(node.streams.existing(List.of(NAME))).isEmpty();
            Stream again = node.stream();
            assertThat(again.streamId()).isNotEqualTo(stream.streamId());
            assertThat(again.nextOffset()).isZero();
            put(again, 1, "b");
            node.streams.flush();
            assertThat(texts(again, 0)).containsExactly("0:b");
        }
    }

    @Test
    void aStreamOfAnotherNodeCannotBeOpened() {
        var world = new TestNode.World();
        var identity =
                new StreamStoreConfig.Identity(
                        2, new java.util.UUID(0, 0), "localhost:2", java.util.Set.of());
        var config = TestNode.config();
        try (TestNode one = TestNode.start(world, new TestDisk(), config);
                TestNode two = TestNode.start(world, new TestDisk(), config.with(identity))) {
            put(one.stream(), 1, "a");
            assertThatThrownBy(two::stream)
                    .isInstanceOfSatisfying(
                            S3StreamException.class,
                            e ->
                                    assertThat(e.retry())
                                            .isEqualTo(S3StreamException.Retry.RETRYABLE));
            one.streams.close(List.of(NAME));
            put(two.stream(), 1, "b");
            assertThat(texts(two.stream(), 0)).containsExactly("0:a", "1:b");
        }
    }

    @Test
    void aNodeThatHasLostAStreamDoesNotShowWhatItsSuccessorCommits() {
        TestNode old = TestNode.start();
        Stream before = old.stream();
        put(before, 1, "a");
        put(before, 1, "b");
        old.streams.flush();
        // It sleeps; another process takes over, and goes on where it stood.
        try (TestNode next = TestNode.start(old.world, old.disk.cut(), TestNode.config())) {
            Stream after = next.stream();
            put(after, 1, "c");
            next.streams.flush();
            assertThat(texts(after, 0)).containsExactly("0:a", "1:b", "2:c");

            try (ReadResult seen = before.read(0, 1000)) {
                assertThat(seen.appends()).hasSize(2);
                assertThat(seen.nextOffset()).isEqualTo(2);
                assertThat(seen.sizeInBytes()).isEqualTo(2);
            }
            assertThat(texts(before, 0)).containsExactly("0:a", "1:b");
        }
        old.close();
    }

    static void awaitCommitted(Stream stream, long offset) {
        while (stream.committedEndOffset() < offset) {
            Thread.yield();
        }
    }

    static void awaitBlocked(Thread thread) throws InterruptedException {
        int still = 0;
        while (still < 20) {
            Thread.sleep(1);
            still = thread.getState() == Thread.State.WAITING ? still + 1 : 0;
        }
    }
}
