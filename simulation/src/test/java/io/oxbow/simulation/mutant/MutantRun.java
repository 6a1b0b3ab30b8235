package io.oxbow.simulation.mutant;

import io.oxbow.simulation.Scenarios;
import io.oxbow.simulation.Simulate;
import io.oxbow.simulation.kernel.Simulation;
import io.oxbow.simulation.scenario.Scenario;
import java.util.function.LongFunction;

/** Runs seeds of a scenario; loaded together with the changed engine. */
public final class MutantRun implements LongFunction<String> {

    private final Scenario scenario;

    public MutantRun(String name) {
        this.scenario =
                Scenarios.all().stream()
                        .filter(each -> each.name().equals(name))
                        .findFirst()
                        .orElseThrow();
    }

    @Override
    public String apply(long seed) {
        Simulation.Outcome outcome = Simulate.run(scenario, seed);
        return outcome.failure() == null ? "" : String.valueOf(outcome.failure().getMessage());
    }
}
