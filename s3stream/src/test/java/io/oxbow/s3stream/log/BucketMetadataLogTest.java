package io.oxbow.s3stream.log;

import static io.oxbow.s3stream.log.LogFixture.NOBODY_IS_WELL;
import static io.oxbow.s3stream.log.LogFixture.lead;
import static io.oxbow.s3stream.log.LogFixture.open;
import static io.oxbow.s3stream.log.LogFixture.pointer;
import static io.oxbow.s3stream.log.LogFixture.set;
import static io.oxbow.s3stream.log.LogFixture.until;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.oxbow.s3stream.CorruptException;
import io.oxbow.s3stream.S3StreamException.Retry;
import io.oxbow.s3stream.image.ApplyResult;
import io.oxbow.s3stream.image.CoreRecord;
import io.oxbow.s3stream.log.format.LogKeys;
import io.oxbow.s3stream.log.format.LogPosition;
import io.oxbow.s3stream.log.format.SlotCodec;
import io.oxbow.s3stream.log.format.SlotEntry;
import io.oxbow.s3stream.log.format.SlotHash;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class BucketMetadataLogTest {

    private final FaultyStore store = new FaultyStore();

    @Test
    void firstTakeoverCreatesTheCluster() {
        try (var log = open(store, 1)) {
            assertThatThrownBy(log::clusterId).isInstanceOf(IllegalStateException.class);
            MetadataLog.Leadership leadership = log.takeOver(NOBODY_IS_WELL);

            assertThat(leadership.leaderEpoch()).isEqualTo(1);
            assertThat(leadership.here()).isTrue();
            assertThat(leadership.slot()).isEqualTo(1);
            assertThat(log.clusterId()).isNotNull();
            assertThat(store.keys("")).containsExactly("meta/log/00000000000000000001");
        }
    }

    @Test
    void rivalOfTheFirstTakeoverAdoptsTheWinnersCluster() {
        var winner = new ArrayList<BucketMetadataLog>();
        try (var rival = open(store, 2)) {
            store.beforeNextCreate(() -> winner.add(lead(store, 1)));
            rival.takeOver(NOBODY_IS_WELL);

            assertThat(rival.clusterId()).isEqualTo(winner.getFirst().clusterId());
            assertThat(rival.leadership().leaderEpoch()).isEqualTo(2);
        } finally {
            winner.getFirst().close();
        }
    }

    @Test
    void appendIsAppliedHereAndByFollowersAndByTheNextReader() {
        try (var leader = lead(store, 1);
                var follower = open(store, 2)) {
            assertThat(set(leader, "a")).isInstanceOf(ApplyResult.PointerSet.class);
            assertThat(set(leader, "a")).isEqualTo(new ApplyResult.PointerConflict(1));

            assertThat(leader.image().pointer("a")).isPresent();
            until(() -> follower.image().slot() == leader.image().slot());
            assertThat(follower.image().pointer("a")).isPresent();
            assertThat(follower.leadership().nodeId()).isEqualTo(1);
            assertThat(follower.leadership().here()).isFalse();
        }
        try (var later = open(store, 3)) {
            assertThat(later.image().pointer("a")).isPresent();
        }
    }

    @Test
    void appendWithoutLeadershipIsRefusedAsNotMade() {
        try (var follower = open(store, 1)) {
            assertThatThrownBy(() -> set(follower, "a"))
                    .isInstanceOfSatisfying(
                            LogAppendException.class,
                            e -> assertThat(e.retry()).isEqualTo(Retry.RETRYABLE));
        }
    }

    @Test
    void malformedRecordIsRefusedBeforeItIsWritten() {
        try (var log = lead(store, 1)) {
            var malformed = new CoreRecord.FenceNode(-5, 1);
            assertThatThrownBy(() -> log.append(List.of(malformed)))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThat(store.keys("meta/log/")).hasSize(1);
        }
    }

    @Test
    void everythingThatWaitsRidesInOneSlot() throws Exception {
        var firstPutIsUnderWay = new CountDownLatch(1);
        var goOn = new CountDownLatch(1);
        try (var log = lead(store, 1);
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            store.beforeNextCreate(() -> {
                firstPutIsUnderWay.countDown();
                await(goOn);
            });
            var results = new ArrayList<Future<List<ApplyResult>>>();
            results.add(threads.submit(() -> log.append(List.of(pointer("first")))));
            firstPutIsUnderWay.await();
            var submitted = new CountDownLatch(50);
            for (int i = 0; i < 50; i++) {
                var unit = List.of(pointer("a" + i), pointer("b" + i), pointer("a" + i));
                results.add(
                        threads.submit(() -> {
                            submitted.countDown();
                            return log.append(unit);
                        }));
            }
            submitted.await();
            Thread.sleep(100);
            goOn.countDown();
            for (Future<List<ApplyResult>> result : results.subList(1, 51)) {
                assertThat(result.get())
                        .satisfiesExactly(
                                a -> assertThat(a).isInstanceOf(ApplyResult.PointerSet.class),
                                b -> assertThat(b).isInstanceOf(ApplyResult.PointerSet.class),
                                c -> assertThat(c).isInstanceOf(ApplyResult.PointerConflict.class));
            }
            assertThat(store.keys("meta/log/").size()).isLessThan(10);
        }
    }

    @Test
    void lostAnswerOfAnAppliedPutIsFoundToBeOnesOwn() {
        try (var log = lead(store, 1)) {
            store.plan(key -> true, FaultyStore.Fate.ANSWER_LOST);

            assertThat(set(log, "a")).isInstanceOf(ApplyResult.PointerSet.class);
            assertThat(log.leadership().here()).isTrue();
            assertThat(store.keys("meta/log/")).hasSize(2);
        }
    }

    @Test
    void putThatArrivesLateIsTheSameBytesAsItsRepetition() {
        try (var log = lead(store, 1)) {
            store.plan(key -> true, FaultyStore.Fate.LATE);
            store.plan(key -> true, FaultyStore.Fate.LATE);

            assertThat(set(log, "a")).isInstanceOf(ApplyResult.PointerSet.class);
            String key = LogKeys.slot(2);
            byte[] written = store.bytes(key);
            store.remove(key);
            store.deliverLate();
            assertThat(store.bytes(key)).isEqualTo(written);
        }
    }

    @Test
    void existsThatCannotBeReadYetIsTriedAgainWithTheSameBytes() {
        try (var log = lead(store, 1)) {
            store.plan(key -> true, FaultyStore.Fate.ANSWER_LOST);
            // The read after the repetition; an idle leader may have looked there before.
            store.hide(key -> key.equals(LogKeys.slot(2)) && store.creates() >= 3);

            assertThat(set(log, "a")).isInstanceOf(ApplyResult.PointerSet.class);
            assertThat(store.creates()).isEqualTo(4);
        }
    }

    @Test
    void refusedPutIsTriedAgain() {
        try (var log = lead(store, 1)) {
            store.plan(key -> true, FaultyStore.Fate.REFUSED);
            store.plan(key -> true, FaultyStore.Fate.CONFLICT);
            assertThat(set(log, "a")).isInstanceOf(ApplyResult.PointerSet.class);
        }
    }

    @Test
    void deposedLeaderAnswersUnknownAndFollows() {
        var rivals = new ArrayList<BucketMetadataLog>();
        try (var old = lead(store, 1)) {
            // While the slot is under way: an idle leader may learn of a rival by itself.
            store.beforeNextCreate(() -> rivals.add(lead(store, 2)));
            assertThatThrownBy(() -> set(old, "lost"))
                    .isInstanceOfSatisfying(
                            LogAppendException.class,
                            e -> assertThat(e.retry()).isEqualTo(Retry.UNKNOWN));
            assertThat(set(rivals.getFirst(), "kept")).isInstanceOf(ApplyResult.PointerSet.class);
            until(() -> old.leadership().nodeId() == 2);
            until(() -> old.image().pointer("kept").isPresent());
            assertThat(old.leadership().here()).isFalse();
            assertThat(old.image().pointer("lost")).isEmpty();
        } finally {
            rivals.forEach(BucketMetadataLog::close);
        }
    }

    @Test
    void deposedLeaderAnswersNotMadeForWhatItNeverSent() throws Exception {
        var underWay = new CountDownLatch(1);
        var goOn = new CountDownLatch(1);
        try (var old = lead(store, 1);
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            store.beforeNextCreate(() -> {
                underWay.countDown();
                await(goOn);
            });
            var sent = threads.submit(() -> set(old, "sent"));
            underWay.await();
            var waiting = threads.submit(() -> set(old, "waiting"));
            Thread.sleep(50);
            try (var rival = lead(store, 2)) {
                goOn.countDown();
                assertThat(retryOf(sent)).isEqualTo(Retry.UNKNOWN);
                assertThat(retryOf(waiting)).isEqualTo(Retry.RETRYABLE);
                assertThat(rival.image().pointers("")).isEmpty();
            }
        }
    }

    private static Retry retryOf(Future<?> append) throws InterruptedException {
        try {
            append.get();
            throw new AssertionError("it was appended");
        } catch (ExecutionException e) {
            if (e.getCause() instanceof LogAppendException cause) {
                return cause.retry();
            }
            throw new AssertionError(e);
        }
    }

    @Test
    void takeoverIsNotTriedWhileTheLeaderIsWell() {
        try (var leader = lead(store, 1);
                var other = open(store, 2)) {
            assertThatThrownBy(() ->
                            other.takeOver(asked -> {
                                assertThat(asked.nodeId()).isEqualTo(1);
                                return MetadataLog.LeaderSign.WELL;
                            }))
                    .isInstanceOf(LeaderAliveException.class);
            assertThat(set(leader, "a")).isInstanceOf(ApplyResult.PointerSet.class);
        }
    }

    @Test
    void leaderThatClosedIsNotAsked() {
        lead(store, 1).close();
        try (var next = open(store, 2)) {
            MetadataLog.Leadership leadership =
                    next.takeOver(leader -> {
                        throw new AssertionError("asked " + leader);
                    });
            assertThat(leadership.leaderEpoch()).isEqualTo(2);
            assertThat(leadership.slot()).as("TAKEOVER, RESIGN, TAKEOVER").isEqualTo(3);
        }
    }

    @Test
    void closedLogAnswersNotMade() {
        var log = lead(store, 1);
        log.close();
        assertThatThrownBy(() -> set(log, "a"))
                .isInstanceOfSatisfying(
                        LogAppendException.class,
                        e -> assertThat(e.retry()).isEqualTo(Retry.RETRYABLE));
        assertThatThrownBy(() -> log.takeOver(NOBODY_IS_WELL))
                .isInstanceOf(LogAppendException.class);
    }

    @Test
    void closeEndsAnAppendThatCannotSettleAndDoesNotResign() throws Exception {
        var log = lead(store, 1);
        store.faults(1);
        var append = CompletableFuture.supplyAsync(() -> set(log, "a"));
        until(() -> store.creates() > 3);
        log.close();
        store.faults(0);

        assertThat(retryOf(append)).isEqualTo(Retry.UNKNOWN);
        for (String key : store.keys("meta/log/")) {
            assertThat(SlotCodec.decode(key, store.bytes(key)).content())
                    .isNotInstanceOf(SlotEntry.Resign.class);
        }
    }

    @Test
    void zombieWhoseSuccessorsSlotsWereCollectedCannotAck() {
        try (var zombie = lead(store, 1);
                var leader = lead(store, 2)) {
            for (int i = 0; i < 5; i++) {
                set(leader, "a" + i);
                leader.snapshot();
            }
            assertThat(store.deleted()).isNotEmpty();
            assertThat(store.keys("meta/log/")).contains(LogKeys.slot(1), LogKeys.slot(2));

            assertThatThrownBy(() -> set(zombie, "z")).isInstanceOf(LogAppendException.class);
            until(() -> zombie.image().pointers("a").size() == 5);
            assertThat(zombie.image().pointer("z")).isEmpty();
        }
    }

    @Test
    void takeoverThatFellIntoAHoleIsNotBelieved() {
        try (var leader = lead(store, 1);
                var slow = open(store, 2)) {
            set(leader, "a0");
            until(() -> slow.image().slot() == leader.image().slot());
            store.beforeNextCreate(() -> {
                for (int i = 1; i < 6; i++) {
                    set(leader, "a" + i);
                    leader.snapshot();
                }
                assertThat(store.keys(LogKeys.slot(3))).as("a hole").isEmpty();
            });
            MetadataLog.Leadership leadership = slow.takeOver(NOBODY_IS_WELL);

            assertThat(store.keys(LogKeys.slot(3))).as("the stray").hasSize(1);
            assertThat(leadership.leaderEpoch()).isEqualTo(2);
            assertThat(slow.image().pointers("a")).hasSize(6);
            try (var reader = open(store, 3)) {
                assertThat(reader.leadership().leaderEpoch()).isEqualTo(2);
                assertThat(reader.image().pointers("a")).hasSize(6);
            }
        }
    }

    @Test
    void strayTakeoverInAHoleChangesNothingForAFollower() {
        try (var leader = lead(store, 1)) {
            set(leader, "a");
            byte[] secondSlot = store.bytes(LogKeys.slot(2));
            var place =
                    LogPosition.START.after(
                            SlotCodec.decode("1", store.bytes(LogKeys.slot(1))),
                            SlotHash.of(store.bytes(LogKeys.slot(1))));
            place = place.after(SlotCodec.decode("2", secondSlot), SlotHash.of(secondSlot));
            var stray =
                    new SlotEntry(
                            leader.clusterId(),
                            3,
                            new UUID(9, 9),
                            new SlotEntry.Writer(2, 9, new UUID(9, 9)),
                            place.link(),
                            0,
                            new SlotEntry.Takeover());
            store.overwrite(LogKeys.slot(3), SlotCodec.encode(stray));
            store.overwrite(LogKeys.slot(9), secondSlot);
            var environment = io.oxbow.s3stream.env.Environment.system();
            var log = new LogThread(store, LogFixture.config(5), environment);
            var recovery = CompletableFuture.runAsync(log::recover);
            until(() -> log.replica().position().slot() == 2 && store.lists() > 5);

            assertThat(log.leadership().nodeId()).isEqualTo(1);
            log.stop();
            assertThat(recovery).failsWithin(java.time.Duration.ofSeconds(30));
        }
    }

    @Test
    void followerAcrossAHoleLoadsTheNewerSnapshot() {
        try (var leader = lead(store, 1)) {
            byte[] firstSlot = store.bytes(LogKeys.slot(1));
            for (int i = 0; i < 6; i++) {
                set(leader, "a" + i);
                leader.snapshot();
            }
            var stale = new FaultyStore();
            stale.overwrite(LogKeys.slot(1), firstSlot);
            try (var follower = open(stale, 2)) {
                assertThat(follower.image().slot()).isEqualTo(1);
                store.keys("").reversed().forEach(key -> stale.overwrite(key, store.bytes(key)));
                until(() -> follower.image().pointers("a").size() == 6);
            }
        }
    }

    @Test
    void damagedSlotStopsTheReaderAloud() {
        try (var leader = lead(store, 1)) {
            set(leader, "a");
            set(leader, "b");
        }
        byte[] bytes = store.bytes(LogKeys.slot(2));
        bytes[140] ^= 1;
        store.overwrite(LogKeys.slot(2), bytes);
        assertThatThrownBy(() -> open(store, 2))
                .isInstanceOf(CorruptException.class)
                .hasMessageContaining(LogKeys.slot(2));
    }

    @Test
    void slotThatDoesNotChainStopsTheReaderAloud() {
        try (var leader = lead(store, 1)) {
            set(leader, "a");
            set(leader, "b");
        }
        SlotEntry second = SlotCodec.decode("2", store.bytes(LogKeys.slot(2)));
        var forged =
                new SlotEntry(
                        second.clusterId(),
                        2,
                        new UUID(7, 7),
                        second.leader(),
                        second.previous(),
                        0,
                        second.content());
        store.overwrite(LogKeys.slot(2), SlotCodec.encode(forged));
        assertThatThrownBy(() -> open(store, 2))
                .isInstanceOf(CorruptException.class)
                .hasMessageContaining("slot 3 does not chain");
    }

    @Test
    void logWhoseBeginningIsMissingIsNotTakenForAnEmptyOne() {
        try (var leader = lead(store, 1)) {
            set(leader, "a");
        }
        store.remove(LogKeys.slot(1));
        assertThatThrownBy(() -> open(store, 2)).isInstanceOf(CorruptException.class);
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
