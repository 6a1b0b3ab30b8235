package io.oxbow.s3stream.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.oxbow.s3stream.image.CoreRecord;
import io.oxbow.s3stream.log.MetadataLog;
import io.oxbow.s3stream.peer.AppendAnswer;
import io.oxbow.s3stream.peer.LeaderLink;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Tests when a member takes the log of a leader over that does not answer as it should. */
class SuccessionTest {

    private static final Duration LOOK = Duration.ofMillis(500);

    private final HandClock clock = new HandClock();
    private final ThreeNodes log = new ThreeNodes();
    private final Contacts contacts = new Contacts(clock);
    private final Leader leader = new Leader();
    private final Succession succession =
            new Succession(
                    log, leader, ended -> false, contacts, 1, new UUID(1, 1), clock.environment());

    SuccessionTest() {
        log.leadership = log.ledBy(2, false);
    }

    private void look(LeaderLink.Sign... signs) {
        for (LeaderLink.Sign sign : signs) {
            clock.now = clock.now.plus(LOOK);
            leader.sign = sign;
            succession.look();
        }
    }

    @Test
    void leaderThatWasWellAndRefusesHasEnded() {
        look(LeaderLink.Sign.WELL);
        look(LeaderLink.Sign.REFUSED, LeaderLink.Sign.REFUSED);
        assertThat(log.takeovers).isZero();
        look(LeaderLink.Sign.REFUSED);

        assertThat(log.takeovers).isEqualTo(1);
        assertThat(log.found).isEqualTo(MetadataLog.LeaderSign.ENDED);
    }

    /** Its address may be this machine's own, or behind a firewall that refuses. */
    @Test
    void leaderThatWasNeverReachedIsAskedInTheBucketBeforeAnyTakeover() {
        for (int i = 0; i < 5; i++) {
            look(LeaderLink.Sign.REFUSED);
        }

        assertThat(log.takeovers).isEqualTo(1);
        assertThat(log.found).isEqualTo(MetadataLog.LeaderSign.MISSED);
    }

    @Test
    void leaderThatAnsweredThatItIsNotWellIsSilentOnlySinceThatAnswer() {
        look(LeaderLink.Sign.WELL);
        look(
                LeaderLink.Sign.NOT_WELL,
                LeaderLink.Sign.NOT_WELL,
                LeaderLink.Sign.NOT_WELL,
                LeaderLink.Sign.NOT_WELL);

        assertThat(log.takeovers).isEqualTo(1);
        assertThat(contacts.silence(ThreeNodes.EPOCH + 1, 2)).isEqualTo(Duration.ZERO);
    }

    /** Leader with one answer to each contact. */
    private static final class Leader implements LeaderLink {

        private Sign sign = Sign.WELL;

        @Override
        public CompletableFuture<AppendAnswer> append(
                MetadataLog.Leadership leader, List<CoreRecord> records) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Contact contact(MetadataLog.Leadership leader, long nodeEpoch, boolean answered) {
            return Contact.of(sign);
        }
    }
}
