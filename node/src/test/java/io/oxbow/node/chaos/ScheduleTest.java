package io.oxbow.node.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Tests the order of faults. */
class ScheduleTest {

    private static final EnumSet<FaultKind> ALL = EnumSet.allOf(FaultKind.class);

    @Test
    void seedGivesTheSameFaultsAgain() {
        assertThat(faults(7)).isEqualTo(faults(7)).isNotEqualTo(faults(8));
    }

    @Test
    void eachKindComesOnceInEachRound() {
        List<FaultKind> kinds = faults(7).stream().map(Fault::kind).toList();
        assertThat(kinds.subList(0, ALL.size())).containsExactlyInAnyOrderElementsOf(ALL);
        assertThat(kinds.subList(ALL.size(), 2 * ALL.size()))
                .containsExactlyInAnyOrderElementsOf(ALL);
    }

    @Test
    void lengthIsWithinTheRangeOfItsKind() {
        assertThat(faults(7))
                .allSatisfy(fault ->
                        assertThat(fault.length())
                                .isBetween(fault.kind().shortest(), fault.kind().longest()));
    }

    private static List<Fault> faults(long seed) {
        var schedule = new Schedule(seed, ALL);
        return Stream.generate(schedule::next).limit(100).toList();
    }
}
