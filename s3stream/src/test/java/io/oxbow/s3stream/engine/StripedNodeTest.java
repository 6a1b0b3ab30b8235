package io.oxbow.s3stream.engine;

import static io.oxbow.s3stream.engine.TestNode.name;
import static io.oxbow.s3stream.engine.TestNode.put;
import static io.oxbow.s3stream.engine.TestNode.texts;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.oxbow.s3stream.S3StreamException;
import io.oxbow.s3stream.Stream;
import io.oxbow.s3stream.StreamName;
import io.oxbow.s3stream.config.StreamStoreConfig;
import io.oxbow.s3stream.testkit.MemoryLog;
import io.oxbow.s3stream.wal.WalVolume;
import io.oxbow.s3stream.wal.file.StripedWalVolume;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Tests a node whose write-ahead log lies on several volumes. */
class StripedNodeTest {

    private static final List<StreamName> NAMES =
            IntStream.range(0, 20).mapToObj(TestNode::name).toList();

    private final TestNode.World world = new TestNode.World();
    private int lives;

    private NodeStreams start(List<TestDisk> disks, UUID... abandoned) {
        var environment = TestNode.environment();
        var identity =
                new StreamStoreConfig.Identity(
                        1, new UUID(3, ++lives), "localhost:1", Set.of(abandoned));
        WalVolume volume = StripedWalVolume.openOn(TestNode.wal(), disks, environment);
        try {
            return NodeStreams.open(
                    TestNode.config().with(identity),
                    environment,
                    world.bucket,
                    new MemoryLog(world.cluster),
                    volume);
        } catch (RuntimeException e) {
            volume.close();
            throw e;
        }
    }

    private static List<TestDisk> newDisks(int count) {
        return IntStream.range(0, count).mapToObj(i -> new TestDisk()).toList();
    }

    private static List<TestDisk> cut(List<TestDisk> disks) {
        return disks.stream().map(TestDisk::cut).toList();
    }

    private static Stream stream(NodeStreams node, StreamName name) {
        return node.open(List.of(name)).get(name);
    }

    private static void putEverywhere(NodeStreams node, String text) {
        NAMES.forEach(each -> put(stream(node, each), 1, text));
    }

    @Test
    void whatWasAckedOnAnyVolumeIsRecovered() {
        List<TestDisk> disks = newDisks(3);
        NodeStreams node = start(disks);
        putEverywhere(node, "a");
        node.flush();
        putEverywhere(node, "b");
        putEverywhere(node, "c");
        List<TestDisk> left = cut(disks);
        try (NodeStreams next = start(left.reversed())) {
            for (StreamName each : NAMES) {
                assertThat(texts(stream(next, each), 0)).containsExactly("0:a", "1:b", "2:c");
            }
            assertThat(world.cluster.image.node(1).orElseThrow().unrecovered()).isEmpty();
        }
        node.close();
    }

    @Test
    void aVolumeThatIsMissingIsNamedAndTheOthersCanBeSaved() {
        List<TestDisk> disks = newDisks(3);
        NodeStreams node = start(disks);
        putEverywhere(node, "a");
        List<UUID> ids = world.cluster.image.node(1).orElseThrow().walIds();
        List<TestDisk> left = new ArrayList<>(cut(disks));
        node.close();
        left.set(1, new TestDisk());
        var refusal = catchRefusal(left);
        UUID missing =
                ids.stream()
                        .filter(id -> refusal.getMessage().contains(id.toString()))
                        .findFirst()
                        .orElseThrow();
        assertThat(refusal).hasMessageContaining("oxbow.wal.abandon=" + missing);

        try (NodeStreams next = start(cut(left), missing)) {
            long saved =
                    NAMES.stream().filter(each -> !texts(stream(next, each), 0).isEmpty()).count();
            assertThat(saved).isBetween(1L, 19L);
        }
    }

    private S3StreamException catchRefusal(List<TestDisk> disks) {
        try {
            start(disks).close();
        } catch (S3StreamException refused) {
            return refused;
        }
        throw new AssertionError("started without a volume that holds acked records");
    }

    @Test
    void fewerVolumesAreRefusedAfterACrashAndTakenAfterACleanStop() {
        List<TestDisk> disks = newDisks(3);
        NodeStreams node = start(disks);
        putEverywhere(node, "a");
        List<TestDisk> left = cut(disks);
        node.close();
        assertThatThrownBy(() -> start(cut(left.subList(0, 1))))
                .isInstanceOf(S3StreamException.class)
                .hasMessageContaining("oxbow.wal.abandon");

        List<TestDisk> whole = left.stream().map(TestDisk::cut).toList();
        NodeStreams again = start(whole);
        again.flush();
        again.close();
        try (NodeStreams one = start(newDisks(1))) {
            putEverywhere(one, "b");
            assertThat(texts(stream(one, name(0)), 0)).containsExactly("0:a", "1:b");
        }
    }
}
