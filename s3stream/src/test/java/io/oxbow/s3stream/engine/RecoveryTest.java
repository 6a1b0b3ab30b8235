package io.oxbow.s3stream.engine;

import static io.oxbow.s3stream.engine.TestNode.NAME;
import static io.oxbow.s3stream.engine.TestNode.name;
import static io.oxbow.s3stream.engine.TestNode.put;
import static io.oxbow.s3stream.engine.TestNode.texts;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.oxbow.s3stream.RecoveredAppends;
import io.oxbow.s3stream.S3StreamException;
import io.oxbow.s3stream.Stream;
import io.oxbow.s3stream.config.StreamStoreConfig;
import io.oxbow.s3stream.env.Environment;
import io.oxbow.s3stream.image.CoreImage;
import io.oxbow.s3stream.image.CoreRecord;
import io.oxbow.s3stream.image.WalKind;
import io.oxbow.s3stream.store.ObjectStore;
import io.oxbow.s3stream.testkit.DyingLog;
import io.oxbow.s3stream.testkit.MemoryLog;
import io.oxbow.s3stream.testkit.SlowStore;
import io.oxbow.s3stream.wal.file.FileWalVolume;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class RecoveryTest {

    @Test
    void whatWasAckedIsThereAfterACrash() {
        TestNode node = TestNode.start();
        put(node.stream(), 1, "a");
        node.streams.flush();
        put(node.stream(), 2, "b");
        put(node.stream(name(2)), 1, "c");

        try (TestNode next = node.crashAndRestart()) {
            assertThat(texts(next.stream(), 0)).containsExactly("0:a", "1:b");
            assertThat(texts(next.stream(name(2)), 0)).containsExactly("0:c");
            put(next.stream(), 1, "d");
            next.streams.flush();
            assertThat(texts(next.stream(), 0)).containsExactly("0:a", "1:b", "3:d");
        }
    }

    @Test
    void crashAfterCrashLosesNothing() {
        TestNode node = TestNode.start();
        for (int i = 0; i < 10; i++) {
            put(node.stream(), 1, "r" + i);
            node = node.crashAndRestart();
        }
        assertThat(texts(node.stream(), 0)).hasSize(10).last().isEqualTo("9:r9");
        node.close();
    }

    @Test
    void aCleanEndLeavesNothingToRecover() {
        var maintenance =
                new StreamStoreConfig.Maintenance(
                        Duration.ofDays(1), Duration.ofDays(1), Duration.ofDays(1));
        TestNode node = TestNode.start(TestNode.config().with(maintenance));
        put(node.stream(), 1, "a");
        node.close();
        assertThat(state(node).unrecovered()).isEmpty();
        assertThat(state(node).fenced()).isTrue();

        // Not even the disk is needed again.
        try (TestNode next = TestNode.start(node.world, new TestDisk(), TestNode.config())) {
            assertThat(texts(next.stream(), 0)).containsExactly("0:a");
        }
    }

    @Test
    void aNodeWhoseUploadDoesNotFinishLeavesTheRestToRecovery() {
        var maintenance =
                new StreamStoreConfig.Maintenance(
                        Duration.ofDays(1), Duration.ofDays(1), Duration.ofMillis(5));
        TestNode node = TestNode.start(TestNode.config().with(maintenance));
        put(node.stream(), 1, "a");
        node.store.unavailable(true);
        node.close();
        assertThat(state(node).unrecovered()).isEmpty();
        assertThat(state(node).fenced()).isFalse();
        try (TestNode next = TestNode.start(node.world, node.disk.cut(), TestNode.config())) {
            assertThat(texts(next.stream(), 0)).containsExactly("0:a");
        }
    }

    @Test
    void anotherDiskIsRefusedUnlessTheOldOneIsGivenUp() {
        TestNode node = TestNode.start();
        put(node.stream(), 1, "a");
        node.streams.flush();
        put(node.stream(), 1, "b");
        TestDisk old = node.crash();
        UUID oldWal = state(node).walIds().getFirst();

        assertThatThrownBy(() -> TestNode.start(node.world, new TestDisk(), TestNode.config()))
                .isInstanceOf(S3StreamException.class)
                .hasMessageContaining(oldWal.toString())
                .hasMessageContaining("oxbow.wal.abandon");

        // With the disk back, all is well.
        TestNode back = TestNode.start(node.world, old, TestNode.config());
        assertThat(texts(back.stream(), 0)).containsExactly("0:a", "1:b");
        put(back.stream(), 1, "c");
        back.crash();

        try (TestNode next = TestNode.start(node.world, new TestDisk(), abandoning(oldWal))) {
            assertThat(texts(next.stream(), 0)).containsExactly("0:a", "1:b");
        }
    }

    @Test
    void damagedAcksAreRefusedUnlessGivenUp() {
        TestNode node = TestNode.start();
        put(node.stream(), 1, "first");
        put(node.stream(), 1, "second");
        put(node.stream(), 1, "third");
        put(node.stream(), 1, "fourth");
        TestDisk disk = node.crash();
        disk.damage("second".getBytes());
        UUID wal = state(node).walIds().getFirst();

        assertThatThrownBy(() -> TestNode.start(node.world, disk, TestNode.config()))
                .isInstanceOf(S3StreamException.class)
                .hasMessageContaining("damaged")
                .hasMessageContaining("oxbow.wal.abandon=" + wal);

        try (TestNode next = TestNode.start(node.world, disk, abandoning(wal))) {
            assertThat(texts(next.stream(), 0)).containsExactly("0:first");
        }
    }

    @Test
    void whatIsWholeBeyondDamageIsKeptWhereItsStreamHasNoHole() {
        TestNode node = TestNode.start();
        Stream hit = node.stream(TestNode.name(1));
        Stream whole = node.stream(TestNode.name(2));
        Stream later = node.stream(TestNode.name(3));
        for (int i = 0; i < 10; i++) {
            put(hit, 1, "<hit%d>".formatted(i));
            put(whole, 1, "<whole%d>".formatted(i));
        }
        put(later, 1, "<later0>");
        put(later, 1, "<later1>");
        TestDisk disk = node.crash();
        disk.damage("<hit4>".getBytes());
        UUID wal = state(node).walIds().getFirst();

        try (TestNode next = TestNode.start(node.world, disk, abandoning(wal))) {
            Stream again = next.stream(TestNode.name(1));
            assertThat(texts(again, 0))
                    .containsExactly("0:<hit0>", "1:<hit1>", "2:<hit2>", "3:<hit3>");
            assertThat(texts(next.stream(TestNode.name(2)), 0))
                    .hasSize(10)
                    .last()
                    .isEqualTo("9:<whole9>");
            assertThat(texts(next.stream(TestNode.name(3)), 0))
                    .containsExactly("0:<later0>", "1:<later1>");
            put(again, 1, "new");
            assertThat(texts(again, 4)).containsExactly("4:new");
        }
    }

    @Test
    void recoveryThatIsInterruptedGoesOn() {
        for (int answered = 0; answered < 12; answered++) {
            TestNode node = TestNode.start();
            Stream stream = node.stream();
            for (int i = 0; i < 20; i++) {
                put(stream, 1, "%d ".formatted(i).repeat(500));
            }
            TestDisk disk = node.crash();

            // Many small recovery objects, and a process that dies after so many log entries.
            interruptedRecovery(node, disk, answered);

            try (TestNode next = TestNode.start(node.world, disk, TestNode.config())) {
                assertThat(texts(next.stream(), 0)).as("after %d", answered).hasSize(20);
                assertThat(state(next).unrecovered()).isEmpty();
            }
        }
    }

    private static void interruptedRecovery(TestNode dead, TestDisk disk, int answered) {
        var environment = TestNode.environment();
        var log = new DyingLog(new MemoryLog(dead.world.cluster), answered);
        var upload = new StreamStoreConfig.Upload(2000, Duration.ofDays(1), 1 << 20);
        var identity = new StreamStoreConfig.Identity(1, new UUID(9, answered), "x:1", Set.of());
        var config = StreamStoreConfig.of(identity).with(upload);
        FileWalVolume volume = FileWalVolume.open(TestNode.wal(), disk, environment);
        try {
            NodeStreams.open(config, environment, dead.world.bucket, log, volume).close();
        } catch (DyingLog.Died expected) {
            volume.close();
        }
    }

    @Test
    void theStartTellsWhatHasBecomePartOfItsStream() {
        TestNode dead = TestNode.start();
        put(dead.stream(), 1, "uploaded before");
        dead.streams.flush();
        var expected = new TreeMap<Integer, List<String>>();
        for (int i = 0; i < 60; i++) {
            String text = ("r" + i).repeat(40);
            Stream stream = dead.stream(name(1 + i % 2));
            expected.computeIfAbsent(1 + i % 2, partition -> new ArrayList<>())
                    .add(stream.nextOffset() + ":" + text);
            put(stream, 2, text);
        }
        var log = new MemoryLog(dead.world.cluster);
        var told = new TreeMap<Integer, List<String>>();
        RecoveredAppends observer =
                (stream, append) -> {
                    assertThat(log.image().stream(stream).orElseThrow().endOffset())
                            .isGreaterThanOrEqualTo(append.nextOffset());
                    String text = StandardCharsets.UTF_8.decode(append.records()).toString();
                    told.computeIfAbsent(stream.partition(), partition -> new ArrayList<>())
                            .add(append.baseOffset() + ":" + text);
                };
        var store =
                new SlowStore(
                        dead.world.bucket,
                        Environment.system().clock(),
                        Duration.ofMillis(5),
                        Duration.ZERO);

        TestDisk disk = dead.crash();
        startAgain(disk, store, log, observer).close();

        assertThat(told).isEqualTo(expected);
        assertThat(store.mostAtOnce()).as("puts side by side").isEqualTo(2);
        assertThat(dead.world.bucket.list("objects/", "", 100))
                .as("several objects")
                .asString()
                .contains("-2-5");
        try (TestNode next = TestNode.start(dead.world, disk.cut(), TestNode.config())) {
            assertThat(texts(next.stream(name(2)), 0)).isEqualTo(expected.get(2));
        }
    }

    /** Starts a node with small recovery objects. */
    private static NodeStreams startAgain(
            TestDisk disk, ObjectStore store, MemoryLog log, RecoveredAppends observer) {
        var environment = TestNode.environment();
        var identity = new StreamStoreConfig.Identity(1, new UUID(9, 9), "x:1", Set.of());
        var config =
                TestNode.config()
                        .with(identity)
                        .with(new StreamStoreConfig.Upload(2000, Duration.ofDays(1), 1 << 20));
        FileWalVolume volume = FileWalVolume.open(TestNode.wal(), disk, environment);
        return NodeStreams.open(
                config, environment, store, log, NodeWals.of(volume).with(observer));
    }

    @Test
    void aLateWriterCannotChangeWhatRecoveryFound() {
        TestNode zombie = TestNode.start();
        Stream old = zombie.stream();
        put(old, 1, "a");
        TestDisk copy = zombie.disk.cut();
        // The old process lives on: its log is gone, but it can still reach the bucket.
        try (TestNode next = TestNode.start(zombie.world, copy, TestNode.config())) {
            Stream stream = next.stream();
            put(stream, 1, "b");
            assertThatThrownBy(zombie.streams::flush).isInstanceOf(S3StreamException.class);
            next.streams.flush();
            assertThat(texts(stream, 0)).containsExactly("0:a", "1:b");
        }
        zombie.close();
    }

    @Test
    void appendsOfAnOlderStreamEpochAreDropped() {
        var world = new TestNode.World();
        TestNode node = TestNode.start(world, new TestDisk(), TestNode.config());
        put(node.stream(), 1, "a");
        long streamId = node.stream().streamId();
        TestDisk disk = node.crash();
        long epoch = state(node).nodeEpoch();
        // Someone gave the WAL up, and another node took the stream and went on.
        world.cluster.apply(
                List.of(
                        new CoreRecord.FenceNode(1, epoch),
                        new CoreRecord.RegisterNode(
                                2,
                                new UUID(4, 4),
                                WalKind.FILE,
                                List.of(new UUID(4, 5)),
                                "other:1")));
        long other = world.cluster.image.node(2).orElseThrow().nodeEpoch();
        world.cluster.apply(
                List.of(
                        new CoreRecord.ClaimRecovery(2, other, 1, epoch),
                        new CoreRecord.CompleteRecovery(1, epoch, other, true),
                        new CoreRecord.OpenStreams(2, other, List.of(NAME)),
                        new CoreRecord.CloseStreams(
                                2, other, List.of(new CoreRecord.Opening(streamId, 2)))));

        try (TestNode next = TestNode.start(world, disk, TestNode.config())) {
            assertThat(next.stream().nextOffset()).isZero();
        }
    }

    @Test
    void aNodeThatNeverGotToItsLogNeedsNoDisk() {
        var world = new TestNode.World();
        world.cluster.apply(
                List.of(
                        new CoreRecord.RegisterNode(
                                1, new UUID(4, 4), WalKind.FILE, List.of(new UUID(4, 5)), "x:1")));
        try (TestNode node = TestNode.start(world, new TestDisk(), TestNode.config())) {
            assertThat(state(node).unrecovered()).isEmpty();
        }
    }

    private static StreamStoreConfig abandoning(UUID wal) {
        var config = TestNode.config();
        var identity = new StreamStoreConfig.Identity(1, new UUID(0, 0), "x:1", Set.of(wal));
        return config.with(identity);
    }

    private static CoreImage.NodeState state(TestNode node) {
        return node.world.cluster.image.node(1).orElseThrow();
    }
}
