package io.oxbow.simulation.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.oxbow.simulation.Scenarios;
import io.oxbow.simulation.Simulate;
import io.oxbow.simulation.kernel.Simulation;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests the engine as it is, from fixed seeds; {@code bin/simulate} goes through new ones. */
class ScenarioTest {

    private static final int SEEDS = 20;
    private static final int MORE_SEEDS = 200;
    private static final Set<String> LONG_RUNS = Set.of("cluster");
    private static final int MORE_SEEDS_OF_LONG_RUNS = 60;

    static List<Scenario> scenarios() {
        return Scenarios.all();
    }

    @ParameterizedTest
    @MethodSource("scenarios")
    void theEngineKeepsItsPromises(Scenario scenario) {
        assertClean(scenario, 0, SEEDS);
    }

    @Tag("slow")
    @ParameterizedTest
    @MethodSource("scenarios")
    void theEngineKeepsItsPromisesForLonger(Scenario scenario) {
        boolean isLong = LONG_RUNS.contains(scenario.name());
        assertClean(scenario, SEEDS, isLong ? MORE_SEEDS_OF_LONG_RUNS : MORE_SEEDS);
    }

    private static void assertClean(Scenario scenario, long from, long to) {
        for (long seed = from; seed < to; seed++) {
            Simulation.Outcome outcome = Simulate.run(scenario, seed);
            assertThat(outcome.failure())
                    .describedAs("bin/simulate --scenario %s --seed %d", scenario.name(), seed)
                    .isNull();
        }
    }

    @ParameterizedTest
    @MethodSource("scenarios")
    void aSeedIsReplayedStepByStep(Scenario scenario) {
        for (long seed = 100; seed < 104; seed++) {
            assertThat(Simulate.run(scenario, seed)).isEqualTo(Simulate.run(scenario, seed));
        }
    }

    @Test
    void namesAreDistinct() {
        assertThat(Scenarios.all().stream().map(Scenario::name)).doesNotHaveDuplicates();
    }
}
