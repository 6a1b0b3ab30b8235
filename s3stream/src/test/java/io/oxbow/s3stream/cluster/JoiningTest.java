package io.oxbow.s3stream.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.oxbow.s3stream.S3StreamException;
import io.oxbow.s3stream.image.CoreRecord;
import io.oxbow.s3stream.image.Membership;
import io.oxbow.s3stream.image.WalKind;
import io.oxbow.s3stream.log.MetadataLog;
import io.oxbow.s3stream.log.MetadataLog.LeaderSign;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tests whom a process follows, what it waits for, and what makes it end, as it starts. */
class JoiningTest {

    private static final Runnable STARTABLE = () -> {};

    private final HandClock clock = new HandClock();
    private final ThreeNodes log = new ThreeNodes();
    private LeaderSign sign = LeaderSign.WELL;
    private int calls;
    private int answersAt = 1;
    private final Joining joining =
            new Joining(
                    log,
                    "the bucket",
                    leader -> sign,
                    node -> CompletableFuture.completedFuture(++calls >= answersAt),
                    endpoint -> endpoint.startsWith("127."),
                    clock.environment().clock());

    @BeforeEach
    void anotherLeads() {
        log.leadership = log.ledBy(2, false);
        log.refusesWell = true;
    }

    @Test
    void leaderThatIsWellAndAnswersIsFollowed() {
        joining.join(STARTABLE);

        assertThat(log.joined).isTrue();
        assertThat(log.leadership.here()).isFalse();
    }

    @Test
    void leaderThatDoesNotLiveIsSucceeded() {
        sign = LeaderSign.ENDED;

        joining.join(STARTABLE);

        assertThat(log.leadership.here()).isTrue();
        assertThat(log.questionsExpected).isTrue();
        assertThat(calls).isZero();
    }

    /** Another process may have been started on the same empty bucket a moment ago. */
    @Test
    void leaderThatHasNotRegisteredIsWaitedFor() {
        log.leadership = led(9, new UUID(1, 9));
        clock.whenSlept = () -> register(9, new Membership("h:29", new UUID(2, 9), 1));

        joining.join(STARTABLE);

        assertThat(log.joined).isTrue();
        assertThat(calls).isOne();
    }

    @Test
    void leaderThatNeverRegistersIsAskedAgain() {
        log.leadership = led(9, new UUID(1, 9));
        clock.whenSlept =
                () -> {
                    if (clock.now.compareTo(Duration.ofSeconds(1_060)) > 0) {
                        sign = LeaderSign.SILENT;
                    }
                };

        joining.join(STARTABLE);

        assertThat(log.takeovers).isGreaterThan(2);
        assertThat(log.leadership.here()).isTrue();
    }

    @Test
    void leaderThatChangesMeanwhileIsSucceededOrFollowed() {
        answersAt = 5;
        clock.whenSlept = () -> log.leadership = led(3, new UUID(1, 3));

        joining.join(STARTABLE);

        assertThat(log.takeovers).isEqualTo(2);
        assertThat(log.joined).isTrue();
    }

    /** A call takes a second at most, and the first ones of a process are slow. */
    @Test
    void leaderThatIsSlowToAnswerIsWaitedFor() {
        Duration began = clock.now;
        clock.whenSlept =
                () -> answersAt = clock.now.minus(began).toSeconds() < 20 ? Integer.MAX_VALUE : 0;
        answersAt = Integer.MAX_VALUE;

        joining.join(STARTABLE);

        assertThat(log.joined).isTrue();
    }

    @Test
    void leaderThatIsCalledInVainIsAReasonToEnd() {
        answersAt = Integer.MAX_VALUE;

        assertThatThrownBy(() -> joining.join(STARTABLE))
                .isInstanceOf(S3StreamException.class)
                .hasMessageContaining("node 2 leads the bucket and is well")
                .hasMessageContaining("at h:22, which this machine cannot");
        assertThat(log.joined).isFalse();
        assertThat(log.appends).isZero();
    }

    @Test
    void addressOnLoopbackIsTheReasonThatIsNamed() {
        register(2, new Membership("127.0.0.1:7", new UUID(2, 2), 2));
        log.leadership = led(2, new UUID(3, 2));
        answersAt = Integer.MAX_VALUE;

        assertThatThrownBy(() -> joining.join(STARTABLE))
                .hasMessageContaining("127.0.0.1:7, which only its own machine can")
                .hasMessageContaining("oxbow.rpc.listener")
                .hasMessageContaining("'rpc' in oxbow.insecure.listeners");
    }

    @Test
    void leaderOfAVersionWithoutClustersIsAReasonToEnd() {
        register(8, Membership.ALONE);
        log.leadership = led(8, new UUID(3, 8));

        assertThatThrownBy(() -> joining.join(STARTABLE))
                .hasMessageContaining("shares its bucket with no other node");
        assertThat(calls).isZero();
    }

    @Test
    void processThatCannotStartTakesNothingOver() {
        sign = LeaderSign.SILENT;

        assertThatThrownBy(() -> joining.join(JoiningTest::refuse)).hasMessageContaining("lost");
        assertThat(log.takeovers).isZero();
    }

    /** The holder of its id may be well, which the registration says better. */
    @Test
    void processThatCannotStartHearsALeaderFirst() {
        joining.join(JoiningTest::refuse);

        assertThat(log.joined).isTrue();
    }

    private static void refuse() {
        throw new S3StreamException("lost", S3StreamException.Retry.FATAL, null);
    }

    private MetadataLog.Leadership led(int nodeId, UUID incarnation) {
        return new MetadataLog.Leadership(ThreeNodes.EPOCH + 1, nodeId, incarnation, false, 9);
    }

    private void register(int nodeId, Membership membership) {
        long high = nodeId == 9 ? 1 : 3;
        log.apply(
                List.of(
                        new CoreRecord.RegisterNode(
                                nodeId,
                                new UUID(high, nodeId),
                                WalKind.OBJECT,
                                List.of(),
                                "h:" + nodeId,
                                membership)));
    }
}
