package io.oxbow.s3stream.log;

import static io.oxbow.s3stream.log.LogFixture.NOBODY_IS_WELL;
import static io.oxbow.s3stream.log.LogFixture.pointer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.oxbow.s3stream.S3StreamException.Retry;
import io.oxbow.s3stream.env.Environment;
import io.oxbow.s3stream.log.MetadataLog.LeaderSign;
import io.oxbow.s3stream.store.StoreException;
import io.oxbow.s3stream.testkit.ForwardingStore;
import io.oxbow.s3stream.testkit.InMemoryObjectStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests slots that reach a follower without the bucket. */
@Timeout(60)
class PushTest {

    private static final Duration LONG = Duration.ofMinutes(1);

    private final InMemoryObjectStore bucket = new InMemoryObjectStore();
    private final AtomicBoolean away = new AtomicBoolean();
    private final AtomicInteger asked = new AtomicInteger();

    /** Bucket of the follower, which may not answer. */
    private final ForwardingStore distant =
            new ForwardingStore(bucket) {
                @Override
                public GetResult get(String key) {
                    asked.incrementAndGet();
                    return away.get() ? new GetResult.Unavailable(silence()) : super.get(key);
                }

                @Override
                public ListResult list(String prefix, String after, int limit) {
                    asked.incrementAndGet();
                    return away.get()
                            ? new ListResult.Unavailable(silence())
                            : super.list(prefix, after, limit);
                }
            };

    private static StoreException silence() {
        return new StoreException("away", Retry.UNKNOWN, null);
    }

    private BucketMetadataLog leader() {
        var log = BucketMetadataLog.open(bucket, LogFixture.config(1), Environment.system());
        log.takeOver(NOBODY_IS_WELL);
        return log;
    }

    private BucketMetadataLog follower() {
        return BucketMetadataLog.open(distant, LogFixture.config(2), Environment.system());
    }

    private static List<byte[]> slots(MetadataLog from, long first) {
        return ((FollowedLog) from).recent(first, 1 << 20);
    }

    private static List<Long> versions(MetadataLog log) {
        return log.image().pointers("").values().stream().map(each -> each.version()).toList();
    }

    @Test
    void pushedSlotsAreAppliedWithoutTheBucket() throws Exception {
        try (var leader = leader();
                var follower = follower()) {
            follower.awaitApplied(leader.leadership().slot(), LONG);
            away.set(true);
            leader.append(List.of(pointer("one")));
            leader.append(List.of(pointer("two")));

            long end = leader.leadership().slot();
            assertThat(follower.push(slots(leader, end - 1), LONG)).isEqualTo(end);
            assertThat(follower.image().pointers("").keySet()).containsExactly("one", "two");
        }
    }

    @Test
    void slotsThatComeTwiceOrLateOrInAnotherOrderChangeNothing() throws Exception {
        try (var leader = leader();
                var follower = follower()) {
            follower.awaitApplied(leader.leadership().slot(), LONG);
            away.set(true);
            for (String key : List.of("one", "two", "three")) {
                leader.append(List.of(pointer(key)));
            }
            long end = leader.leadership().slot();
            var all = new ArrayList<>(slots(leader, end - 2));
            // The third alone has to wait for those before it.
            assertThat(follower.push(all.subList(2, 3), Duration.ZERO)).isEqualTo(end - 3);
            assertThat(follower.push(all.subList(0, 2), LONG)).isEqualTo(end - 1);
            assertThat(follower.push(all, LONG)).isEqualTo(end);
            assertThat(follower.push(all.subList(0, 1), LONG)).isEqualTo(end);
            assertThat(versions(follower)).hasSize(3).isEqualTo(versions(leader));
        }
    }

    @Test
    void slotsOfAnotherClusterAndDamagedOnesAreNotTaken() throws Exception {
        var elsewhere = new InMemoryObjectStore();
        try (var leader = leader();
                var follower = follower();
                var stranger =
                        BucketMetadataLog.open(
                                elsewhere, LogFixture.config(1), Environment.system())) {
            long end = leader.leadership().slot();
            follower.awaitApplied(end, LONG);
            stranger.takeOver(NOBODY_IS_WELL);
            while (stranger.leadership().slot() <= end) {
                stranger.append(List.of(pointer("stranger")));
            }
            follower.push(slots(stranger, end + 1), Duration.ZERO);
            follower.push(List.of(new byte[] {1, 2, 3}), Duration.ZERO);

            leader.append(List.of(pointer("own")));
            assertThat(follower.awaitApplied(end + 1, LONG)).isTrue();
            assertThat(follower.image().pointers("").keySet()).containsExactly("own");
        }
    }

    @Test
    void leaderIsKnownByItsPushThoughTheBucketDoesNotAnswer() throws Exception {
        try (var former = leader();
                var next =
                        BucketMetadataLog.open(bucket, LogFixture.config(3), Environment.system());
                var follower = follower()) {
            follower.awaitApplied(former.leadership().slot(), LONG);
            away.set(true);
            // It asks the bucket for the leader, and gets no answer.
            var takeover =
                    CompletableFuture.runAsync(() ->
                            follower.takeOver(seen ->
                                    seen.nodeId() == 3 ? LeaderSign.WELL : LeaderSign.SILENT));
            int before = asked.get();
            LogFixture.until(() -> asked.get() > before);
            next.takeOver(NOBODY_IS_WELL);
            long end = next.leadership().slot();

            assertThat(follower.push(slots(next, end), LONG)).isEqualTo(end);
            assertThat(follower.leadership().nodeId()).isEqualTo(3);
            away.set(false);
            assertThatThrownBy(takeover::join).hasCauseInstanceOf(LeaderAliveException.class);
        }
    }

    @Test
    void idleLeaderIsDeposedByItsSuccessorsPush() throws Exception {
        try (var former = follower();
                var next =
                        BucketMetadataLog.open(
                                bucket, LogFixture.config(3), Environment.system())) {
            former.takeOver(NOBODY_IS_WELL);
            away.set(true);
            next.takeOver(NOBODY_IS_WELL);
            long end = next.leadership().slot();

            assertThat(former.push(slots(next, end), LONG)).isEqualTo(end);
            assertThat(former.leadership().here()).isFalse();
            assertThat(former.leadership().nodeId()).isEqualTo(3);
        }
    }

    @Test
    void slotThatIsToldTwiceAndWasNotPushedIsRead() throws Exception {
        try (var leader = leader();
                var follower =
                        BucketMetadataLog.open(
                                distant, LogConfig.of(2, new UUID(0, 2)), Environment.system())) {
            long end = leader.leadership().slot();
            follower.awaitApplied(end, LONG);
            int epoch = leader.leadership().leaderEpoch();
            leader.append(List.of(pointer("two")));
            follower.leaderIsAt(epoch, end + 1);
            follower.leaderIsAt(epoch, end + 1);
            assertThat(follower.awaitApplied(end + 1, LONG)).isTrue();
        }
    }
}
