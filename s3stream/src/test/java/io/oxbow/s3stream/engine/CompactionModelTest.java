package io.oxbow.s3stream.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.oxbow.s3stream.commit.Bucket;
import io.oxbow.s3stream.compact.CompactionConfig;
import io.oxbow.s3stream.compact.CompactionGoals;
import io.oxbow.s3stream.compact.CompactionStats;
import io.oxbow.s3stream.composite.CompositeReader;
import io.oxbow.s3stream.composite.OwnedObject;
import io.oxbow.s3stream.env.Patience;
import io.oxbow.s3stream.image.CoreImage;
import io.oxbow.s3stream.image.ObjectKey;
import io.oxbow.s3stream.maintenance.Deletion;
import io.oxbow.s3stream.store.ObjectStore;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Model of streams with compaction running beside it: reads show what was appended, the bucket has
 * no garbage, and extents become few. A failure prints its seed.
 */
@Tag("slow")
class CompactionModelTest {

    private static final int SEEDS_PER_RUN = 20;
    private static final int STEPS = 150;

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3})
    void streamsBehaveAsTheirModelWhileTheyAreCompacted(int run) {
        long steps = 0;
        for (int i = 0; i < SEEDS_PER_RUN; i++) {
            long seed = run * 1000L + i;
            try {
                steps += runSeed(seed);
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("seed " + seed + ": " + e, e);
            }
        }
        assertThat(steps).isGreaterThan(SEEDS_PER_RUN / 2);
    }

    private static long runSeed(long seed) {
        var random = new Random(seed);
        var model = new StreamModel(random, compaction(random));
        try {
            for (int step = 0; step < STEPS; step++) {
                model.step();
                if (random.nextInt(8) == 0) {
                    model.node().streams.flush();
                    if (random.nextBoolean()) {
                        awaitNothingToDo(model.node());
                    }
                }
            }
            model.checkAll();
            awaitNothingToDo(model.node());
            model.checkAll();
            checkExtents(model.node());
            checkBucket(model);
            model.checkAll();
            return model.compactionSteps();
        } finally {
            model.close();
        }
    }

    /** Returns small limits; two appends are worth a step. */
    private static CompactionConfig compaction(Random random) {
        long singleBytes = 8000L << random.nextInt(7);
        var goals =
                new CompactionGoals(
                        singleBytes,
                        singleBytes * (1 + random.nextInt(8)),
                        4 + random.nextInt(8),
                        2,
                        2 + random.nextInt(20),
                        random.nextBoolean() ? 1000 : 12);
        long memoryBytes = 20_000 + random.nextInt(500_000);
        return new CompactionConfig(1L << 40, memoryBytes, Duration.ofMillis(1), goals);
    }

    /**
     * Waits until compaction finds nothing to do in what is committed now. The look that is under
     * way may be at an earlier image, and a look is counted before what it plans is carried out:
     * only the end of the one after says that all is done.
     */
    private static void awaitNothingToDo(TestNode node) {
        node.streams.flush();
        CompactionStats seen = node.streams.compaction();
        while (true) {
            CompactionStats now = node.streams.compaction();
            boolean looked = now.looks() > seen.looks() + 2;
            boolean still = now.steps() == seen.steps() && now.failures() == seen.failures();
            if (looked && still && now.backlogObjects() == 0) {
                return;
            }
            if (looked) {
                seen = now;
            }
            try {
                Thread.sleep(1);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }

    private static void checkExtents(TestNode node) {
        CoreImage image = node.log.image();
        for (CoreImage.StreamState stream : image.streams()) {
            List<CoreImage.Entry> entries = image.entries(stream.streamId(), -1, 10_000);
            long end = entries.isEmpty() ? stream.endOffset() : entries.getFirst().startOffset();
            for (CoreImage.Entry entry : entries) {
                assertThat(entry.startOffset()).isEqualTo(end);
                end = entry.endOffset();
            }
            assertThat(end).isEqualTo(stream.endOffset());
        }
    }

    /**
     * Checks that every object without references is deleted, by the image's word or as an orphan.
     */
    private static void checkBucket(StreamModel model) {
        TestNode node = model.node();
        TestNode.put(node.stream(TestNode.name(99)), 1, "moves the bound of what is settled");
        node.streams.flush();
        awaitNothingToDo(node);
        Deletion deletion = model.deletion();
        for (int i = 0; i < ObjectKey.PREFIXES + 2; i++) {
            deletion.round();
        }
        var listed = (ObjectStore.ListResult.Listed) node.world.bucket.list("", "", 10_000);
        var needed = new TreeSet<String>();
        node.log
                .image()
                .objectsAfter(0, 10_000)
                .forEach(o ->
                        addWithOwned(
                                new OwnedObject(o.key(), o.size(), o.level(), 0), node, needed));
        // What the archiver made in vain is garbage only once its process has gone.
        assertThat(listed.objects().stream().map(ObjectStore.ObjectSummary::key))
                .filteredOn(key -> ObjectKey.parse(key).orElseThrow().nodeId() == 1)
                .filteredOn(key -> !needed.contains(key))
                .map(key -> describe(key, node))
                .isEmpty();
        assertThat(listed.objects().stream().map(ObjectStore.ObjectSummary::key))
                .containsAll(needed);
    }

    /** Describes the facts that should tell why an object still exists. */
    private static String describe(String key, TestNode node) {
        CoreImage image = node.log.image();
        return "%s: committed %s, may be needed %s, referenced %s; %s; %s"
                .formatted(
                        key,
                        image.wasCommitted(key),
                        image.mayBeNeeded(key),
                        image.isReferenced(key),
                        image.node(1),
                        node.streams.compaction());
    }

    /** Adds a key and, of a composite, the keys that it owns, which are not in the image. */
    private static void addWithOwned(OwnedObject object, TestNode node, Set<String> needed) {
        needed.add(object.key());
        if (object.level() > 0) {
            var bucket = new Bucket(node.store, new Patience(TestNode.environment(), () -> false));
            var index = new CompositeReader(bucket).index(object.key(), object.size());
            for (int i = 0; i < index.ownedCount(); i++) {
                addWithOwned(index.owned(i), node, needed);
            }
        }
    }
}
