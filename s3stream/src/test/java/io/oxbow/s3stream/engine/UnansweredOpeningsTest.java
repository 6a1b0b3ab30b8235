package io.oxbow.s3stream.engine;

import static io.oxbow.s3stream.engine.TestNode.put;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.oxbow.s3stream.S3StreamException;
import io.oxbow.s3stream.StreamName;
import io.oxbow.s3stream.commit.Commands;
import io.oxbow.s3stream.commit.Registration;
import io.oxbow.s3stream.config.StreamStoreConfig;
import io.oxbow.s3stream.env.Patience;
import io.oxbow.s3stream.image.CoreImage;
import io.oxbow.s3stream.image.CoreRecord;
import io.oxbow.s3stream.log.LogAppendException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Tests that a stream whose opening got no answer does not stay this node's for ever. */
class UnansweredOpeningsTest {

    private static final StreamName NAME = TestNode.NAME;
    private static final Duration NEVER = Duration.ofDays(1);

    private final TestNode.World world = new TestNode.World();

    private TestNode start(int nodeId, Duration looks) {
        var identity = new StreamStoreConfig.Identity(nodeId, new UUID(0, 0), "n:1", Set.of());
        return TestNode.start(
                world,
                new TestDisk(),
                TestNode.config()
                        .with(identity)
                        .with(new StreamStoreConfig.Maintenance(looks, NEVER, Duration.ZERO)));
    }

    private static void openWithoutAnswer(TestNode node) {
        assertThatThrownBy(node::stream)
                .isInstanceOfSatisfying(
                        LogAppendException.class,
                        e -> assertThat(e.retry()).isEqualTo(S3StreamException.Retry.UNKNOWN));
    }

    private long ownerOf(StreamName name) {
        return world.cluster.image.stream(name)
                .map(CoreImage.StreamState::ownerNodeEpoch)
                .orElse(0L);
    }

    @Test
    void closingGivesAwayWhatWasOpenedWithoutAnAnswer() {
        try (var one = start(1, NEVER);
                var two = start(2, NEVER)) {
            one.log.leaveUnanswered(1);
            openWithoutAnswer(one);
            assertThat(ownerOf(NAME)).isEqualTo(one.streams.nodeEpoch());
            one.streams.close(Set.of(NAME));
            put(two.stream(), 1, "two's");
            assertThat(ownerOf(NAME)).isEqualTo(two.streams.nodeEpoch());
        }
    }

    @Test
    void openingThatIsAppliedAfterTheClosingIsClosedAgain() {
        try (var one = start(1, Duration.ofMillis(5));
                var two = start(2, NEVER)) {
            one.log.lose(1);
            openWithoutAnswer(one);
            one.streams.close(Set.of(NAME));
            two.stream();
            two.streams.close(Set.of(NAME));
            applyLate(one);
            TestNode.await("the late opening is closed", () -> ownerOf(NAME) == 0);
            two.stream();
        }
    }

    private void applyLate(TestNode node) {
        world.cluster.apply(
                List.of(new CoreRecord.OpenStreams(1, node.streams.nodeEpoch(), List.of(NAME))));
    }

    @Test
    void openingThatIsAskedForAgainStaysOpen() {
        try (var one = start(1, Duration.ofMillis(1))) {
            one.log.leaveUnanswered(1);
            openWithoutAnswer(one);
            for (int i = 0; i < 200; i++) {
                put(one.stream(), 1, "still mine");
            }
            assertThat(ownerOf(NAME)).isEqualTo(one.streams.nodeEpoch());
        }
    }

    @Test
    void closingThatIsAppliedLateDoesNotReachTheNextOpening() {
        try (var one = start(1, NEVER)) {
            one.log.leaveUnanswered(1);
            openWithoutAnswer(one);
            CoreImage.StreamState row = world.cluster.image.stream(NAME).orElseThrow();
            one.log.lose(1);
            assertThatThrownBy(() -> one.streams.close(Set.of(NAME)))
                    .isInstanceOf(LogAppendException.class);
            put(one.stream(), 1, "acked");
            var late = List.of(new CoreRecord.Opening(row.streamId(), row.epoch()));
            world.cluster.apply(
                    List.of(new CoreRecord.CloseStreams(1, one.streams.nodeEpoch(), late)));
            assertThat(ownerOf(NAME)).isEqualTo(one.streams.nodeEpoch());
        }
    }

    /** The next leader's image holds all that the one before has applied. */
    @Test
    void whatNoLeaderCanApplyAnyMoreIsForgotten() {
        try (var one = start(1, NEVER)) {
            var openings =
                    new UnansweredOpenings(
                            new Registration(1, one.streams.nodeEpoch()),
                            commands(one),
                            new BusyNames(),
                            name -> 0);
            openings.add(Set.of(NAME));
            openings.settle();
            applyLate(one);
            openings.settle();
            assertThat(ownerOf(NAME)).as("closed at the same leadership").isZero();
            world.cluster.leaderEpoch++;
            openings.settle();
            applyLate(one);
            openings.settle();
            assertThat(ownerOf(NAME)).as("not looked at any more").isNotZero();
        }
    }

    private static Commands commands(TestNode node) {
        return new Commands(node.log, new Patience(TestNode.environment(), () -> false));
    }
}
