package io.oxbow.s3stream.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.oxbow.s3stream.S3StreamException.Retry;
import io.oxbow.s3stream.env.Environment;
import io.oxbow.s3stream.image.ApplyResult;
import io.oxbow.s3stream.image.CoreRecord;
import io.oxbow.s3stream.log.BucketMetadataLog;
import io.oxbow.s3stream.log.FollowedLog;
import io.oxbow.s3stream.log.LogAppendException;
import io.oxbow.s3stream.log.LogConfig;
import io.oxbow.s3stream.log.MetadataLog;
import io.oxbow.s3stream.testkit.InMemoryObjectStore;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests appends that go to the leader, by a follower and two that lead in turn. */
@Timeout(60)
class ForwardedLogTest {

    private static final List<CoreRecord> RECORDS =
            List.of(new CoreRecord.PutPointer("key", 0, new byte[] {1}));

    private final InMemoryObjectStore bucket = new InMemoryObjectStore();
    private final BucketMetadataLog leader = open(1);
    private final BucketMetadataLog rival = open(2);
    private final BucketMetadataLog follower = open(3);

    private BucketMetadataLog open(int nodeId) {
        return BucketMetadataLog.open(
                bucket, LogConfig.of(nodeId, new UUID(0, nodeId)), Environment.system());
    }

    /** Link whose leader answers by {@code answer}. */
    private record Link(CompletableFuture<AppendAnswer> answer, CountDownLatch sent)
            implements LeaderLink {

        Link(CompletableFuture<AppendAnswer> answer) {
            this(answer, new CountDownLatch(1));
        }

        @Override
        public CompletableFuture<AppendAnswer> append(
                MetadataLog.Leadership leader, List<CoreRecord> records) {
            sent.countDown();
            return answer;
        }

        @Override
        public Contact contact(MetadataLog.Leadership leader, long nodeEpoch, boolean answered) {
            return Contact.of(Sign.SILENT);
        }
    }

    @BeforeEach
    void lead() throws Exception {
        lead(leader);
    }

    private void lead(FollowedLog log) throws InterruptedException {
        MetadataLog.Leadership leadership = log.takeOver(other -> MetadataLog.LeaderSign.ENDED);
        assertThat(follower.awaitApplied(leadership.slot(), Duration.ofMinutes(1))).isTrue();
    }

    @AfterEach
    void close() {
        follower.close();
        rival.close();
        leader.close();
    }

    private AppendAnswer served(MetadataLog.Leadership meant) {
        return new AppendService(new UUID(0, 1), leader)
                .append(new UUID(0, 1), meant.leaderEpoch(), RECORDS);
    }

    private static void assertFails(MetadataLog log, Retry retry) {
        assertThatThrownBy(() -> log.append(RECORDS))
                .isInstanceOfSatisfying(
                        LogAppendException.class, e -> assertThat(e.retry()).isEqualTo(retry));
    }

    @Test
    void whatTheLeaderHasAppendedIsAppliedHereWithItsAnswer() {
        AppendAnswer answer = served(leader.leadership());
        var log = new ForwardedLog(follower, new Link(CompletableFuture.completedFuture(answer)));

        assertThat(log.append(RECORDS)).containsExactly(new ApplyResult.PointerSet(1));
        assertThat(log.image().pointers("").keySet()).containsExactly("key");
    }

    @Test
    void processThatLeadsNoMoreAppendsNothing() throws Exception {
        MetadataLog.Leadership before = leader.leadership();
        lead(rival);
        leader.awaitApplied(rival.leadership().slot(), Duration.ofMinutes(1));
        AppendAnswer answer = served(before);
        var log = new ForwardedLog(follower, new Link(CompletableFuture.completedFuture(answer)));

        assertFails(log, Retry.RETRYABLE);
        assertThat(rival.append(RECORDS)).containsExactly(new ApplyResult.PointerSet(1));
    }

    /** Its caller may have done and undone by another leader what it asked for. */
    @Test
    void callThatArrivesAtALaterLeadershipOfTheSameProcessIsNotMade() throws Exception {
        MetadataLog.Leadership before = leader.leadership();
        lead(rival);
        leader.awaitApplied(rival.leadership().slot(), Duration.ofMinutes(1));
        lead(leader);

        assertThat(served(before)).isInstanceOf(AppendAnswer.NotMade.class);
        assertThat(served(leader.leadership())).isInstanceOf(AppendAnswer.Done.class);
    }

    /** Time-outs of the network are longer than a succession. */
    @Test
    void appendToALeaderThatIsSucceededIsUnknownAtOnce() throws Exception {
        var link = new Link(new CompletableFuture<>());
        var log = new ForwardedLog(follower, link);
        var appended = new CompletableFuture<Void>();
        Thread.ofVirtual()
                .start(() -> {
                    try {
                        assertFails(log, Retry.UNKNOWN);
                        appended.complete(null);
                    } catch (Throwable e) {
                        appended.completeExceptionally(e);
                    }
                });
        link.sent().await();
        assertThat(appended.isDone()).isFalse();

        lead(rival);

        appended.join();
    }

    @Test
    void appendToALeaderWhoWasSucceededBeforeItLeftIsUnknownAtOnce() throws Exception {
        MetadataLog.Leadership before = follower.leadership();
        lead(rival);

        assertThat(
                        new LeaderCalls(follower)
                                .await(before.leaderEpoch(), new CompletableFuture<AppendAnswer>()))
                .isEmpty();
    }
}
