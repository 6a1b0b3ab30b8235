package io.oxbow.s3stream.engine;

import static io.oxbow.s3stream.engine.TestNode.put;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.oxbow.s3stream.Stream;
import io.oxbow.s3stream.commit.Bucket;
import io.oxbow.s3stream.composite.CompositeIndex;
import io.oxbow.s3stream.composite.CompositeReader;
import io.oxbow.s3stream.env.Patience;
import io.oxbow.s3stream.image.CoreImage;
import io.oxbow.s3stream.image.CoreRecord;
import io.oxbow.s3stream.image.ObjectKey;
import io.oxbow.s3stream.maintenance.Deletion;
import io.oxbow.s3stream.read.ExtentReader;
import io.oxbow.s3stream.store.ObjectStore;
import io.oxbow.s3stream.testkit.DyingLog;
import io.oxbow.s3stream.testkit.ForwardingStore;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * Tests the deletion of composites: with all that they own, through any interruption, and with
 * nothing else.
 */
class CompositeDeletionTest {

    private static final int UPLOADS = 40;
    private static final int ALL = UPLOADS + 1;

    /**
     * Store that dies after a number of deleted keys, and complains of the deletion of a needed
     * key.
     */
    private static final class CheckedStore extends ForwardingStore {
        private final TestNode node;
        private int left;

        CheckedStore(TestNode node, int keys) {
            super(node.world.bucket);
            this.node = node;
            this.left = keys;
        }

        @Override
        public DeleteResult delete(Collection<String> keys) {
            assertThat(needed(node)).doesNotContainAnyElementsOf(keys);
            for (String key : keys) {
                if (left-- <= 0) {
                    throw new DyingLog.Died();
                }
                super.delete(List.of(key));
            }
            return new DeleteResult.Done();
        }
    }

    private static CompositeReader reader(ObjectStore store) {
        return new CompositeReader(
                new Bucket(store, new Patience(TestNode.environment(), () -> false)));
    }

    /** Returns the keys that the image refers to, and those that they own. */
    private static Set<String> needed(TestNode node) {
        Set<String> needed = new TreeSet<>();
        for (CoreImage.ObjectState object : node.world.cluster.image.objectsAfter(0, 10_000)) {
            if (object.references() > 0) {
                need(node, object.key(), object.size(), object.level(), needed);
            }
        }
        return needed;
    }

    private static void need(TestNode node, String key, long size, int level, Set<String> needed) {
        needed.add(key);
        if (level > 0) {
            CompositeIndex index = reader(node.world.bucket).index(key, size);
            for (int i = 0; i < index.ownedCount(); i++) {
                var owned = index.owned(i);
                need(node, owned.key(), owned.size(), owned.level(), needed);
            }
        }
    }

    /** Returns a node with two streams whose extents are in composites of several levels. */
    private static TestNode archived() {
        TestNode node = TestNode.start();
        var leader = TestLeader.of(node.world.cluster, node.store, node.log, 1);
        Stream fast = node.stream(TestNode.name(1));
        Stream slow = node.stream(TestNode.name(2));
        for (int i = 0; i < UPLOADS; i++) {
            put(fast, 1, "f" + i);
            put(slow, 1, "s" + i);
            node.streams.flush();
            leader.archiver.round();
        }
        put(fast, 1, "last");
        put(slow, 1, "last");
        node.streams.flush();
        CoreImage image = node.world.cluster.image;
        assertThat(image.objectsAfter(0, 100).stream().mapToInt(o -> o.level()).max().orElse(0))
                .isGreaterThan(1);
        assertThat(TestLeader.objects(node)).hasSizeGreaterThan(UPLOADS);
        return node;
    }

    private static TestLeader leader(TestNode node, ObjectStore store, long life) {
        return TestLeader.of(node.world.cluster, store, node.log, life);
    }

    @Test
    void compositeThatAnotherStreamNeedsStaysWithAllItOwns() {
        try (TestNode node = archived()) {
            List<String> before = TestLeader.objects(node);
            node.stream(TestNode.name(1)).trim(UPLOADS);
            Deletion deletion = leader(node, new CheckedStore(node, 10_000), 2).deletion;
            for (int i = 0; i < 5; i++) {
                deletion.round();
            }
            assertThat(TestNode.texts(node.stream(TestNode.name(2)), 0)).hasSize(ALL);
            assertThat(TestLeader.objects(node)).containsAll(needed(node));
            assertThat(TestLeader.objects(node).size()).isLessThanOrEqualTo(before.size());
        }
    }

    @Test
    void whateverStepItDiesAtNothingIsLeftAndNothingNeededGoes() {
        int died = 0;
        for (int keys = 0; ; keys++) {
            try (TestNode node = archived()) {
                node.stream(TestNode.name(1)).trim(ALL);
                node.stream(TestNode.name(2)).trim(UPLOADS);
                try {
                    deleteAll(leader(node, new CheckedStore(node, keys), 2).deletion);
                } catch (DyingLog.Died mid) {
                    died++;
                    deleteAll(leader(node, new CheckedStore(node, 10_000), 3).deletion);
                }
                assertThat(TestLeader.objects(node))
                        .containsExactlyInAnyOrderElementsOf(needed(node));
                assertThat(node.world.cluster.image.dereferencedObjects(10)).isEmpty();
                assertThat(TestNode.texts(node.stream(TestNode.name(2)), UPLOADS)).hasSize(1);
                if (died == keys) {
                    break;
                }
            }
        }
        assertThat(died).isGreaterThan(UPLOADS / 2);
    }

    @Test
    void reportThatIsLostIsMadeAgain() {
        try (TestNode node = archived()) {
            node.stream(TestNode.name(1)).trim(ALL);
            node.stream(TestNode.name(2)).trim(ALL);
            var store = new CheckedStore(node, 10_000);
            // First the report of data objects is lost, then that of a composite.
            for (int appends = 0; appends < 2; appends++) {
                var dying = new DyingLog(node.log, appends);
                var life = TestLeader.of(node.world.cluster, store, dying, 2 + appends);
                assertThatThrownBy(() -> deleteAll(life.deletion))
                        .isInstanceOf(DyingLog.Died.class);
            }
            assertThat(node.world.cluster.image.dereferencedObjects(10)).isNotEmpty();
            deleteAll(leader(node, new CheckedStore(node, 10_000), 20).deletion);
            assertThat(TestLeader.objects(node)).isEmpty();
        }
    }

    @Test
    void ownedObjectsAreNoOrphansAndACompositeThatWasNotTakenIs() {
        try (TestNode node = archived()) {
            Set<String> needed = needed(node);
            var image = node.world.cluster.image;
            long epoch = image.node(TestLeader.NODE).orElseThrow().nodeEpoch();
            String orphan = new ObjectKey(TestLeader.NODE, epoch, 5000).path();
            node.world.bucket.put(orphan, List.of(java.nio.ByteBuffer.allocate(10)));
            node.world.cluster.apply(List.of(new CoreRecord.FenceNode(TestLeader.NODE, epoch)));

            Deletion deletion = leader(node, new CheckedStore(node, 10_000), 2).deletion;
            for (int i = 0; i < ObjectKey.PREFIXES; i++) {
                deletion.round();
            }

            assertThat(TestLeader.objects(node)).doesNotContain(orphan).containsAll(needed);
            assertThat(TestNode.texts(node.stream(TestNode.name(1)), 0)).hasSize(ALL);
        }
    }

    @Test
    void compactionOfACompositeLetsGoOfWhatItRetained() {
        try (TestNode node = archived()) {
            Stream slow = node.stream(TestNode.name(2));
            node.stream(TestNode.name(1)).trim(ALL);
            CoreImage image = node.world.cluster.image;
            // The slow stream's extents go into one object; its body is of no interest here.
            List<CoreImage.Entry> entries = image.entries(slow.streamId(), 0, 1000);
            var inputs = new ArrayList<>(entries.stream().map(e -> e.objectKey()).toList());
            long epoch = image.node(1).orElseThrow().nodeEpoch();
            String key = new ObjectKey(1, epoch, 9000).path();
            node.world.bucket.put(key, List.of(java.nio.ByteBuffer.allocate(10)));
            node.world.cluster.apply(
                    List.of(
                            new CoreRecord.CompactObjects(
                                    1,
                                    epoch,
                                    0,
                                    inputs,
                                    List.of(
                                            new CoreRecord.NewObject(
                                                    key,
                                                    10,
                                                    List.of(
                                                            new CoreRecord.Range(
                                                                    slow.streamId(),
                                                                    0,
                                                                    0,
                                                                    ALL,
                                                                    1,
                                                                    1)))))));
            assertThat(image.entries(slow.streamId(), 0, 10)).hasSize(1);
            deleteAll(leader(node, new CheckedStore(node, 10_000), 2).deletion);
            assertThat(TestLeader.objects(node)).containsExactly(key);
        }
    }

    @Test
    void aReaderThatMeetsADeletedCompositePlansAgain() {
        try (TestNode node = archived()) {
            Stream slow = node.stream(TestNode.name(2));
            var reader = new ExtentReader(node.store, node.log, TestNode.environment());
            try (var cursor = reader.read(slow.streamId(), 0, ALL)) {
                assertThat(cursor.next()).isNotNull();
                node.stream(TestNode.name(1)).trim(ALL);
                slow.trim(UPLOADS);
                deleteAll(leader(node, new CheckedStore(node, 10_000), 2).deletion);
                assertThatThrownBy(
                                () -> {
                                    for (int i = 0; i < UPLOADS; i++) {
                                        cursor.next();
                                    }
                                })
                        .isInstanceOf(io.oxbow.s3stream.OffsetOutOfRangeException.class);
            }
            assertThat(TestNode.texts(slow, UPLOADS)).hasSize(1);
        }
    }

    private static void deleteAll(Deletion deletion) {
        for (int i = 0; i < 6; i++) {
            deletion.round();
        }
    }
}
