package io.oxbow.s3stream.log;

import static io.oxbow.s3stream.log.LogFixture.NOBODY_IS_WELL;
import static io.oxbow.s3stream.log.LogFixture.pointer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.oxbow.s3stream.S3StreamException.Retry;
import io.oxbow.s3stream.env.Environment;
import io.oxbow.s3stream.image.ApplyResult;
import io.oxbow.s3stream.log.MetadataLog.LeaderSign;
import io.oxbow.s3stream.log.format.LogKeys;
import io.oxbow.s3stream.store.ObjectStore;
import io.oxbow.s3stream.store.StoreException;
import io.oxbow.s3stream.testkit.ForwardingStore;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests what members of a cluster do with the log beside reading and appending. */
@Timeout(60)
class FollowedLogTest {

    private static final LogConfig.Questions NEVER =
            new LogConfig.Questions(Duration.ofDays(1), Duration.ofMillis(2), Duration.ofDays(2));
    private static final LogConfig.Questions OFTEN =
            new LogConfig.Questions(
                    Duration.ofMillis(4), Duration.ofMillis(2), Duration.ofMinutes(5));
    private static final LogConfig.Questions IMPATIENT =
            new LogConfig.Questions(
                    Duration.ofMillis(4), Duration.ofMillis(2), Duration.ofMillis(60));

    private final FaultyStore store = new FaultyStore();

    private BucketMetadataLog open(int nodeId, LogConfig.Questions members) {
        return BucketMetadataLog.open(
                store, LogFixture.config(nodeId, NEVER, members), Environment.system());
    }

    @Test
    void appendAtAnEarlierLeadershipIsNotMade() {
        try (var log = LogFixture.lead(store, 1);
                var rival = LogFixture.open(store, 2)) {
            int before = log.leadership().leaderEpoch();
            rival.takeOver(NOBODY_IS_WELL);
            log.takeOver(NOBODY_IS_WELL);

            assertThatThrownBy(() -> log.appendAt(before, List.of(pointer("old"))))
                    .isInstanceOfSatisfying(
                            LogAppendException.class,
                            e -> assertThat(e.retry()).isEqualTo(Retry.RETRYABLE));
            assertThat(log.appendAt(log.leadership().leaderEpoch(), List.of(pointer("new"))))
                    .containsExactly(new ApplyResult.PointerSet(1));
            assertThat(log.image().pointers("").keySet()).containsExactly("new");
        }
    }

    /** Reads of later slots wait until some are under way. */
    private static final class ReadsTogether extends ForwardingStore {

        private final CountDownLatch begun = new CountDownLatch(8);
        private volatile boolean alone;

        ReadsTogether(ObjectStore target) {
            super(target);
        }

        @Override
        public GetResult get(String key) {
            if (key.startsWith(LogKeys.SLOTS) && LogKeys.slotOf(key) > 10) {
                begun.countDown();
                try {
                    alone |= !begun.await(10, TimeUnit.SECONDS);
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
            }
            return super.get(key);
        }
    }

    /** One after the other, a start on a bucket with thousands of slots took minutes. */
    @Test
    void processThatIsFarBehindReadsSeveralSlotsAtATime() {
        try (var log = LogFixture.lead(store, 1)) {
            for (int i = 0; i < 40; i++) {
                log.append(List.of(pointer("p" + i)));
            }
            var reads = new ReadsTogether(store);
            try (var newcomer =
                    BucketMetadataLog.open(
                            reads, LogFixture.config(2, NEVER, NEVER), Environment.system())) {
                assertThat(newcomer.image().pointers("")).hasSize(40);
                assertThat(newcomer.leadership().slot()).isEqualTo(log.leadership().slot());
            }
            assertThat(reads.alone).as("a read waited for the one before").isFalse();
        }
    }

    @Test
    void eachNewLeaderIsTold() {
        var epochs = new CopyOnWriteArrayList<Integer>();
        try (var log = LogFixture.lead(store, 1);
                var rival = LogFixture.open(store, 2)) {
            log.onLeader(epochs::add);
            int first = log.leadership().leaderEpoch();
            rival.takeOver(NOBODY_IS_WELL);
            LogFixture.until(() -> epochs.contains(first + 1));

            assertThat(epochs).doesNotHaveDuplicates().endsWith(first + 1);
        }
    }

    @Test
    void followerIsAwaitedUpToASlot() throws Exception {
        try (var log = LogFixture.lead(store, 1);
                var follower = LogFixture.open(store, 2)) {
            log.append(List.of(pointer("key")));
            long slot = log.leadership().slot();

            assertThat(follower.awaitApplied(slot, Duration.ofMinutes(1))).isTrue();
            assertThat(follower.image().pointers("").keySet()).containsExactly("key");
            assertThat(follower.awaitApplied(slot + 1, Duration.ZERO)).isFalse();
        }
    }

    @Test
    void memberIsPatientForLess() {
        try (var leader = open(1, NEVER);
                var member = open(2, IMPATIENT)) {
            leader.takeOver(NOBODY_IS_WELL);

            assertThat(member.takeOver(silent -> LeaderSign.MISSED).here()).isTrue();
        }
    }

    @Test
    void leaderThatExpectsQuestionsLooksOften() {
        try (var leader = open(1, OFTEN);
                var member = open(2, OFTEN)) {
            leader.takeOver(NOBODY_IS_WELL);
            leader.expectQuestions(true);

            assertThatThrownBy(() -> member.takeOver(silent -> LeaderSign.MISSED))
                    .isInstanceOf(LeaderAliveException.class);
        }
    }

    @Test
    void leaderKnowsHowLongTheBucketIsSilent() {
        var away = new AtomicBoolean();
        var bucket =
                new ForwardingStore(store) {
                    @Override
                    public GetResult get(String key) {
                        return away.get()
                                ? new GetResult.Unavailable(
                                        new StoreException("away", Retry.UNKNOWN, null))
                                : super.get(key);
                    }
                };
        try (var leader =
                BucketMetadataLog.open(bucket, LogFixture.config(1), Environment.system())) {
            leader.takeOver(NOBODY_IS_WELL);
            away.set(true);
            LogFixture.until(() -> leader.bucketSilence().compareTo(Duration.ofMillis(500)) > 0);
            away.set(false);
            LogFixture.until(() -> leader.bucketSilence().compareTo(Duration.ofMillis(400)) < 0);
        }
    }
}
