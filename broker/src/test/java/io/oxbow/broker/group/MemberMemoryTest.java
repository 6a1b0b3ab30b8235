package io.oxbow.broker.group;

import static org.assertj.core.api.Assertions.assertThat;

import io.oxbow.broker.group.MemberMemory.Held;
import io.oxbow.broker.group.MemberMemory.Joining;
import io.oxbow.broker.group.MemberMemory.Member;
import io.oxbow.broker.testing.ManualClock;
import io.oxbow.s3stream.memory.MemoryBudget;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** Tests the memory that members of groups are counted for. */
class MemberMemoryTest {

    private static final int KIB = 1 << 10;
    private static final Duration SESSION = Duration.ofMinutes(30);

    private final ManualClock clock = new ManualClock();
    private final MemoryBudget budget = new MemoryBudget(1_000 * KIB);
    private final MemberMemory memory = new MemberMemory(budget, clock);
    private final AtomicBoolean connected = new AtomicBoolean(true);

    private Held join(String group, String id, int kib) {
        return memory.tryHold(
                new Joining(new Member(group, id), kib * KIB, SESSION, connected::get));
    }

    private Held member(String group, String id, int kib) {
        Held held = join(group, id, kib);
        assertThat(held).isNotNull();
        memory.answered(held, id);
        return held;
    }

    private void later(Duration time) {
        clock.advance(time);
    }

    @Test
    void aMemberCountsUntilItLeaves() {
        member("g", "a", 10);
        assertThat(budget.usedBytes()).isEqualTo(12 * KIB);
        member("g", "a", 20);
        assertThat(budget.usedBytes()).isEqualTo(22 * KIB);
        assertThat(memory.tryAssign(new Member("g", "a"), 5 * KIB)).isTrue();
        assertThat(memory.tryAssign(new Member("g", "a"), 3 * KIB)).isTrue();
        assertThat(budget.usedBytes()).isEqualTo(25 * KIB);
        memory.left(new Member("g", "a"));
        memory.left(new Member("g", "a"));
        assertThat(budget.usedBytes()).isZero();
    }

    @Test
    void aRefusedMemberCountsNoLonger() {
        memory.answered(join("g", "", 10), null);
        memory.answered(join("g", "a", 10), null);
        assertThat(budget.usedBytes()).isZero();
    }

    @Test
    void aMemberWithoutAnIdIsCountedByTheIdItIsGiven() {
        memory.answered(join("g", "", 10), "given");
        memory.left(new Member("g", "given"));
        assertThat(budget.usedBytes()).isZero();
    }

    @Test
    void withoutRoomNoMemberIsLetIn() {
        member("g", "a", 990);
        assertThat(join("g", "b", 10)).isNull();
        assertThat(memory.tryAssign(new Member("g", "a"), 10 * KIB)).isFalse();
        assertThat(budget.usedBytes()).isEqualTo(992 * KIB);
    }

    @Test
    void membersWithoutAnIdTakeAQuarterAtMost() {
        assertThat(join("g", "", 200)).isNotNull();
        assertThat(join("g", "", 100)).isNull();
        assertThat(join("g", "a", 100)).isNotNull();
    }

    @Test
    void whileMemoryIsShortALargeSilentMemberIsExpelled() {
        member("g", "much", 300);
        member("g", "more", 350);
        member("g", "lively", 100);
        later(Duration.ofSeconds(11));
        memory.seen(new Member("g", "lively"));
        assertThat(memory.overdue()).containsExactly(new Member("g", "more"));
        assertThat(budget.usedBytes()).isEqualTo((302 + 102) * KIB);
        later(Duration.ofSeconds(11));
        assertThat(memory.overdue()).isEmpty();
    }

    @Test
    void whoWaitsForOthersIsNotSilentWhileItIsConnected() {
        assertThat(join("g", "a", 600)).isNotNull();
        later(Duration.ofMinutes(5));
        assertThat(memory.overdue()).isEmpty();
        connected.set(false);
        later(Duration.ofSeconds(1));
        assertThat(memory.overdue()).containsExactly(new Member("g", "a"));
    }

    @Test
    void whoIsSilentForItsSessionCountsNoLonger() {
        member("g", "a", 10);
        join("g", "", 10);
        connected.set(false);
        later(SESSION);
        assertThat(memory.overdue()).isEmpty();
        later(Duration.ofSeconds(1));
        assertThat(memory.overdue()).containsExactly(new Member("g", "a"));
        assertThat(budget.usedBytes()).isZero();
    }
}
