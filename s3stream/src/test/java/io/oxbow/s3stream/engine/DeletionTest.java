package io.oxbow.s3stream.engine;

import static io.oxbow.s3stream.engine.TestNode.put;
import static org.assertj.core.api.Assertions.assertThat;

import io.oxbow.s3stream.Stream;
import io.oxbow.s3stream.commit.Bucket;
import io.oxbow.s3stream.commit.Registration;
import io.oxbow.s3stream.composite.CompositeReader;
import io.oxbow.s3stream.env.Patience;
import io.oxbow.s3stream.image.CoreRecord;
import io.oxbow.s3stream.image.ObjectKey;
import io.oxbow.s3stream.image.WalKind;
import io.oxbow.s3stream.maintenance.Deletion;
import io.oxbow.s3stream.store.ObjectStore;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class DeletionTest {

    private static final String GARBAGE = "never committed";

    @Test
    void trimmedObjectsGoInTheRoundAfterTheOneThatSawThem() {
        try (TestNode node = TestNode.start()) {
            Stream stream = node.stream();
            put(stream, 1, "a");
            node.streams.flush();
            put(stream, 1, "b");
            node.streams.flush();
            assertThat(objects(node)).hasSize(2);
            stream.trim(1);
            Deletion deletion = deletion(node);

            deletion.round();
            assertThat(objects(node)).hasSize(2);
            deletion.round();

            assertThat(objects(node)).hasSize(1);
            assertThat(node.world.cluster.image.dereferencedObjects(10)).isEmpty();
            assertThat(TestNode.texts(stream, 1)).containsExactly("1:b");
        }
    }

    @Test
    void onlyTheLeaderDeletesWhatIsDereferenced() {
        try (TestNode node = TestNode.start()) {
            Stream stream = node.stream();
            put(stream, 1, "a");
            node.streams.flush();
            stream.trim(1);
            node.log.leading(false);
            Deletion deletion = deletion(node);
            deletion.round();
            deletion.round();
            assertThat(objects(node)).hasSize(1);
        }
    }

    @Test
    void aDeleteWithoutAnswerIsRepeated() {
        try (TestNode node = TestNode.start()) {
            Stream stream = node.stream();
            put(stream, 1, "a");
            node.streams.flush();
            stream.trim(1);
            Deletion deletion = deletion(node);
            deletion.round();
            node.store.unavailable(true);
            deletion.round();
            assertThat(node.world.cluster.image.dereferencedObjects(10)).hasSize(1);
            node.store.unavailable(false);
            deletion.round();
            assertThat(objects(node)).isEmpty();
            assertThat(node.world.cluster.image.dereferencedObjects(10)).isEmpty();
        }
    }

    @Test
    void whatADeadEpochNeverCommittedIsGarbage() {
        TestNode first = TestNode.start();
        put(first.stream(), 1, "a");
        first.streams.flush();
        long dead = first.streams.nodeEpoch();
        String orphan = plant(first, 1, dead, 77);
        try (TestNode node = first.crashAndRestart()) {
            searchAll(node);
            assertThat(objects(node)).doesNotContain(orphan).hasSize(1);
            assertThat(TestNode.texts(node.stream(), 0)).containsExactly("0:a");
        }
    }

    @Test
    void ofTheLiveEpochOnlyWhatIsSettledIsGarbage() {
        try (TestNode node = TestNode.start()) {
            for (int i = 0; i < 3; i++) {
                put(node.stream(), 1, "a");
                node.streams.flush();
            }
            // The last commit said that everything below its own number is settled.
            var state = node.world.cluster.image.node(1).orElseThrow();
            long epoch = node.streams.nodeEpoch();
            assertThat(Deletion.isSettled(state, new ObjectKey(1, epoch, 1))).isTrue();
            assertThat(Deletion.isSettled(state, new ObjectKey(1, epoch, 2))).isFalse();
            String underWay = plant(node, 1, epoch, 3);

            searchAll(node);

            assertThat(objects(node))
                    .containsExactlyInAnyOrder(key(node, 0), key(node, 1), key(node, 2), underWay);
        }
    }

    @Test
    void otherNodesObjectsAreLeftAloneUntilTheyAreFenced() {
        try (TestNode node = TestNode.start()) {
            var register =
                    new CoreRecord.RegisterNode(
                            2, new UUID(8, 8), WalKind.FILE, List.of(new UUID(8, 9)), "x:1");
            node.world.cluster.apply(List.of(register));
            long epoch = node.world.cluster.image.node(2).orElseThrow().nodeEpoch();
            String other = plant(node, 2, epoch, 5);
            String unknown = plant(node, 3, 1, 5);
            searchAll(node);
            assertThat(objects(node)).contains(other, unknown);

            node.world.cluster.apply(List.of(new CoreRecord.FenceNode(2, epoch)));
            searchAll(node);

            assertThat(objects(node)).contains(unknown).doesNotContain(other);
        }
    }

    private static String key(TestNode node, long number) {
        return new ObjectKey(1, node.streams.nodeEpoch(), number).path();
    }

    private static String plant(TestNode node, int nodeId, long epoch, long number) {
        String key = new ObjectKey(nodeId, epoch, number).path();
        node.world.bucket.put(key, List.of(ByteBuffer.wrap(GARBAGE.getBytes())));
        return key;
    }

    private static void searchAll(TestNode node) {
        Deletion deletion = deletion(node);
        for (int i = 0; i < ObjectKey.PREFIXES; i++) {
            deletion.round();
        }
    }

    private static Deletion deletion(TestNode node) {
        var registration = new Registration(1, node.streams.nodeEpoch());
        var patience = new Patience(TestNode.environment(), () -> false);
        var composites = new CompositeReader(new Bucket(node.store, patience));
        return new Deletion(node.store, node.log, registration, composites);
    }

    private static List<String> objects(TestNode node) {
        var listed = (ObjectStore.ListResult.Listed) node.world.bucket.list("", "", 1000);
        return listed.objects().stream().map(ObjectStore.ObjectSummary::key).toList();
    }
}
