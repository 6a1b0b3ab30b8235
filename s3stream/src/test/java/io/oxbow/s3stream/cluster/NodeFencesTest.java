package io.oxbow.s3stream.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.oxbow.s3stream.image.CoreImage;
import io.oxbow.s3stream.image.CoreRecord;
import io.oxbow.s3stream.image.Membership;
import io.oxbow.s3stream.image.WalKind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Tests who is fenced by a leader that looks every half second. */
class NodeFencesTest {

    private static final Duration LOOK = Duration.ofMillis(500);

    private final HandClock clock = new HandClock();
    private final ThreeNodes log = new ThreeNodes();
    private final Contacts contacts = new Contacts(clock);
    private final List<Integer> givenAway = new ArrayList<>();
    private final Set<Integer> answering = new HashSet<>();
    private final NodeFences fences =
            new NodeFences(
                    new UUID(1, 1),
                    log,
                    node -> CompletableFuture.completedFuture(answering.contains(node.nodeId())),
                    contacts,
                    NodeFences.Patience.usual(),
                    givenAway::add,
                    clock.environment());

    /** Looks on for a time, in which the nodes of {@code alive} are heard. */
    private void lookFor(Duration time, long... alive) {
        for (Duration passed = Duration.ZERO;
                passed.compareTo(time) < 0;
                passed = passed.plus(LOOK)) {
            clock.now = clock.now.plus(LOOK);
            for (long epoch : alive) {
                contacts.heard(ThreeNodes.EPOCH, epoch, true);
            }
            fences.look();
        }
    }

    private List<Integer> fenced() {
        return log.image.nodes().stream()
                .filter(CoreImage.NodeState::fenced)
                .map(CoreImage.NodeState::nodeId)
                .toList();
    }

    @Test
    void nodesThatAreSilentForThePatienceAreFencedTogetherAndGivenAway() {
        lookFor(Duration.ofSeconds(3), 2, 3);
        lookFor(Duration.ofSeconds(8));
        assertThat(fenced()).isEmpty();

        lookFor(Duration.ofSeconds(2));

        assertThat(fenced()).containsExactly(2, 3);
        assertThat(givenAway).contains(2, 3);
        assertThat(log.appends).isEqualTo(1);
    }

    /** Others cannot read what it acked: its partitions wait for it. */
    @Test
    void nothingOfANodeWithALogOnItsDiskIsGivenAwayUntilItIsRecovered() {
        UUID disk = new UUID(7, 7);
        var member = new Membership("h:24", new UUID(2, 4), 1);
        log.apply(
                List.of(
                        new CoreRecord.RegisterNode(
                                4, new UUID(1, 4), WalKind.FILE, List.of(disk), "h:4", member)));
        lookFor(Duration.ofSeconds(29), 2, 3);
        assertThat(fenced()).isEmpty();

        lookFor(Duration.ofSeconds(10), 2, 3);

        assertThat(fenced()).containsExactly(4);
        assertThat(givenAway).isEmpty();
    }

    @Test
    void nodeThatIsHeardIsNotFenced() {
        lookFor(Duration.ofSeconds(20), 2);

        assertThat(fenced()).containsExactly(3);
    }

    /** It may not have heard yet who leads, when the bucket does not answer it. */
    @Test
    void silentNodeThatAnswersACallIsNotFenced() {
        answering.add(2);
        lookFor(Duration.ofSeconds(30));

        assertThat(fenced()).containsExactly(3);

        answering.clear();
        lookFor(Duration.ofSeconds(12));

        assertThat(fenced()).containsExactly(2, 3);
    }

    /** A member's question may lie in the bucket since before it stood still. */
    @Test
    void processThatStoodStillExpectsQuestionsForATime() {
        lookFor(Duration.ofSeconds(15), 2, 3);
        assertThat(log.questionsExpected).isFalse();

        clock.now = clock.now.plusSeconds(5);
        lookFor(Duration.ofSeconds(5), 2, 3);
        assertThat(log.questionsExpected).isTrue();
        lookFor(Duration.ofSeconds(10), 2, 3);
        assertThat(log.questionsExpected).isFalse();
    }

    @Test
    void processThatStoodStillInTheMiddleOfALookFencesNobody() {
        lookFor(Duration.ofSeconds(3), 2, 3);
        log.whenImageIsRead = () -> clock.now = clock.now.plusSeconds(60);

        clock.now = clock.now.plus(LOOK);
        fences.look();
        log.whenImageIsRead = () -> {};
        lookFor(Duration.ofSeconds(8));

        assertThat(fenced()).isEmpty();
        assertThat(log.appends).isZero();
    }

    @Test
    void fencesAreOfTheLeadershipThatHasCounted() {
        lookFor(Duration.ofSeconds(12));

        assertThat(log.appendedAt).isEqualTo(ThreeNodes.EPOCH);
    }
}
