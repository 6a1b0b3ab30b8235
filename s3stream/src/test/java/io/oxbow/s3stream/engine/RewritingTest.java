package io.oxbow.s3stream.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.oxbow.s3stream.AppendFilter;
import io.oxbow.s3stream.AppendFilter.Decision;
import io.oxbow.s3stream.OffsetOutOfRangeException;
import io.oxbow.s3stream.ReadResult;
import io.oxbow.s3stream.RewriteResult;
import io.oxbow.s3stream.Stream;
import io.oxbow.s3stream.commit.Bucket;
import io.oxbow.s3stream.compact.CompactionConfig;
import io.oxbow.s3stream.compact.CompactionGoals;
import io.oxbow.s3stream.compact.Rewriting;
import io.oxbow.s3stream.env.Patience;
import io.oxbow.s3stream.image.CoreImage;
import io.oxbow.s3stream.image.CoreRecord;
import io.oxbow.s3stream.maintenance.CompactionOnNode;
import io.oxbow.s3stream.object.ObjectNumbers;
import io.oxbow.s3stream.read.ExtentReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RewritingTest {

    private static final Decision KEEP = new Decision.Keep();
    private static final Decision DROP = new Decision.Drop();

    @Test
    void droppedAppendsDoNotShowAndReadsGoOnWithTheNext() {
        try (TestNode node = TestNode.start()) {
            Stream stream = filled(node);

            var result = node.streams.rewrite(TestNode.NAME, 0, 6, dropping("b", "c", "f"));

            assertThat(result).isEqualTo(new RewriteResult.Done(6, 6, 3));
            assertThat(TestNode.texts(stream, 0)).containsExactly("0:a", "3:d", "4:e", "6:g");
            assertThat(TestNode.texts(stream, 1)).containsExactly("3:d", "4:e", "6:g");
            assertThat(TestNode.texts(stream, 2)).containsExactly("3:d", "4:e", "6:g");
            assertThat(TestNode.texts(stream, 5)).containsExactly("6:g");
            assertThat(committed(node, stream, 0, 7)).containsExactly("0:a", "3:d", "4:e", "6:g");
            assertThat(committed(node, stream, 1, 3)).isEmpty();
            assertThat(stream.sizeInBytes()).isEqualTo(4);
        }
    }

    /**
     * A gap made by a filter looks the same as one made by a trim; only the image's start offset
     * tells which it is.
     */
    @Test
    void aGapBelowAStartThatTheStreamHasNotHeardOfIsOutOfRange() {
        try (TestNode node = TestNode.start()) {
            Stream stream = filled(node);
            node.streams.rewrite(TestNode.NAME, 0, 3, dropping("a", "b"));
            var trim = new CoreRecord.Trim(stream.streamId(), 2);
            node.world.cluster.apply(
                    List.of(
                            new CoreRecord.TrimStreams(
                                    1, node.streams.nodeEpoch(), List.of(trim))));

            assertThatThrownBy(() -> stream.read(0, 100))
                    .isInstanceOf(OffsetOutOfRangeException.class);
            assertThatThrownBy(() -> committed(node, stream, 0, 7))
                    .isInstanceOf(OffsetOutOfRangeException.class);
            assertThat(TestNode.texts(stream, 2)).startsWith("2:c");
        }
    }

    @Test
    void aGapInTheMiddleOfWhatIsReadMayBeATrimToo() {
        try (TestNode node = TestNode.start()) {
            Stream stream = filled(node);
            node.streams.rewrite(TestNode.NAME, 0, 3, dropping("b"));
            var trim = new CoreRecord.Trim(stream.streamId(), 2);
            node.world.cluster.apply(
                    List.of(
                            new CoreRecord.TrimStreams(
                                    1, node.streams.nodeEpoch(), List.of(trim))));

            assertThatThrownBy(() -> stream.read(0, 100))
                    .isInstanceOf(OffsetOutOfRangeException.class);
        }
    }

    @Test
    void readsAcrossAnEndThatWasDroppedEndAtTheEnd() {
        try (TestNode node = TestNode.start()) {
            Stream stream = filled(node);
            node.streams.flush();

            node.streams.rewrite(TestNode.NAME, 0, 7, append -> DROP);

            for (long offset = 0; offset <= 7; offset++) {
                try (ReadResult fetched = stream.read(offset, 100)) {
                    assertThat(fetched.appends()).isEmpty();
                    assertThat(fetched.nextOffset()).isEqualTo(7);
                }
            }
            TestNode.put(stream, 1, "h");
            assertThat(TestNode.texts(stream, 2)).containsExactly("7:h");
            assertThat(stream.retentionOffset(Long.MAX_VALUE, Long.MIN_VALUE)).isZero();
        }
    }

    @Test
    void timestampsOfDroppedAppendsAreForgotten() {
        try (TestNode node = TestNode.start()) {
            Stream stream = filled(node);
            // The timestamp of each append is its offset.
            node.streams.rewrite(TestNode.NAME, 0, 6, dropping("b", "c", "f"));

            assertThat(stream.firstAppendAtOrAfter(1)).isEqualTo(OptionalLong.of(3));
            assertThat(stream.firstAppendAtOrAfter(5)).isEqualTo(OptionalLong.of(6));
            node.streams.rewrite(TestNode.NAME, 0, 7, dropping("g"));
            assertThat(stream.maxTimestamp()).contains(new Stream.TimestampedOffset(4, 4));
        }
    }

    @Test
    void aReplacementHasTheSameOffsets() {
        try (TestNode node = TestNode.start()) {
            Stream stream = node.stream();
            TestNode.put(stream, 5, "five");
            TestNode.put(stream, 1, "one");
            node.streams.flush();

            node.streams.rewrite(
                    TestNode.NAME,
                    0,
                    6,
                    append ->
                            append.count() == 5
                                    ? new Decision.Replace(ByteBuffer.wrap("FIVE!".getBytes()), 9)
                                    : KEEP);

            try (ReadResult fetched = stream.read(3, 1)) {
                ReadResult.Append first = fetched.appends().getFirst();
                assertThat(first.baseOffset()).isZero();
                assertThat(first.count()).isEqualTo(5);
                assertThat(first.maxTimestamp()).isEqualTo(9);
                assertThat(text(first)).isEqualTo("FIVE!");
            }
            assertThat(TestNode.texts(stream, 5)).containsExactly("5:one");
        }
    }

    /** A composite's part stands for as many extents as were archived, longer than any memory. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 50})
    void anExtentOfAnyLengthIsRewrittenInPieces(int dropEvery) {
        try (TestNode node = TestNode.start()) {
            Stream stream = node.stream();
            var leader = TestLeader.of(node.world.cluster, node.store, node.log, 1);
            for (int i = 0; i < 40; i++) {
                TestNode.put(stream, 1, "v" + i);
                node.streams.flush();
                leader.archiver.round();
            }
            assertThat(node.log.image().entries(stream.streamId(), 0, 100))
                    .hasAtLeastOneElementOfType(CoreImage.Part.class)
                    .anyMatch(entry -> entry.bytes() > PART_BYTES);
            int puts = node.store.puts().size();
            AppendFilter filter =
                    append -> append.baseOffset() % dropEvery == dropEvery - 1 ? DROP : KEEP;

            var result = inPieces(node).rewrite(stream.streamId(), 0, 40, filter);

            int dropped = 40 / dropEvery;
            assertThat(result).isInstanceOf(RewriteResult.Done.class);
            assertThat(result.toOffset()).isEqualTo(40);
            assertThat(TestNode.texts(stream, 0))
                    .hasSize(40 - dropped)
                    .allMatch(text -> offsetOf(text) % dropEvery != dropEvery - 1);
            assertThat(node.store.puts().size() > puts).isEqualTo(dropped > 0);
            assertThat(node.store.puts().stream().skip(puts))
                    .as("what is held in memory")
                    .allMatch(put -> committedBytes(node, put) <= PART_BYTES);
        }
    }

    private static final int PART_BYTES = 8;

    private static long committedBytes(TestNode node, String key) {
        return node.log.image().streams().stream()
                .flatMap(stream -> node.log.image().entries(stream.streamId(), 0, 1000).stream())
                .filter(entry -> entry.objectKey().equals(key))
                .mapToLong(CoreImage.Entry::bytes)
                .sum();
    }

    private static long offsetOf(String text) {
        return Long.parseLong(text.split(":")[0]);
    }

    private static Rewriting inPieces(TestNode node) {
        var numbers = new ObjectNumbers(1, node.streams.nodeEpoch());
        // The node itself is far from these.
        for (int i = 0; i < 1000; i++) {
            numbers.settle(numbers.take());
        }
        var environment = TestNode.environment();
        var patience = new Patience(environment, () -> false);
        var host =
                new CompactionOnNode(
                        node.store, node.log, numbers, patience, new Bucket(node.store, patience));
        var reader = new ExtentReader(node.store, node.log, environment);
        return new Rewriting(host, reader, environment.clock(), 0, PART_BYTES);
    }

    @Test
    void nothingIsWrittenWhenAllIsKept() {
        try (TestNode node = TestNode.start()) {
            filled(node);
            int puts = node.store.puts().size();
            var result = node.streams.rewrite(TestNode.NAME, 0, 6, append -> KEEP);
            assertThat(result).isEqualTo(new RewriteResult.Done(6, 6, 6));
            assertThat(node.store.puts()).hasSize(puts);
        }
    }

    @Test
    void aRangeThatEndsInsideAnExtentTakesAllOfIt() {
        try (TestNode node = TestNode.start()) {
            TestNode.put(node.stream(), 3, "abc");
            node.streams.flush();
            TestNode.put(node.stream(), 3, "def");
            node.streams.flush();
            var result = node.streams.rewrite(TestNode.NAME, 0, 5, dropping("abc"));
            assertThat(result).isEqualTo(new RewriteResult.Done(6, 6, 3));
        }
    }

    @Test
    void aStreamThatMovedOnIsStaleAndStaysAsItIs() {
        try (TestNode node = TestNode.start()) {
            Stream stream = filled(node);
            var result =
                    node.streams.rewrite(
                            TestNode.NAME,
                            0,
                            6,
                            append -> {
                                stream.trim(6);
                                return DROP;
                            });
            assertThat(result).isInstanceOf(RewriteResult.Stale.class);
            assertThat(TestNode.texts(stream, 6)).containsExactly("6:g");
            assertThat(node.streams.rewrite(TestNode.name(77), 0, 6, append -> DROP))
                    .isInstanceOf(RewriteResult.Stale.class);
        }
    }

    @Test
    void aFilterThatThrowsChangesNothing() {
        try (TestNode node = TestNode.start()) {
            Stream stream = filled(node);
            List<String> before = TestNode.texts(stream, 0);
            AppendFilter failing =
                    append -> {
                        throw new IllegalStateException("of the test");
                    };
            assertThatThrownBy(() -> node.streams.rewrite(TestNode.NAME, 0, 6, failing))
                    .hasMessage("of the test");
            assertThat(TestNode.texts(stream, 0)).isEqualTo(before);
        }
    }

    @Test
    void anAnswerThatGotLostIsNotTakenForARefusal() {
        try (TestNode node = TestNode.start()) {
            Stream stream = filled(node);
            node.log.leaveUnanswered(1);
            node.store.leavePutsUnanswered(1);
            assertThat(node.streams.rewrite(TestNode.NAME, 0, 6, dropping("a")))
                    .isEqualTo(new RewriteResult.Done(6, 6, 5));
            assertThat(TestNode.texts(stream, 0).getFirst()).isEqualTo("1:b");
        }
    }

    /**
     * Keys and values, compacted by key again and again while appends, trims and compaction go on.
     * The latest value of each key is always there, at its offset, and in the end nothing else.
     */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void theLatestValueOfEachKeyStays(long seed) {
        var random = new Random(seed);
        var goals = new CompactionGoals(20_000, 40_000, 8, 2, 5, 1000);
        var config =
                TestNode.config()
                        .with(new CompactionConfig(1 << 30, 200_000, Duration.ofMillis(1), goals));
        Map<String, String> latest = new TreeMap<>();
        TestNode node = TestNode.start(config);
        try {
            for (int round = 0; round < 40; round++) {
                Stream stream = node.stream();
                for (int i = random.nextInt(20); i > 0; i--) {
                    String key = "k" + random.nextInt(12);
                    latest.put(key, stream.nextOffset() + ":" + key + "=" + random.nextInt(1000));
                    TestNode.put(stream, 1 + random.nextInt(3), latest.get(key).split(":")[1]);
                }
                if (random.nextInt(2) == 0) {
                    node.streams.flush();
                }
                if (random.nextInt(2) == 0) {
                    compactByKey(node, stream);
                }
                if (random.nextInt(10) == 0) {
                    node = node.crashAndRestart();
                    stream = node.stream();
                }
                assertThat(TestNode.texts(stream, 0)).containsAll(latest.values());
            }
            Stream stream = node.stream();
            node.streams.flush();
            compactUntilDone(node, stream);
            assertThat(TestNode.texts(stream, 0))
                    .containsExactlyInAnyOrderElementsOf(latest.values());
            var again = compactByKey(node, stream);
            assertThat(again.bytesAfter()).isEqualTo(again.bytesBefore());
        } finally {
            node.close();
        }
    }

    private static void compactUntilDone(TestNode node, Stream stream) {
        while (!(compactByKey(node, stream) instanceof RewriteResult.Done done
                && done.toOffset() == stream.committedEndOffset())) {
            Thread.yield();
        }
    }

    /** Makes the two passes of a compaction by key. */
    private static RewriteResult compactByKey(TestNode node, Stream stream) {
        Map<String, Long> last = new HashMap<>();
        for (String text : TestNode.texts(stream, stream.startOffset())) {
            last.put(keyOf(text.split(":")[1]), Long.parseLong(text.split(":")[0]));
        }
        return node.streams.rewrite(
                TestNode.NAME,
                0,
                stream.committedEndOffset(),
                append -> last.get(keyOf(text(append))) == append.baseOffset() ? KEEP : DROP);
    }

    private static String keyOf(String keyAndValue) {
        return keyAndValue.split("=")[0];
    }

    private static AppendFilter dropping(String... texts) {
        return append -> List.of(texts).contains(text(append)) ? DROP : KEEP;
    }

    private static String text(ReadResult.Append append) {
        return StandardCharsets.UTF_8.decode(append.records().duplicate()).toString();
    }

    /** Fills a stream with one-letter appends, with extents that end at least at 3, 6 and 7. */
    private static Stream filled(TestNode node) {
        Stream stream = node.stream();
        for (String text : List.of("a", "b", "c", "d", "e", "f", "g")) {
            TestNode.put(stream, 1, text);
            if (List.of("c", "f", "g").contains(text)) {
                node.streams.flush();
            }
        }
        return stream;
    }

    private static List<String> committed(TestNode node, Stream stream, long from, long to) {
        var reader = new ExtentReader(node.store, node.log, TestNode.environment());
        List<String> texts = new ArrayList<>();
        try (var cursor = reader.read(stream.streamId(), from, to)) {
            for (var append = cursor.next(); append != null; append = cursor.next()) {
                texts.add(append.baseOffset() + ":" + text(append));
            }
        }
        return texts;
    }
}
