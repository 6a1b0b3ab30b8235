package io.oxbow.s3stream.engine;

import static io.oxbow.s3stream.engine.TestNode.put;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.oxbow.s3stream.Commit;
import io.oxbow.s3stream.FencedException;
import io.oxbow.s3stream.S3StreamException;
import io.oxbow.s3stream.Stream;
import io.oxbow.s3stream.image.ApplyResult;
import io.oxbow.s3stream.image.CoreRecord;
import io.oxbow.s3stream.image.WalKind;
import io.oxbow.s3stream.recovery.DeadWals;
import io.oxbow.s3stream.recovery.RecoveryResult;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests that others recover what a dead node acked, through any interruption. */
class FailedNodeRecoveryTest {

    private static final int APPENDS = 24;

    private static String text(int i) {
        return "%03d ".formatted(i).repeat(1000);
    }

    private static List<String> texts(int count) {
        return IntStream.range(0, count).mapToObj(i -> i + ":" + text(i)).toList();
    }

    /** Returns a node that acked appends to two streams, uploaded some of them, and died. */
    private static Fleet.Member deadNode(Fleet fleet, int nodeId) {
        Fleet.Member dead = fleet.start(nodeId);
        for (int i = 0; i < APPENDS; i++) {
            put(dead.stream(nodeId), 1, text(i));
            put(dead.stream(10 + nodeId), 2, "x" + i);
            if (i == APPENDS / 4) {
                dead.streams.flush();
            }
        }
        dead.crash();
        return dead;
    }

    private static void checkAll(Fleet.Member reader, int nodeId) {
        assertThat(reader.texts(nodeId)).isEqualTo(texts(APPENDS));
        assertThat(reader.texts(10 + nodeId))
                .isEqualTo(IntStream.range(0, APPENDS).mapToObj(i -> 2 * i + ":x" + i).toList());
    }

    @ParameterizedTest
    @EnumSource(WalKind.class)
    void anyNodeRecoversWhatADeadOneAcked(WalKind kind) {
        var fleet = new Fleet(kind);
        try (Fleet.Member other = fleet.start(2)) {
            deadNode(fleet, 1);
            ApplyResult.DeadEpoch dead = fleet.fence(1);
            assertThat(dead.lastCommitSeq()).isGreaterThan(1);
            assertThatThrownBy(() -> other.stream(1)).isInstanceOf(S3StreamException.class);

            assertThat(other.recover(dead)).isInstanceOf(RecoveryResult.Recovered.class);
            checkAll(other, 1);
            assertThat(fleet.image().unrecovered()).isEmpty();
            assertThat(other.recover(dead)).isEqualTo(new RecoveryResult.AlreadyRecovered());
            put(other.stream(1), 1, text(APPENDS));
            assertThat(other.texts(1)).isEqualTo(texts(APPENDS + 1));
        }
    }

    @ParameterizedTest
    @EnumSource(WalKind.class)
    void recoveryThatDiesAtAnyStepIsFinishedByAThirdNode(WalKind kind) {
        boolean survived = false;
        int deaths = 0;
        for (int after = 0; !survived; after++) {
            var fleet = new Fleet(kind);
            deadNode(fleet, 1);
            ApplyResult.DeadEpoch dead = fleet.fence(1);
            Fleet.Member first = fleet.start(2);
            first.faults.dieAfter(after);
            try {
                first.recover(dead);
                survived = true;
            } catch (NodeFaults.Died died) {
                deaths++;
            }
            first.crash();
            try (Fleet.Member third = fleet.start(3)) {
                if (!survived && third.recover(dead) instanceof RecoveryResult.InOtherHands) {
                    fleet.fence(2);
                }
                if (!fleet.image().unrecovered().stream()
                        .filter(each -> each.nodeId() == 1)
                        .toList()
                        .isEmpty()) {
                    assertThat(third.recover(dead)).isInstanceOf(RecoveryResult.Recovered.class);
                }
                checkAll(third, 1);
            }
        }
        assertThat(deaths).isGreaterThan(12);
    }

    @ParameterizedTest
    @EnumSource(WalKind.class)
    void theNodeItselfFinishesWhatAnotherLeftUndone(WalKind kind) {
        for (int after = 0; after < 12; after++) {
            var fleet = new Fleet(kind);
            deadNode(fleet, 1);
            ApplyResult.DeadEpoch dead = fleet.fence(1);
            Fleet.Member first = fleet.start(2);
            first.faults.dieAfter(after);
            try {
                first.recover(dead);
            } catch (NodeFaults.Died died) {
                // nobody fences it: the claim stays with an epoch that looks alive
            }
            try (Fleet.Member back = fleet.start(1)) {
                checkAll(back, 1);
            }
            first.crash();
        }
    }

    @ParameterizedTest
    @EnumSource(WalKind.class)
    void aRecovererThatWakesLateChangesNothing(WalKind kind) throws InterruptedException {
        for (String where : List.of("append [CommitObjects", "put objects", "append [Complete")) {
            var fleet = new Fleet(kind);
            deadNode(fleet, 1);
            ApplyResult.DeadEpoch dead = fleet.fence(1);
            Fleet.Member late = fleet.start(2);
            NodeFaults.Hold hold = late.faults.hold(step -> step.startsWith(where));
            var outcome = new AtomicReference<Object>();
            Thread recovering =
                    Thread.startVirtualThread(() -> {
                        try {
                            outcome.set(late.recover(dead));
                        } catch (FencedException fenced) {
                            outcome.set(fenced);
                        }
                    });
            hold.awaitReached();
            try (Fleet.Member third = fleet.start(3)) {
                assertThat(third.recover(dead)).isInstanceOf(RecoveryResult.InOtherHands.class);
                fleet.fence(2);
                assertThat(third.recover(dead)).isInstanceOf(RecoveryResult.Recovered.class);
                put(third.stream(1), 1, text(APPENDS));
                third.streams.flush();

                hold.letGo();
                recovering.join();
                if (!where.contains("Complete")) { // there is nothing left to be refused
                    assertThat(outcome.get()).as(where).isInstanceOf(FencedException.class);
                }
                assertThat(third.texts(1)).isEqualTo(texts(APPENDS + 1));
            }
            late.close();
        }
    }

    @ParameterizedTest
    @EnumSource(WalKind.class)
    void aNodeThatComesBackTakesItsRecoveryOver(WalKind kind) throws InterruptedException {
        var fleet = new Fleet(kind);
        deadNode(fleet, 1);
        ApplyResult.DeadEpoch dead = fleet.fence(1);
        try (Fleet.Member other = fleet.start(2)) {
            NodeFaults.Hold hold =
                    other.faults.hold(step -> step.startsWith("append [CommitObjects"));
            var outcome = new AtomicReference<RecoveryResult>();
            Thread recovering = Thread.startVirtualThread(() -> outcome.set(other.recover(dead)));
            hold.awaitReached();
            try (Fleet.Member back = fleet.start(1)) {
                hold.letGo();
                recovering.join();
                assertThat(outcome.get()).isInstanceOf(RecoveryResult.InOtherHands.class);
                checkAll(back, 1);
                // Objects that it will never commit do not stay under way.
                put(other.stream(2), 1, "own");
                other.streams.flush();
                long mine = fleet.image().node(2).orElseThrow().settledBelow();
                put(other.stream(2), 1, "own too");
                other.streams.flush();
                assertThat(fleet.image().node(2).orElseThrow().settledBelow())
                        .isEqualTo(mine + 1)
                        .isGreaterThan(2);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(WalKind.class)
    void severalDeadNodesAreRecoveredBySeveralAtOnce(WalKind kind) throws InterruptedException {
        var fleet = new Fleet(kind);
        List<ApplyResult.DeadEpoch> dead = new ArrayList<>();
        for (int node = 1; node <= 4; node++) {
            deadNode(fleet, node);
            dead.add(fleet.fence(node));
        }
        List<Fleet.Member> living = List.of(fleet.start(5), fleet.start(6));
        List<RecoveryResult> results = Collections.synchronizedList(new ArrayList<>());
        List<Thread> threads = new ArrayList<>();
        for (Fleet.Member member : living) {
            for (ApplyResult.DeadEpoch each : dead) {
                threads.add(Thread.startVirtualThread(() -> results.add(member.recover(each))));
            }
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(results)
                .filteredOn(RecoveryResult.Recovered.class::isInstance)
                .as("each by one")
                .hasSize(4);
        for (int node = 1; node <= 4; node++) {
            checkAll(living.getFirst(), node);
        }
        living.forEach(Fleet.Member::close);
    }

    @ParameterizedTest
    @EnumSource(WalKind.class)
    void throttlingDuringRecoveryIsRiddenOut(WalKind kind) {
        var fleet = new Fleet(kind);
        deadNode(fleet, 1);
        ApplyResult.DeadEpoch dead = fleet.fence(1);
        try (Fleet.Member other = fleet.start(2)) {
            other.throttleEveryOther();
            assertThat(other.recover(dead)).isInstanceOf(RecoveryResult.Recovered.class);
            checkAll(other, 1);
        }
    }

    @Test
    void anEpochThatAckedNothingCostsTheBucketNothing() {
        var fleet = new Fleet(WalKind.OBJECT);
        fleet.cluster.apply(
                List.of(
                        new CoreRecord.RegisterNode(
                                1, new UUID(4, 4), WalKind.OBJECT, List.of(), "x:1")));
        ApplyResult.DeadEpoch dead = fleet.fence(1);
        try (Fleet.Member other = fleet.start(2)) {
            int before = other.faults.steps();
            assertThat(other.recover(dead)).isEqualTo(new RecoveryResult.Recovered(0, false));
            assertThat(other.faults.steps() - before)
                    .as("the claim and the completion, with their answers")
                    .isEqualTo(4);
        }
    }

    @Test
    void aDeadNodesLostDiskIsGivenUpOnlyAtAnOperatorsWord() {
        var fleet = new Fleet(WalKind.FILE);
        deadNode(fleet, 1);
        ApplyResult.DeadEpoch dead = fleet.fence(1);
        fleet.loseDisk(1);
        long uploaded = fleet.image().stream(TestNode.name(1)).orElseThrow().endOffset();
        UUID wal = dead.walIds().getFirst();
        try (Fleet.Member other = fleet.start(2)) {
            assertThat(other.recover(dead))
                    .isInstanceOfSatisfying(
                            RecoveryResult.Unreachable.class,
                            lost ->
                                    assertThat(lost.why())
                                            .contains("oxbow.wal.abandon=" + wal)
                                            .contains("is not here"));
            assertThat(fleet.image().unrecovered()).containsExactly(dead);
        }
        try (Fleet.Member told = fleet.start(3, Set.of(wal))) {
            assertThat(told.recover(dead)).isEqualTo(new RecoveryResult.Recovered(0, true));
            assertThat(told.texts(1)).isEqualTo(texts((int) uploaded)).isNotEmpty();
        }
    }

    @Test
    void whoHasNoClaimTouchesNoDisk() throws InterruptedException {
        var fleet = new Fleet(WalKind.FILE);
        deadNode(fleet, 1);
        ApplyResult.DeadEpoch dead = fleet.fence(1);
        try (Fleet.Member holder = fleet.start(2);
                Fleet.Member other = fleet.start(3)) {
            NodeFaults.Hold hold =
                    holder.faults.hold(step -> step.startsWith("append [CommitObjects"));
            Thread recovering = Thread.startVirtualThread(() -> holder.recover(dead));
            hold.awaitReached();
            TestDisk attached = fleet.disk(1);
            assertThat(other.recover(dead)).isInstanceOf(RecoveryResult.InOtherHands.class);
            assertThat(fleet.disk(1)).isSameAs(attached);
            hold.letGo();
            recovering.join();
            checkAll(other, 1);
        }
    }

    @Test
    void aStartOverALostDiskRegistersNothing() {
        var fleet = new Fleet(WalKind.FILE);
        deadNode(fleet, 1);
        var before = fleet.image().node(1).orElseThrow();
        fleet.loseDisk(1);
        assertThatThrownBy(() -> fleet.start(1))
                .hasMessageContaining("oxbow.wal.abandon=" + before.walIds().getFirst());
        assertThat(fleet.image().node(1)).contains(before);
    }

    @Test
    void anObjectThatVanishedFromTheLogIsNoticed() {
        var fleet = new Fleet(WalKind.OBJECT);
        deadNode(fleet, 1);
        ApplyResult.DeadEpoch dead = fleet.fence(1);
        List<String> keys = fleet.keys("wal/1/");
        fleet.bucket.delete(List.of(keys.get(keys.size() - 10)));
        try (Fleet.Member other = fleet.start(2)) {
            assertThat(other.recover(dead))
                    .isInstanceOfSatisfying(
                            RecoveryResult.Unreachable.class,
                            lost -> assertThat(lost.why()).contains("is damaged"));
            assertThat(fleet.image().unrecovered()).hasSize(1);
        }
        UUID id = DeadWals.abandonId(dead, 0);
        try (Fleet.Member told = fleet.start(3, Set.of(id))) {
            assertThat(told.recover(dead))
                    .isInstanceOfSatisfying(
                            RecoveryResult.Recovered.class,
                            done -> assertThat(done.abandoned()).isTrue());
        }
    }

    @Test
    void nothingButFencesStaysOfALogThatIsRecovered() {
        var fleet = new Fleet(WalKind.OBJECT);
        deadNode(fleet, 1);
        ApplyResult.DeadEpoch dead = fleet.fence(1);
        try (Fleet.Member other = fleet.start(2)) {
            other.recover(dead);
            assertThat(fleet.keys("wal/1/")).hasSize(1);
            var fence =
                    (io.oxbow.s3stream.store.ObjectStore.HeadResult.Found)
                            fleet.bucket.head(fleet.keys("wal/1/").getFirst());
            assertThat(fence.size()).isEqualTo(80);
        }
    }

    @Test
    void aPutThatWasUnderWayWhenItsNodeWasFencedFailsOrIsRecovered() throws InterruptedException {
        for (boolean landsFirst : List.of(true, false)) {
            var fleet = new Fleet(WalKind.OBJECT);
            Fleet.Member zombie = fleet.start(1);
            Stream stream = zombie.stream(1);
            put(stream, 1, text(0));
            NodeFaults.Hold hold = zombie.faults.hold(step -> step.startsWith("create wal/"));
            Commit commit = stream.append(ByteBuffer.wrap(text(1).getBytes()), 1, 0);
            hold.awaitReached();
            ApplyResult.DeadEpoch dead = fleet.fence(1);
            if (landsFirst) {
                hold.letGo();
                commit.await();
            }
            try (Fleet.Member other = fleet.start(2)) {
                assertThat(other.recover(dead)).isInstanceOf(RecoveryResult.Recovered.class);
                assertThat(other.texts(1)).isEqualTo(texts(landsFirst ? 2 : 1));
                hold.letGo();
                if (!landsFirst) {
                    assertThatThrownBy(commit::await).hasRootCauseInstanceOf(FencedException.class);
                }
                assertThatThrownBy(() -> put(stream, 1, text(2)))
                        .isInstanceOf(S3StreamException.class);
                assertThat(other.texts(1)).isEqualTo(texts(landsFirst ? 2 : 1));
            }
            zombie.close();
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void everyAckedAppendIsThereOnceAfterNodesDieAgainAndAgain(long seed)
            throws InterruptedException {
        var random = new Random(seed);
        var fleet = new Fleet(random.nextBoolean() ? WalKind.OBJECT : WalKind.FILE);
        TreeMap<Long, String> acked = new TreeMap<>();
        List<String> sent = new ArrayList<>();
        int next = 0;
        for (int node = 1; node <= 6; node++) {
            Fleet.Member writer = fleet.start(node);
            for (ApplyResult.DeadEpoch dead : fleet.image().unrecovered()) {
                while (!(writer.recover(dead) instanceof RecoveryResult.Recovered)) {
                    fleet.fence(node - 1);
                }
            }
            Stream stream = writer.stream(1);
            List<Commit> commits = new ArrayList<>();
            List<String> appended = new ArrayList<>();
            int lives = 5 + random.nextInt(40);
            for (int i = 0; i < lives; i++) {
                String text = "%d/%d ".formatted(node, next++).repeat(1 + random.nextInt(300));
                sent.add(text);
                commits.add(stream.append(ByteBuffer.wrap(text.getBytes()), 1, 0));
                appended.add(text);
                if (random.nextInt(5) == 0) {
                    commits.getLast().await();
                }
                if (random.nextInt(15) == 0) {
                    writer.streams.flush();
                }
            }
            writer.crash();
            for (int i = 0; i < commits.size(); i++) {
                try {
                    commits.get(i).await();
                    acked.put(commits.get(i).baseOffset(), appended.get(i));
                } catch (S3StreamException unknown) {
                    // it may be there, or not
                }
            }
            fleet.fence(node);
        }
        try (Fleet.Member reader = fleet.start(7)) {
            for (ApplyResult.DeadEpoch dead : fleet.image().unrecovered()) {
                assertThat(reader.recover(dead)).isInstanceOf(RecoveryResult.Recovered.class);
            }
            List<String> found = Fleet.texts(reader.stream(1));
            assertThat(found)
                    .as("seed %d", seed)
                    .doesNotHaveDuplicates()
                    .containsAll(
                            acked.entrySet().stream()
                                    .map(each -> each.getKey() + ":" + each.getValue())
                                    .toList());
            List<String> bare =
                    found.stream().map(each -> each.substring(each.indexOf(':') + 1)).toList();
            assertThat(bare).doesNotHaveDuplicates().isSubsetOf(sent);
            assertThat(acked).isNotEmpty();
        }
    }
}
