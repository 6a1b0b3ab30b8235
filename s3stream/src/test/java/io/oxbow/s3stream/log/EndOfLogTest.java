package io.oxbow.s3stream.log;

import static io.oxbow.s3stream.log.LogFixture.NOBODY_IS_WELL;
import static io.oxbow.s3stream.log.LogFixture.pointer;
import static org.assertj.core.api.Assertions.assertThat;

import io.oxbow.s3stream.S3StreamException.Retry;
import io.oxbow.s3stream.env.Environment;
import io.oxbow.s3stream.store.StoreException;
import io.oxbow.s3stream.testkit.ForwardingStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests that who has awaited the end of the log sees all that was appended before. */
@Timeout(60)
class EndOfLogTest {

    private static final Duration LONG = Duration.ofMinutes(1);

    private final Bucket bucket = new Bucket();

    /** Opens a log that looks at the bucket only when it has to. */
    private BucketMetadataLog open(int nodeId) {
        return BucketMetadataLog.open(
                bucket,
                new LogConfig(
                        nodeId,
                        new UUID(0xE2D, nodeId),
                        1 << 20,
                        Duration.ZERO,
                        Duration.ofDays(1),
                        Duration.ofMillis(1),
                        Duration.ofMillis(5),
                        1_000_000,
                        1L << 40,
                        new LogConfig.Questions(
                                Duration.ofDays(1), Duration.ofMillis(2), Duration.ofDays(2)),
                        LogConfig.Questions.ofMembers()),
                Environment.system());
    }

    @Test
    void followerSeesWhatTheLeaderHasWritten() throws Exception {
        try (var leader = open(1);
                var follower = open(2)) {
            leader.takeOver(NOBODY_IS_WELL);
            for (int i = 0; i < 3; i++) {
                leader.append(List.of(pointer("key" + i)));

                assertThat(follower.awaitEnd(LONG)).isTrue();
                assertThat(follower.image().pointer("key" + i)).isPresent();
            }
        }
    }

    /** A leader that nobody told of its successor must not answer from its own image. */
    @Test
    void deposedLeaderSeesWhatItsSuccessorHasWritten() throws Exception {
        try (var former = open(1);
                var successor = open(2)) {
            former.takeOver(NOBODY_IS_WELL);
            former.append(List.of(pointer("earlier")));
            successor.takeOver(NOBODY_IS_WELL);
            successor.append(List.of(pointer("later")));
            assertThat(former.image().pointer("later")).isEmpty();

            assertThat(former.awaitEnd(LONG)).isTrue();
            assertThat(former.image().pointer("later")).isPresent();
            assertThat(former.leadership().here()).isFalse();
        }
    }

    /** Its next slot is gone by then, which looks like an end. */
    @Test
    void followerThatStoodStillForLongSeesWhatIsBehindCollectedSlots() throws Exception {
        try (var leader = open(1);
                var follower = open(2)) {
            leader.takeOver(NOBODY_IS_WELL);
            leader.append(List.of(pointer("first")));
            assertThat(follower.awaitEnd(LONG)).isTrue();
            for (int snapshots = 0; snapshots < 3; snapshots++) {
                for (int i = 0; i < 3; i++) {
                    leader.append(List.of(pointer("key" + snapshots + i)));
                }
                leader.snapshot();
            }
            Thread.sleep(Duration.ofMillis(1_100));

            assertThat(follower.awaitEnd(LONG)).isTrue();
            assertThat(follower.image().pointer("key22")).isPresent();
        }
    }

    @Test
    void questionsShareALook() throws Exception {
        try (var leader = open(1);
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            leader.takeOver(NOBODY_IS_WELL);
            bucket.hold = new CountDownLatch(1);
            List<Future<Boolean>> answers = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                answers.add(threads.submit(() -> leader.awaitEnd(LONG)));
            }
            Thread.sleep(100);
            bucket.gets.set(0);
            bucket.hold.countDown();
            for (Future<Boolean> answer : answers) {
                assertThat(answer.get()).isTrue();
            }
            assertThat(bucket.gets).hasValueLessThan(10);
        }
    }

    @Test
    void silentBucketIsNoEnd() throws Exception {
        try (var leader = open(1);
                var follower = open(2)) {
            leader.takeOver(NOBODY_IS_WELL);
            bucket.away.set(true);

            assertThat(leader.awaitEnd(Duration.ofMillis(200))).isFalse();
            assertThat(follower.awaitEnd(Duration.ofMillis(200))).isFalse();
            bucket.away.set(false);
            assertThat(leader.awaitEnd(LONG)).isTrue();
            assertThat(follower.awaitEnd(LONG)).isTrue();
        }
    }

    @Test
    void closedLogHasNoEnd() throws Exception {
        BucketMetadataLog log = open(1);
        log.close();

        assertThat(log.awaitEnd(LONG)).isFalse();
    }

    /** Bucket that counts reads, holds them up, or does not answer. */
    private static final class Bucket extends ForwardingStore {

        private final AtomicBoolean away = new AtomicBoolean();
        private final AtomicInteger gets = new AtomicInteger();
        private volatile CountDownLatch hold = new CountDownLatch(0);

        Bucket() {
            super(new FaultyStore());
        }

        @Override
        public GetResult get(String key) {
            gets.incrementAndGet();
            try {
                hold.await();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            return away.get()
                    ? new GetResult.Unavailable(new StoreException("away", Retry.UNKNOWN, null))
                    : super.get(key);
        }
    }
}
