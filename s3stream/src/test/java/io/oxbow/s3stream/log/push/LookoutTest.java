package io.oxbow.s3stream.log.push;

import static org.assertj.core.api.Assertions.assertThat;

import io.oxbow.s3stream.env.StandingClock;
import io.oxbow.s3stream.log.format.LogPosition;
import io.oxbow.s3stream.log.format.SlotEntry;
import io.oxbow.s3stream.log.format.SlotHash;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tests how often a follower looks into the bucket. */
class LookoutTest {

    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration CONTACT = Duration.ofMillis(500);
    private static final int EPOCH = 3;

    private final StandingClock clock = new StandingClock();
    private LogPosition applied = at(10, false);
    private final Lookout lookout = new Lookout(clock, POLL, () -> applied);

    private static LogPosition at(long slot, boolean resigned) {
        return new LogPosition(
                slot,
                new UUID(0, slot),
                SlotHash.NONE,
                new SlotEntry.Writer(EPOCH, 1, new UUID(0, 1)),
                resigned,
                0);
    }

    /** Counts the looks in {@code time}, in which the leader may tell its slot at each contact. */
    private int looks(Duration time, boolean told) {
        int looks = 0;
        long contact = clock.nanoTime();
        for (long end = clock.nanoTime() + time.toNanos(); clock.nanoTime() < end; ) {
            if (told && clock.nanoTime() >= contact) {
                lookout.tell(EPOCH, applied.slot());
                contact += CONTACT.toNanos();
            }
            if (lookout.isDue()) {
                lookout.begin();
                looks++;
            }
            clock.pass(Duration.ofMillis(10));
        }
        return looks;
    }

    @BeforeEach
    void firstLookIsTaken() {
        assertThat(lookout.isDue()).isTrue();
        lookout.begin();
    }

    @Test
    void bucketIsHardlyAskedWhileTheLeaderTellsItsSlot() {
        assertThat(looks(Duration.ofMinutes(1), false)).isBetween(595, 600);
        assertThat(looks(Duration.ofMinutes(1), true)).isBetween(2, 3);
    }

    @Test
    void silentLeaderIsLookedForInTheBucket() {
        lookout.tell(EPOCH, 10);
        assertThat(looks(Duration.ofMillis(1_500), false)).isZero();
        assertThat(looks(Duration.ofSeconds(1), false)).isEqualTo(10);
    }

    @Test
    void pushedSlotIsNotLookedFor() {
        lookout.tell(EPOCH, 11);
        applied = at(11, false);
        assertThat(lookout.tell(EPOCH, 11)).isFalse();
        assertThat(lookout.isDue()).isFalse();
    }

    @Test
    void slotThatIsToldTwiceAndWasNotPushedIsLookedFor() {
        assertThat(lookout.tell(EPOCH, 11)).isFalse();
        assertThat(lookout.isDue()).isFalse();
        assertThat(lookout.tell(EPOCH, 11)).isTrue();
        assertThat(lookout.isDue()).isTrue();
    }

    @Test
    void leaderOfAnotherEpochTellsNothing() {
        lookout.tell(EPOCH - 1, 10);
        assertThat(lookout.isTold()).isFalse();
        lookout.tell(EPOCH, 10);
        assertThat(lookout.isTold()).isTrue();
        applied = at(11, true);
        assertThat(lookout.isTold()).isFalse();
    }
}
