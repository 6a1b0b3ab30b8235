package io.oxbow.s3stream.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.oxbow.s3stream.Commit;
import io.oxbow.s3stream.OffsetOutOfRangeException;
import io.oxbow.s3stream.ReadResult;
import io.oxbow.s3stream.S3StreamException;
import io.oxbow.s3stream.Stream;
import io.oxbow.s3stream.commit.Bucket;
import io.oxbow.s3stream.commit.Registration;
import io.oxbow.s3stream.compact.CompactionConfig;
import io.oxbow.s3stream.composite.CompositeReader;
import io.oxbow.s3stream.config.StreamStoreConfig;
import io.oxbow.s3stream.env.Patience;
import io.oxbow.s3stream.image.CoreImage;
import io.oxbow.s3stream.maintenance.Deletion;
import io.oxbow.s3stream.read.ExtentReader;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Model of a few streams, with the node that holds them. */
final class StreamModel implements AutoCloseable {

    private static final int STREAMS = 3;

    /** Append that was made. */
    private record Made(long baseOffset, int count, long timestamp, long seed, int length) {
        long nextOffset() {
            return baseOffset + count;
        }

        ByteBuffer bytes() {
            return TestNode.bytes(seed, length);
        }
    }

    /** Expected content of one stream. */
    private static final class Model {
        final List<Made> made = new ArrayList<>();
        Commit last = new Commit(0, 0);
        long startOffset;
        long ackedEnd;

        long nextOffset() {
            return made.isEmpty() ? startOffset : made.getLast().nextOffset();
        }
    }

    private final Random random;
    private final List<Model> models = new ArrayList<>();
    private final boolean compacts;
    private TestNode node;
    private int appends;
    private @Nullable TestLeader leader;
    private int leaders;
    private int highestLevel;
    private long earlierCompactionSteps;

    StreamModel(Random random) {
        this(random, CompactionConfig.off());
    }

    StreamModel(Random random, CompactionConfig compaction) {
        this.random = random;
        this.compacts = compaction.bytesPerSecond() > 0;
        this.node = TestNode.start(config().with(compaction));
        for (int i = 0; i < STREAMS; i++) {
            models.add(new Model());
        }
    }

    /** Returns a configuration with small limits, so that every bound is met. */
    private StreamStoreConfig config() {
        Duration interval =
                random.nextBoolean()
                        ? Duration.ofDays(1)
                        : Duration.ofMillis(1 + random.nextInt(5));
        return TestNode.config()
                .with(
                        new StreamStoreConfig.Upload(
                                20_000,
                                1 + random.nextInt(20_000),
                                1 + random.nextInt(60_000),
                                interval,
                                40_000,
                                1 + random.nextInt(40_000),
                                100_000))
                .with(
                        new StreamStoreConfig.Memory(
                                random.nextInt(3) * 300_000,
                                random.nextInt(3) * 300_000,
                                8 << 20,
                                random.nextInt(100_000)))
                .with(
                        new StreamStoreConfig.Reads(
                                random.nextInt(200_000),
                                random.nextInt(5000),
                                random.nextInt(100_000),
                                random.nextInt(4)));
    }

    int appends() {
        return appends;
    }

    TestNode node() {
        return node;
    }

    void step() {
        if (compacts && random.nextInt(10) == 0) {
            deletion().round();
        }
        if (random.nextInt(4) == 0) {
            tidy();
        }
        int which = random.nextInt(STREAMS);
        Model model = models.get(which);
        Stream stream = node.stream(TestNode.name(which));
        switch (random.nextInt(20)) {
            case 0, 1, 2, 3, 4, 5, 6 -> append(stream, model);
            case 7, 8, 9, 10 -> read(stream, model);
            case 11 -> await(model);
            case 12 -> node.streams.flush();
            case 13 -> trim(stream, model);
            case 14 -> times(stream, model);
            case 15 -> lateAnswers();
            case 16 -> retention(stream, model);
            case 17 -> {
                if (random.nextInt(3) == 0) {
                    reopen(which, model);
                }
            }
            case 18 -> {
                if (random.nextInt(4) == 0) {
                    crash();
                }
            }
            default -> size(stream, model);
        }
    }

    Deletion deletion() {
        var patience = new Patience(TestNode.environment(), () -> false);
        return new Deletion(
                node.store,
                node.log,
                new Registration(1, node.streams.nodeEpoch()),
                new CompositeReader(new Bucket(node.store, patience)));
    }

    /** Runs the metadata leader's background work: extents leave the image, objects the bucket. */
    private void tidy() {
        if (leader == null) {
            leader = TestLeader.of(node.world.cluster, node.store, node.log, ++leaders);
        }
        if (random.nextInt(3) > 0) {
            leader.archiver.round();
            var image = node.world.cluster.image;
            highestLevel =
                    Math.max(
                            highestLevel,
                            image.objectsAfter(0, 100_000).stream()
                                    .mapToInt(CoreImage.ObjectState::level)
                                    .max()
                                    .orElse(0));
        } else {
            leader.deletion.round();
        }
    }

    int highestLevel() {
        return highestLevel;
    }

    /** Returns the number of compaction steps in all lives of the node. */
    long compactionSteps() {
        return earlierCompactionSteps + node.streams.compaction().steps();
    }

    private void append(Stream stream, Model model) {
        for (int i = 1 + random.nextInt(10); i > 0; i--) {
            int length = random.nextInt(random.nextInt(4) == 0 ? 8000 : 200);
            var made =
                    new Made(
                            model.nextOffset(),
                            1 + random.nextInt(4),
                            random.nextInt(1000),
                            random.nextLong(),
                            length);
            model.last = stream.append(made.bytes(), made.count, made.timestamp);
            assertThat(model.last.baseOffset()).isEqualTo(made.baseOffset);
            model.made.add(made);
            appends++;
        }
    }

    private static void await(Model model) {
        if (model.last.nextOffset() > model.ackedEnd) {
            try {
                model.last.await();
            } catch (InterruptedException | IllegalStateException e) {
                throw new AssertionError(e);
            }
            model.ackedEnd = model.last.nextOffset();
        }
    }

    private void read(Stream stream, Model model) {
        long from = model.startOffset;
        long durable = stream.durableEndOffset();
        assertThat(durable).isGreaterThanOrEqualTo(model.ackedEnd);
        long offset = from + random.nextLong(durable - from + 1);
        long bytesMax = random.nextInt(30_000);
        for (int reads = 1 + random.nextInt(5); reads > 0; reads--) {
            offset = readAt(stream, model, offset, bytesMax);
        }
    }

    private long readAt(Stream stream, Model model, long offset, long bytesMax) {
        long durable = stream.durableEndOffset();
        ReadResult inMemory = random.nextBoolean() ? stream.tryRead(offset, bytesMax) : null;
        try (ReadResult fetched = inMemory == null ? stream.read(offset, bytesMax) : inMemory) {
            if (fetched.appends().isEmpty()) {
                assertThat(offset).isGreaterThanOrEqualTo(durable);
                assertThat(fetched.nextOffset()).isEqualTo(offset);
                return offset;
            }
            int i = indexOf(model, offset);
            long bytes = 0;
            for (ReadResult.Append append : fetched.appends()) {
                Made made = model.made.get(i++);
                assertThat(append.baseOffset()).isEqualTo(made.baseOffset);
                assertThat(append.count()).isEqualTo(made.count);
                assertThat(append.maxTimestamp()).isEqualTo(made.timestamp);
                assertThat(append.records()).isEqualTo(made.bytes());
                bytes += made.length;
            }
            assertThat(fetched.sizeInBytes()).isEqualTo(bytes);
            int count = fetched.appends().size();
            if (count > 1) {
                assertThat(bytes).isLessThanOrEqualTo(bytesMax);
            }
            assertThat(fetched.nextOffset()).isEqualTo(model.made.get(i - 1).nextOffset());
            return fetched.nextOffset();
        }
    }

    private static int indexOf(Model model, long offset) {
        for (int i = 0; i < model.made.size(); i++) {
            if (model.made.get(i).nextOffset() > offset) {
                return i;
            }
        }
        throw new AssertionError("nothing at " + offset);
    }

    private void trim(Stream stream, Model model) {
        await(model);
        if (random.nextInt(3) == 0) {
            long end = model.nextOffset();
            long start = model.startOffset + random.nextLong(end - model.startOffset + 1);
            stream.trim(start);
            model.startOffset = start;
        }
        assertThat(stream.startOffset()).isEqualTo(model.startOffset);
        long below = model.startOffset - 1;
        assertThatThrownBy(() -> stream.read(below, 1))
                .isInstanceOf(OffsetOutOfRangeException.class);
    }

    private void times(Stream stream, Model model) {
        await(model);
        long time = random.nextInt(1100);
        OptionalLong expected = OptionalLong.empty();
        Made newest = null;
        for (Made made : model.made) {
            if (made.nextOffset() > model.startOffset) {
                if (made.timestamp >= time && expected.isEmpty()) {
                    expected = OptionalLong.of(made.baseOffset);
                }
                if (newest == null || made.timestamp > newest.timestamp) {
                    newest = made;
                }
            }
        }
        assertThat(stream.firstAppendAtOrAfter(time)).isEqualTo(expected);
        if (newest == null) {
            assertThat(stream.maxTimestamp()).isEmpty();
        } else {
            assertThat(stream.maxTimestamp())
                    .contains(new Stream.TimestampedOffset(newest.timestamp, newest.baseOffset));
        }
    }

    private void retention(Stream stream, Model model) {
        await(model);
        long keep = random.nextInt(60_000);
        long offset = stream.retentionOffset(keep, Long.MIN_VALUE);
        assertThat(offset).isBetween(model.startOffset, model.nextOffset());
        long left = 0;
        long all = 0;
        for (Made made : model.made) {
            all += made.nextOffset() > model.startOffset ? made.length : 0;
            left += made.nextOffset() > offset ? made.length : 0;
        }
        if (offset > model.startOffset && model.startOffset == 0) {
            assertThat(left).isGreaterThanOrEqualTo(keep);
        }
        if (all <= keep && model.startOffset == 0) {
            assertThat(offset).isEqualTo(model.startOffset);
        }
        // The image may be ahead of what the stream has been told.
        long committed = stream.committedEndOffset();
        assertThat(stream.retentionOffset(Long.MAX_VALUE, 2000))
                .isBetween(committed, model.nextOffset());
    }

    private void size(Stream stream, Model model) {
        await(model);
        long all = 0;
        for (Made made : model.made) {
            all += made.nextOffset() > model.startOffset ? made.length : 0;
        }
        // An extent that is trimmed in its middle still counts whole; of a part that is, a share.
        List<CoreImage.Entry> first =
                node.world.cluster.image.entries(stream.streamId(), model.startOffset, 1);
        if (first.isEmpty() || first.getFirst() instanceof CoreImage.Extent) {
            assertThat(stream.sizeInBytes()).isGreaterThanOrEqualTo(all);
        }
        if (model.startOffset == 0) {
            long exact = all;
            assertThat(stream.sizeInBytes()).isEqualTo(exact);
        }
    }

    private void lateAnswers() {
        switch (random.nextInt(5)) {
            case 0 -> node.store.leavePutsUnanswered(1);
            case 1 -> node.store.losePuts(1);
            case 2 -> node.log.leaveUnansweredCommits(1);
            default -> {}
        }
    }

    private void reopen(int which, Model model) {
        await(model);
        node.streams.close(List.of(TestNode.name(which)));
        Stream again = node.stream(TestNode.name(which));
        assertThat(again.nextOffset()).isEqualTo(model.nextOffset());
        assertThat(again.committedEndOffset()).isEqualTo(model.nextOffset());
    }

    private void crash() {
        leader = null;
        earlierCompactionSteps = compactionSteps();
        node = random.nextInt(3) == 0 ? node.restart() : node.crashAndRestart();
        for (int i = 0; i < STREAMS; i++) {
            Model model = models.get(i);
            Stream stream = node.stream(TestNode.name(i));
            long end = stream.nextOffset();
            // What was not acked may have survived, but only whole and in order.
            assertThat(end).isBetween(model.ackedEnd, model.nextOffset());
            while (model.nextOffset() > end) {
                model.made.removeLast();
            }
            assertThat(model.nextOffset()).isEqualTo(end);
            model.ackedEnd = end;
            model.last = new Commit(end, end);
            assertThat(stream.startOffset()).isEqualTo(model.startOffset);
        }
    }

    void checkAll() {
        for (int i = 0; i < STREAMS; i++) {
            Model model = models.get(i);
            await(model);
            Stream stream = node.stream(TestNode.name(i));
            for (long offset = model.startOffset; offset < model.nextOffset(); ) {
                offset = readAt(stream, model, offset, 5000);
            }
        }
        checkCommitted();
    }

    private void checkCommitted() {
        node.streams.flush();
        var reader = new ExtentReader(node.store, node.log, TestNode.environment());
        for (int i = 0; i < STREAMS; i++) {
            Model model = models.get(i);
            Stream stream = node.stream(TestNode.name(i));
            if (model.startOffset == model.nextOffset()) {
                continue;
            }
            int next = indexOf(model, model.startOffset);
            try (var cursor =
                    reader.read(stream.streamId(), model.startOffset, model.nextOffset())) {
                for (var append = cursor.next(); append != null; append = cursor.next()) {
                    Made made = model.made.get(next++);
                    assertThat(append.baseOffset()).isEqualTo(made.baseOffset);
                    assertThat(append.records()).isEqualTo(made.bytes());
                }
            }
            assertThat(next).isEqualTo(model.made.size());
        }
    }

    @Override
    public void close() {
        try {
            node.close();
        } catch (S3StreamException e) {
            throw new AssertionError(e);
        }
    }
}
