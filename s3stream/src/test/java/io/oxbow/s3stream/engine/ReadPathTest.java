package io.oxbow.s3stream.engine;

import static io.oxbow.s3stream.engine.TestNode.put;
import static io.oxbow.s3stream.engine.TestNode.texts;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.oxbow.s3stream.OffsetOutOfRangeException;
import io.oxbow.s3stream.ReadResult;
import io.oxbow.s3stream.S3StreamException;
import io.oxbow.s3stream.Stream;
import io.oxbow.s3stream.config.StreamStoreConfig;
import io.oxbow.s3stream.image.ObjectKey;
import io.oxbow.s3stream.read.ExtentReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ReadPathTest {

    private static final long[] ODD = {
        -1, 0, 1, -2, Long.MIN_VALUE, Long.MAX_VALUE, 999, 1_000, 1_001, 4_000_000_000_000L
    };

    @Test
    void aBlockThatWasReadIsNotFetchedAgain() {
        try (TestNode node = TestNode.start()) {
            Stream stream = filled(node, 10, 1000);
            readAll(stream);
            node.store.forgetReads();
            readAll(stream);
            assertThat(node.store.reads()).isEmpty();
        }
    }

    @Test
    void withoutACacheEveryReadGoesToTheStore() {
        var reads = new StreamStoreConfig.Reads(0, 0, 0, 0);
        try (TestNode node = TestNode.start(TestNode.config().with(reads))) {
            Stream stream = filled(node, 10, 1000);
            readAll(stream);
            node.store.forgetReads();
            readAll(stream);
            assertThat(node.store.reads()).isNotEmpty();
        }
    }

    @Test
    void whatMustNotWaitGetsWhatIsInMemory() {
        try (TestNode node = TestNode.start()) {
            // Two objects of one block each.
            Stream stream = filled(node, 3, 1000);
            append(stream, 3, 6, 1000);
            node.streams.flush();
            assertThat(stream.tryRead(0, 100_000)).isNull();

            stream.read(1, 1).close();

            try (ReadResult fetched = stream.tryRead(1, 100_000)) {
                assertThat(fetched.appends())
                        .extracting(ReadResult.Append::baseOffset)
                        .containsExactly(1L, 2L);
                assertThat(fetched.nextOffset()).isEqualTo(3);
            }
        }
    }

    @Test
    void aReaderThatMustNotWaitIsReadAheadOf() {
        try (TestNode node = TestNode.start()) {
            Stream stream = filled(node, 60, 60_000);
            stream.read(0, 1).close();
            node.store.forgetReads();
            stream.tryRead(1, 1).close();
            TestNode.await("a block ahead", () -> !node.store.reads().isEmpty());
        }
    }

    @Test
    void theTailIsReadWithoutWaiting() {
        try (TestNode node = TestNode.start()) {
            Stream stream = node.stream();
            put(stream, 1, "a");
            try (ReadResult fetched = stream.tryRead(0, 100)) {
                assertThat(fetched.appends()).hasSize(1);
            }
            try (ReadResult atEnd = stream.tryRead(1, 100)) {
                assertThat(atEnd.appends()).isEmpty();
            }
            assertThatThrownBy(() -> stream.tryRead(2, 100))
                    .isInstanceOf(OffsetOutOfRangeException.class);
        }
    }

    @Test
    void aSequentialReaderIsReadAheadOf() {
        try (TestNode node = TestNode.start()) {
            // Objects of at most 240 KB, each one block.
            Stream stream = node.stream();
            for (int i = 0; i < 60; i++) {
                stream.append(TestNode.bytes(i, 60_000), 1, i);
                if (i % 4 == 3) {
                    node.streams.flush();
                }
            }
            stream.read(0, 1).close();
            assertThat(blocksRead(node)).hasSize(1);

            stream.read(1, 1).close();

            // The second read in order opened a window of 1 MiB, which is two objects more at
            // least.
            TestNode.await("three more blocks", () -> blocksRead(node).size() >= 4);
            readAll(stream);
            assertThat(blocksRead(node)).doesNotHaveDuplicates();
        }
    }

    @Test
    void aRandomReaderIsNot() {
        try (TestNode node = TestNode.start()) {
            Stream stream = filled(node, 60, 60_000);
            stream.read(40, 1).close();
            stream.read(0, 1).close();
            stream.read(20, 1).close();
            assertThat(blocksRead(node)).hasSize(3);
        }
    }

    /**
     * Returns the reads at the position of an object's first block; indexes are read from the end.
     */
    private static List<String> blocksRead(TestNode node) {
        return node.store.reads().stream().filter(read -> read.endsWith("@16")).toList();
    }

    @Test
    void fetchedBytesStayWhileTheTailIsLetGo() {
        try (TestNode node = TestNode.start()) {
            Stream stream = node.stream();
            put(stream, 1, "kept");
            try (ReadResult fetched = stream.read(0, 100)) {
                node.streams.flush();
                for (int i = 0; i < 200; i++) {
                    put(stream, 1, "y".repeat(20_000));
                }
                ByteBuffer bytes = fetched.appends().getFirst().records();
                assertThat(bytes).isEqualTo(ByteBuffer.wrap("kept".getBytes()));
            }
        }
    }

    @Test
    void closingAResultTwiceIsHarmless() {
        try (TestNode node = TestNode.start()) {
            Stream stream = node.stream();
            put(stream, 1, "a");
            ReadResult fetched = stream.read(0, 100);
            fetched.close();
            fetched.close();
            put(stream, 1, "b");
            assertThat(texts(stream, 0)).containsExactly("0:a", "1:b");
        }
    }

    @Test
    void anObjectThatIsGoneIsAnErrorThatNamesIt() {
        try (TestNode node = TestNode.start()) {
            Stream stream = node.stream();
            put(stream, 1, "a");
            node.streams.flush();
            String key = new ObjectKey(1, node.streams.nodeEpoch(), 0).path();
            node.world.bucket.delete(List.of(key));
            assertThatThrownBy(() -> stream.read(0, 10))
                    .isInstanceOf(S3StreamException.class)
                    .hasMessageContaining(key);
        }
    }

    @Test
    void aReadBelowANewStartIsOutOfRange() {
        try (TestNode node = TestNode.start()) {
            Stream stream = node.stream();
            put(stream, 5, "a");
            put(stream, 5, "b");
            stream.trim(7);
            assertThat(stream.startOffset()).isEqualTo(7);
            assertThat(texts(stream, 7)).containsExactly("5:b");
            assertThatThrownBy(() -> stream.read(6, 10))
                    .isInstanceOf(OffsetOutOfRangeException.class);
            assertThatThrownBy(() -> stream.trim(11)).isInstanceOf(OffsetOutOfRangeException.class);
        }
    }

    @Test
    void readsThatFailAreRepeated() {
        try (TestNode node = TestNode.start()) {
            Stream stream = filled(node, 3, 100);
            node.store.unavailable(true);
            Thread healer =
                    Thread.startVirtualThread(() -> {
                        while (node.store.reads().size() < 2) {
                            Thread.yield();
                        }
                        node.store.unavailable(false);
                    });
            readAll(stream);
            assertThat(healer.isAlive() && node.store.reads().size() < 2).isFalse();
        }
    }

    @Test
    void committedDataIsReadWithFewRequests() {
        try (TestNode node = TestNode.start()) {
            Stream stream = filled(node, 60, 60_000);
            node.store.forgetReads();
            var reader = new ExtentReader(node.store, node.log, TestNode.environment());
            int appends = 0;
            try (var cursor = reader.read(stream.streamId(), 3, 57)) {
                for (var append = cursor.next(); append != null; append = cursor.next()) {
                    assertThat(append.records())
                            .isEqualTo(TestNode.bytes(append.baseOffset(), 60_000));
                    appends++;
                }
            }
            assertThat(appends).isEqualTo(54);
            // For each object its index and one run of blocks.
            Set<String> objects =
                    node.store.reads().stream()
                            .map(read -> read.substring(0, read.indexOf('@')))
                            .collect(Collectors.toSet());
            assertThat(node.store.reads().size()).isLessThanOrEqualTo(2 * objects.size());
        }
    }

    @Test
    void committedDataEndsAtTheCommittedEnd() {
        try (TestNode node = TestNode.start()) {
            Stream stream = node.stream();
            put(stream, 1, "a");
            var reader = new ExtentReader(node.store, node.log, TestNode.environment());
            assertThatThrownBy(() -> reader.read(stream.streamId(), 0, 1))
                    .isInstanceOf(OffsetOutOfRangeException.class);
            node.streams.flush();
            try (var cursor = reader.read(stream.streamId(), 0, 1)) {
                assertThat(cursor.next()).isNotNull();
                assertThat(cursor.next()).isNull();
            }
        }
    }

    private static Stream filled(TestNode node, int appends, int length) {
        Stream stream = node.stream();
        append(stream, 0, appends, length);
        node.streams.flush();
        return stream;
    }

    /**
     * Waits for each: a flush begins with what is durable, and puts the rest into an object more.
     */
    private static void append(Stream stream, int from, int to, int length) {
        for (int i = from; i < to; i++) {
            stream.append(TestNode.bytes(i, length), 1, i);
        }
        TestNode.await("durable appends", () -> stream.durableEndOffset() >= to);
    }

    private static void readAll(Stream stream) {
        long offset = stream.startOffset();
        while (offset < stream.durableEndOffset()) {
            try (ReadResult fetched = stream.read(offset, 100_000)) {
                for (ReadResult.Append append : fetched.appends()) {
                    int length = append.records().remaining();
                    assertThat(append.records())
                            .isEqualTo(TestNode.bytes(append.baseOffset(), length));
                }
                offset = fetched.nextOffset();
            }
        }
    }

    /** Retention by time counts from the append, whatever timestamps the records have. */
    @Test
    void retentionByTimeTakesNothingBeforeItsTimeAndAllAfterIt() throws InterruptedException {
        long seed = new Random().nextLong();
        var random = new Random(seed);
        try (TestNode node = TestNode.start()) {
            Stream stream = node.stream();
            List<Long> ends = new ArrayList<>();
            for (long time = 1_000; time <= 5_000; time += 1_000) {
                node.world.cluster.timeMillis = time;
                int appends = 1 + random.nextInt(5);
                for (int i = 0; i < appends; i++) {
                    var payload = ByteBuffer.wrap("x".getBytes(StandardCharsets.US_ASCII));
                    long timestamp = ODD[random.nextInt(ODD.length)];
                    stream.append(payload, 1 + random.nextInt(3), timestamp).await();
                }
                node.streams.flush();
                ends.add(stream.nextOffset());
            }
            for (int i = 0; i < ends.size(); i++) {
                long time = 1_000L * (i + 1);
                assertThat(stream.retentionOffset(Long.MAX_VALUE, time))
                        .as("seed %d, before %d", seed, time)
                        .isEqualTo(i == 0 ? 0 : ends.get(i - 1));
                assertThat(stream.retentionOffset(Long.MAX_VALUE, time + 1))
                        .as("seed %d, after %d", seed, time)
                        .isEqualTo(ends.get(i));
            }
        }
    }
}
