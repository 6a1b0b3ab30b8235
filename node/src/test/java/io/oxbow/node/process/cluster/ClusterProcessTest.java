package io.oxbow.node.process.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.oxbow.node.process.NumberedLoad;
import io.oxbow.node.process.OxbowProcess;
import io.oxbow.s3stream.testkit.Sampled;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests processes that share a bucket, under an idempotent producer. Each acked record is there
 * once, in order, whichever of them vanishes.
 */
@Sampled
@Tag("slow")
class ClusterProcessTest {

    private static final int PARTITIONS = 6;
    private static final String TOPIC = "numbers";
    private static final Duration PATIENCE = Duration.ofSeconds(120);

    @TempDir Path temporary = Path.of("");

    @Test
    void secondNodeJoinsAndServes() throws Exception {
        try (var one = start("one");
                var two = start("two");
                var load = load(two, one)) {
            load.awaitMore(2_000);
            load.finish();
            load.verify(one.kafka());
            load.verify(two.kafka());
            assertThat(two.terminate()).isZero();
            assertThat(one.terminate()).isZero();
        }
    }

    @Test
    void killedFollowersRecordsAreServedByTheSurvivor() throws Exception {
        try (var one = start("one");
                var two = start("two");
                var load = load(two, one)) {
            load.awaitMore(2_000);
            two.kill();
            load.awaitMore(2_000);
            load.finish();
            load.verify(one.kafka());
            assertThat(one.terminate()).isZero();
        }
    }

    @Test
    void killedLeaderIsSucceeded() throws Exception {
        try (var one = start("one");
                var two = start("two");
                var load = load(one, two)) {
            load.awaitMore(2_000);
            one.kill();
            load.awaitMore(2_000);
            load.finish();
            load.verify(two.kafka());
            assertThat(two.terminate()).isZero();
        }
    }

    /** Each partition goes to and fro, by the request of Kafka's own tool. */
    @Test
    void partitionsMoveUnderAnIdempotentProducer() throws Exception {
        try (var one = start("one");
                var two = start("two");
                var load = load(one, two);
                var leaders = new Leaders(one.kafka() + "," + two.kafka(), TOPIC)) {
            load.awaitMore(2_000);
            for (int round = 0; round < 4; round++) {
                leaders.moveAll();
                load.awaitMore(2_000);
            }
            load.finish();
            load.verify(one.kafka());
            load.verify(two.kafka());
            assertThat(two.terminate()).isZero();
            assertThat(one.terminate()).isZero();
        }
    }

    @Test
    void nodesAreRestartedOneByOneUnderAnIdempotentProducer() throws Exception {
        Map<String, OxbowProcess> nodes = new LinkedHashMap<>();
        try {
            for (String name : List.of("one", "two", "three")) {
                nodes.put(name, start(name));
            }
            restartOneByOne(nodes);
        } finally {
            for (OxbowProcess node : nodes.values()) {
                node.close();
            }
        }
    }

    private void restartOneByOne(Map<String, OxbowProcess> nodes) throws Exception {
        String last = Objects.requireNonNull(nodes.get("three")).kafka();
        try (var load =
                        load(
                                Objects.requireNonNull(nodes.get("one")),
                                Objects.requireNonNull(nodes.get("two")));
                var leaders = new Leaders(last, TOPIC)) {
            load.awaitMore(2_000);
            for (String name : List.copyOf(nodes.keySet())) {
                OxbowProcess stopping = Objects.requireNonNull(nodes.get(name));
                assertThat(stopping.terminate()).as("%s", stopping.log()).isZero();
                assertThat(stopping.log()).contains("moved=true left=true");
                load.awaitMore(2_000);
                nodes.put(name, start(name, stopping.kafka()));
                leaders.awaitAll(3);
                load.awaitMore(2_000);
            }
            load.finish();
            load.verify(last);
        }
    }

    /** A leader that stood still has heard nobody, which must not end the others. */
    @Test
    void leaderThatStoodStillEndsAndTheOthersStay() throws Exception {
        try (var one = start("one");
                var two = start("two");
                var three = start("three");
                var load = load(two, three)) {
            load.awaitMore(2_000);
            one.suspend();
            awaitGivenAway(two, three);
            one.resume();
            assertThat(one.awaitExit(PATIENCE)).isNotZero();
            load.awaitMore(2_000);
            load.finish();
            load.verify(two.kafka());
            assertThat(three.terminate()).isZero();
            assertThat(two.terminate()).isZero();
        }
    }

    @Test
    void bucketAloneBringsEverythingBackUnderANewNodeId() throws Exception {
        NumberedLoad load;
        try (var one = start("one");
                var two = start("two")) {
            load = load(one, two);
            load.awaitMore(2_000);
            two.kill();
            one.kill();
            load.stopSending();
        }
        try (load;
                var heir = start("another machine")) {
            load.verifyAcked(heir.kafka());
            assertThat(heir.terminate()).isZero();
        }
    }

    /** Neither is a successor for the other; the leader sees the other one to its end. */
    @Test
    void nodesThatEndTogetherWaitForNoSuccessor() throws Exception {
        try (var one = start("one");
                var two = start("two");
                var load = load(one, two)) {
            load.awaitMore(500);
            load.stopSending();
            var ended = CompletableFuture.supplyAsync(() -> ended(two));
            assertThat(one.terminate()).isZero();
            assertThat(ended.get()).isZero();
            assertThat(one.log() + two.log())
                    .doesNotContain("nobody has succeeded", "has to look into the WAL again");
        }
    }

    private static int ended(OxbowProcess node) {
        try {
            return node.terminate();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Waits until one of two nodes leads, and has given away what the node before it had. */
    private static void awaitGivenAway(OxbowProcess two, OxbowProcess three) throws Exception {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!(two.log() + three.log()).contains("are given away")) {
            assertThat(System.nanoTime()).as("nobody took over").isLessThan(deadline);
            Thread.sleep(100);
        }
    }

    private static NumberedLoad load(OxbowProcess first, OxbowProcess second) throws Exception {
        try (var leaders = new Leaders(first.kafka() + "," + second.kafka(), TOPIC)) {
            leaders.create(PARTITIONS);
        }
        return new NumberedLoad(first.kafka() + "," + second.kafka(), TOPIC, PARTITIONS, 100);
    }

    private OxbowProcess start(String directory) throws Exception {
        return start(directory, Map.of());
    }

    /** Starts a node at the address that it had before. */
    private OxbowProcess start(String directory, String kafka) throws Exception {
        return start(directory, Map.of("listeners", "PLAINTEXT://" + kafka));
    }

    private OxbowProcess start(String directory, Map<String, String> given) throws Exception {
        Map<String, String> settings = new HashMap<>(given);
        settings.put("oxbow.store", temporary.resolve("bucket").toUri().toString());
        settings.put("oxbow.wal", "object");
        settings.put("num.partitions", Integer.toString(PARTITIONS));
        return OxbowProcess.start(temporary.resolve(directory), settings);
    }
}
