package io.oxbow.s3stream.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.oxbow.s3stream.Stream;
import io.oxbow.s3stream.compact.CompactionConfig;
import io.oxbow.s3stream.compact.CompactionGoals;
import io.oxbow.s3stream.config.StreamStoreConfig;
import io.oxbow.s3stream.image.CoreImage;
import io.oxbow.s3stream.store.ObjectStore;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests failures and delays around compaction. */
@Timeout(60)
class CompactionFaultsTest {

    private static final int OBJECTS = 12;
    private static final int FEWEST_WORTH_A_STEP = 4;

    @Test
    void extentsOfManyUploadsBecomeOne() {
        try (TestNode node = TestNode.start(config(1L << 40, 4))) {
            List<String> texts = fill(node, 4);
            await(() -> extents(node) == 1);
            assertThat(TestNode.texts(node.stream(), 0)).isEqualTo(texts);
        }
    }

    @Test
    void aBucketThatIsGoneForAWhileOnlyDelaysIt() {
        try (TestNode node = TestNode.start(config(1L << 40, OBJECTS))) {
            List<String> texts = fill(node, OBJECTS - 1);
            node.store.unavailable(true);
            TestNode.put(node.stream(), 1, "last");
            node.store.losePuts(2);
            texts.add((OBJECTS - 1) + ":last");
            node.store.unavailable(false);
            node.streams.flush();
            await(() -> extents(node) < FEWEST_WORTH_A_STEP);
            assertThat(TestNode.texts(node.stream(), 0)).isEqualTo(texts);
        }
    }

    @Test
    void aLogWithoutLeaderOnlyDelaysIt() {
        try (TestNode node = TestNode.start(config(1L << 40, OBJECTS))) {
            fill(node, OBJECTS - 1);
            node.log.leaveUnanswered(2);
            fill(node, 1);
            await(() -> extents(node) < FEWEST_WORTH_A_STEP);
        }
    }

    /**
     * A step that never ends, because one request needs more than a year at this rate, holds up
     * nothing else.
     */
    @Test
    void aStepThatTakesForEverHoldsUpNeitherAppendsNorUploadsNorStopping() {
        try (TestNode node = TestNode.start(config(1, OBJECTS))) {
            fill(node, OBJECTS);
            await(() -> node.streams.compaction().bytesRead() > 0);
            List<String> texts = fill(node, OBJECTS);
            assertThat(texts).hasSize(2 * OBJECTS);
            assertThat(extents(node)).isEqualTo(2 * OBJECTS);
            assertThat(TestNode.texts(node.stream(), 0)).isEqualTo(texts);
            assertThat(node.streams.compaction().steps()).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void anInputThatIsDamagedIsLeftAloneAndTheOthersAreCompacted(boolean gone) {
        TestNode plain = TestNode.start();
        fill(plain, 2 * OBJECTS);
        String damaged = entries(plain).get(OBJECTS).objectKey();
        if (gone) {
            plain.world.bucket.delete(List.of(damaged));
        } else {
            damage(plain, damaged);
        }
        plain.restart().close();
        var world = plain.world;
        try (TestNode node = TestNode.start(world, new TestDisk(), config(1L << 40, 8))) {
            await(() -> node.streams.compaction().damagedObjects() == 1);
            await(() -> extents(node) == 3);
            assertThat(entries(node).get(1).objectKey()).isEqualTo(damaged);
        }
    }

    @Test
    void trimmedBytesAreDroppedFromObjectsThatAreMostlyDead() {
        try (TestNode node = TestNode.start(config(1L << 40, 16))) {
            Stream large = node.stream();
            Stream small = node.stream(TestNode.name(2));
            append(large, TestNode.bytes(1, 50_000));
            TestNode.put(small, 1, "kept");
            node.streams.flush();
            long before = bucketBytes(node);

            large.trim(1);

            await(() -> entriesOf(node, small).getFirst().objectSize() < before / 10);
            assertThat(TestNode.texts(small, 0)).containsExactly("0:kept");
        }
    }

    private static CompactionConfig goals(long bytesPerSecond, int inputsMax) {
        var goals = new CompactionGoals(1 << 20, 8 << 20, Math.max(4, inputsMax), 2, 100, 1000);
        return new CompactionConfig(bytesPerSecond, 1 << 20, Duration.ofMillis(1), goals);
    }

    private static StreamStoreConfig config(long bytesPerSecond, int inputsMax) {
        return TestNode.config().with(goals(bytesPerSecond, inputsMax));
    }

    /** Makes one append per object; returns the stream's whole content. */
    private static List<String> fill(TestNode node, int objects) {
        Stream stream = node.stream();
        for (int i = 0; i < objects; i++) {
            TestNode.put(stream, 1, "append " + stream.nextOffset());
            node.streams.flush();
        }
        List<String> texts = new ArrayList<>();
        for (long offset = 0; offset < stream.nextOffset(); offset++) {
            texts.add(offset + ":append " + offset);
        }
        return texts;
    }

    private static void append(Stream stream, ByteBuffer bytes) {
        try {
            stream.append(bytes, 1, 0).await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static void damage(TestNode node, String key) {
        var found = (ObjectStore.GetResult.Found) node.world.bucket.get(key);
        ByteBuffer bytes = found.body();
        bytes.put(60, (byte) (bytes.get(60) + 1));
        node.world.bucket.put(key, List.of(bytes));
    }

    private static long bucketBytes(TestNode node) {
        var listed = (ObjectStore.ListResult.Listed) node.world.bucket.list("", "", 1000);
        return listed.objects().stream().mapToLong(ObjectStore.ObjectSummary::size).sum();
    }

    private static int extents(TestNode node) {
        return entries(node).size();
    }

    private static List<CoreImage.Entry> entries(TestNode node) {
        long streamId = node.log.image().stream(TestNode.NAME).orElseThrow().streamId();
        return node.log.image().entries(streamId, -1, 1000);
    }

    private static List<CoreImage.Entry> entriesOf(TestNode node, Stream stream) {
        return node.log.image().entries(stream.streamId(), -1, 1000);
    }

    private static void await(BooleanSupplier done) {
        while (!done.getAsBoolean()) {
            try {
                Thread.sleep(1);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }
}
