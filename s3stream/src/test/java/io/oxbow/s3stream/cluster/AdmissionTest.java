package io.oxbow.s3stream.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.oxbow.s3stream.S3StreamException;
import io.oxbow.s3stream.image.CoreImage;
import io.oxbow.s3stream.image.CoreRecord;
import io.oxbow.s3stream.image.Membership;
import io.oxbow.s3stream.image.WalKind;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Tests what a process waits for, and what refuses it, before it registers. */
class AdmissionTest {

    private static final Membership STRANGER = new Membership("h:9", new UUID(9, 9), 1);

    private final HandClock clock = new HandClock();
    private final ThreeNodes log = new ThreeNodes();
    private boolean answers;
    private final Admission admission =
            new Admission(
                    log,
                    node -> CompletableFuture.completedFuture(answers),
                    endpoint -> endpoint.startsWith("127."),
                    NodeFences.Patience.usual(),
                    clock.environment());

    private boolean isFenced(int nodeId) {
        return log.image.node(nodeId).map(CoreImage.NodeState::fenced).orElseThrow();
    }

    /** A sole node that has lost its data directory: nobody else could fence what it was. */
    @Test
    void leaderFencesTheSilentHolderOfItsNumberAfterItsPatience() throws Exception {
        log.leadership = log.ledBy(7, true);
        Duration began = clock.now;

        admission.await(2, STRANGER);

        assertThat(isFenced(2)).isTrue();
        assertThat(clock.now.minus(began)).isGreaterThan(Duration.ofSeconds(9));
        assertThat(log.appendedAt).isEqualTo(ThreeNodes.EPOCH);
    }

    @Test
    void holderThatAnswersKeepsItsNumber() {
        answers = true;

        assertThatThrownBy(() -> admission.await(2, STRANGER))
                .isInstanceOf(S3StreamException.class)
                .hasMessageContaining("node id 2 is held by node 2 at h:2, which answers");
        assertThat(isFenced(2)).isFalse();
    }

    @Test
    void followerFencesNobody() {
        log.leadership = log.ledBy(1, false);

        assertThatThrownBy(() -> admission.await(2, STRANGER))
                .isInstanceOf(S3StreamException.class)
                .hasMessageContaining("which is not fenced yet");
        assertThat(isFenced(2)).isFalse();
    }

    @Test
    void processOfTheSameDirectoryDoesNotWait() throws Exception {
        Duration began = clock.now;
        admission.await(2, new Membership("h:9", new UUID(2, 2), 2));
        admission.await(8, STRANGER);

        assertThat(clock.now).isEqualTo(began);
    }

    @Test
    void addressesOfAnotherNodeAreRefusedByTheirKeys() {
        answers = true;
        admit(8, new Membership("h:9", new UUID(9, 9), 1, List.of("kafka-2:9092")));

        assertThatThrownBy(() ->
                        admission.await(
                                9,
                                new Membership(
                                        "h:10", new UUID(9, 10), 1, List.of("kafka-2:9092"))))
                .hasMessageContaining("kafka-2:9092 (advertised.listeners")
                .hasMessageContaining("node 8");
        assertThatThrownBy(() -> admission.await(9, new Membership("h:9", new UUID(9, 10), 1)))
                .hasMessageContaining("h:9 (oxbow.rpc.listener)");
    }

    /** Its process ended, and a new one without its directory has its ports. */
    @Test
    void addressOfADeadNodeIsWaitedFor() throws Exception {
        log.leadership = log.ledBy(9, true);

        admission.await(9, new Membership("h:22", new UUID(9, 9), 1));

        assertThat(isFenced(2)).isTrue();
    }

    @Test
    void loopbackIsRefusedBesideNodesThatAnswerAndAreElsewhere() throws Exception {
        var own = new Membership("127.0.0.1:5", new UUID(9, 9), 1, List.of("127.0.0.1:9092"));
        admission.await(9, own);
        answers = true;

        assertThatThrownBy(() -> admission.await(9, own))
                .hasMessageContaining("127.0.0.1:5")
                .hasMessageContaining("advertised.listeners")
                .hasMessageContaining("oxbow.rpc.listener");
    }

    @Test
    void removedIdIsRefused() {
        log.apply(List.of(new CoreRecord.FenceNode(3, 3)));
        log.apply(List.of(new CoreRecord.CompleteRecovery(3, 3, 3, false)));
        log.apply(List.of(new CoreRecord.RemoveNode(3)));

        assertThatThrownBy(() -> admission.await(3, STRANGER))
                .hasMessageContaining("node id 3 was removed")
                .hasMessageContaining("above 3");
    }

    private void admit(int nodeId, Membership membership) {
        log.apply(
                List.of(
                        new CoreRecord.RegisterNode(
                                nodeId,
                                new UUID(1, nodeId),
                                WalKind.OBJECT,
                                List.of(),
                                "h:" + nodeId,
                                membership)));
    }
}
