package io.oxbow.s3stream.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.oxbow.s3stream.env.Clock;
import io.oxbow.s3stream.env.Environment;
import io.oxbow.s3stream.image.ApplyResult;
import io.oxbow.s3stream.image.CoreImage;
import io.oxbow.s3stream.image.CoreRecord;
import io.oxbow.s3stream.image.Membership;
import io.oxbow.s3stream.image.MetadataImage;
import io.oxbow.s3stream.image.WalKind;
import io.oxbow.s3stream.log.ApplicationLog;
import io.oxbow.s3stream.log.FollowedLog;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.Test;

/** Tests who is fenced by a leader that looks every half second. */
class NodeFencesTest {

    private static final int EPOCH = 4;
    private static final Duration LOOK = Duration.ofMillis(500);

    private final HandClock clock = new HandClock();
    private final Log log = new Log();
    private final Contacts contacts = new Contacts(clock);
    private final List<Integer> givenAway = new ArrayList<>();
    private final NodeFences fences =
            new NodeFences(
                    1,
                    log,
                    contacts,
                    NodeFences.Patience.usual(),
                    givenAway::add,
                    new Environment(
                            clock,
                            Thread.ofVirtual().factory(),
                            Thread.ofVirtual().factory(),
                            new java.util.Random(1)));

    /** Looks on for a time, in which the nodes of {@code alive} are heard. */
    private void lookFor(Duration time, long... alive) {
        for (Duration passed = Duration.ZERO;
                passed.compareTo(time) < 0;
                passed = passed.plus(LOOK)) {
            clock.now = clock.now.plus(LOOK);
            for (long epoch : alive) {
                contacts.heard(EPOCH, epoch, true);
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

    @Test
    void nodeThatIsHeardIsNotFenced() {
        lookFor(Duration.ofSeconds(20), 2);

        assertThat(fenced()).containsExactly(3);
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

        assertThat(log.appendedAt).isEqualTo(EPOCH);
    }

    /** Log that this process leads, with three nodes whose epochs are their ids. */
    private static final class Log implements FollowedLog {

        private final MetadataImage image = new MetadataImage();
        private Runnable whenImageIsRead = () -> {};
        private long slot;
        private int appends;
        private int appendedAt = -1;

        Log() {
            for (int id = 1; id <= 3; id++) {
                apply(
                        List.of(
                                new CoreRecord.RegisterNode(
                                        id,
                                        new UUID(1, id),
                                        WalKind.OBJECT,
                                        List.of(),
                                        "h:1",
                                        new Membership("h:2", new UUID(2, id), 1))));
            }
        }

        private List<ApplyResult> apply(List<CoreRecord> records) {
            return image.apply(++slot, slot * 1_000, records);
        }

        @Override
        public List<ApplyResult> appendAt(int leaderEpoch, List<CoreRecord> records) {
            appends++;
            appendedAt = leaderEpoch;
            return apply(records);
        }

        @Override
        public CoreImage image() {
            whenImageIsRead.run();
            return image;
        }

        @Override
        public Leadership leadership() {
            return new Leadership(EPOCH, 1, new UUID(1, 1), true, slot);
        }

        @Override
        public void expectQuestions(boolean expected) {}

        @Override
        public boolean awaitApplied(long wanted, Duration limit) {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean awaitEnd(Duration limit) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void onLeader(IntConsumer watcher) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Duration bucketSilence() {
            throw new UnsupportedOperationException();
        }

        @Override
        public void join() {
            throw new UnsupportedOperationException();
        }

        @Override
        public UUID clusterId() {
            throw new UnsupportedOperationException();
        }

        @Override
        public List<ApplyResult> append(List<CoreRecord> records) {
            throw new UnsupportedOperationException();
        }

        @Override
        public ApplicationLog application() {
            throw new UnsupportedOperationException();
        }

        @Override
        public Leadership takeOver(LeaderCheck check) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void snapshot() {
            throw new UnsupportedOperationException();
        }

        @Override
        public void close() {}
    }

    /** Clock that is set by hand. */
    private static final class HandClock implements Clock {
        private Duration now = Duration.ofSeconds(1_000);

        @Override
        public long wallMillis() {
            return now.toMillis();
        }

        @Override
        public long nanoTime() {
            return now.toNanos();
        }

        @Override
        public Cancellable after(Duration delay, Runnable action) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void sleep(Duration duration) {
            throw new UnsupportedOperationException();
        }
    }
}
