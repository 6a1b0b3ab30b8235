package io.oxbow.s3stream.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Tests from when silence counts. */
class ContactsTest {

    private static final long NODE = 17;

    private final HandClock clock = new HandClock();
    private final Contacts contacts = new Contacts(clock);

    @Test
    void silenceOfAnEpochThatWasNeverHeardBeginsWhenItIsAskedFor() {
        clock.now = Duration.ofSeconds(1_000);

        assertThat(contacts.silence(1, NODE)).isEqualTo(Duration.ZERO);
        clock.now = clock.now.plusSeconds(7);
        assertThat(contacts.silence(1, NODE)).isEqualTo(Duration.ofSeconds(7));
    }

    @Test
    void contactEndsSilence() {
        contacts.silence(1, NODE);
        clock.now = Duration.ofSeconds(7);
        contacts.heard(1, NODE, true);
        clock.now = Duration.ofSeconds(9);

        assertThat(contacts.silence(1, NODE)).isEqualTo(Duration.ofSeconds(2));
    }

    @Test
    void epochIsMissedWhenOverdueOrUnanswered() {
        contacts.heard(1, NODE, true);
        assertThat(contacts.misses(1, NODE)).isFalse();
        contacts.heard(1, NODE, false);
        assertThat(contacts.misses(1, NODE)).isTrue();
        contacts.heard(1, NODE, true);
        assertThat(contacts.misses(1, NODE)).isFalse();
        clock.now = clock.now.plusSeconds(2);
        assertThat(contacts.misses(1, NODE)).isTrue();
    }

    @Test
    void lostAnswersOfAnEarlierLeadershipAreForgotten() {
        contacts.heard(1, NODE, false);

        assertThat(contacts.misses(2, NODE)).isFalse();
    }

    @Test
    void whatAnEarlierLeadershipHeardDoesNotCountInALaterOne() {
        contacts.heard(1, NODE, true);
        clock.now = Duration.ofSeconds(60);

        assertThat(contacts.silence(3, NODE)).isEqualTo(Duration.ZERO);
    }

    @Test
    void formerLeaderIsSilentSinceThisProcessHeardItLast() {
        clock.now = Duration.ofSeconds(60);
        contacts.heard(2, NODE, Duration.ofSeconds(52).toNanos());

        assertThat(contacts.silence(2, NODE)).isEqualTo(Duration.ofSeconds(8));
    }

    @Test
    void processThatStoodStillCountsAnew() {
        contacts.heard(1, NODE, true);
        clock.now = Duration.ofSeconds(60);
        contacts.beginAnew();

        assertThat(contacts.silence(1, NODE)).isEqualTo(Duration.ZERO);
    }
}
