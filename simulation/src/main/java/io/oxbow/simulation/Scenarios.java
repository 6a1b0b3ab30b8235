package io.oxbow.simulation;

import io.oxbow.simulation.damage.DamageScenario;
import io.oxbow.simulation.engine.ClusterScenario;
import io.oxbow.simulation.engine.EngineScenario;
import io.oxbow.simulation.scenario.MetadataLogScenario;
import io.oxbow.simulation.scenario.Scenario;
import io.oxbow.simulation.scenario.StreamStoreScenario;
import io.oxbow.simulation.scenario.TakeoverScenario;
import io.oxbow.simulation.scenario.WalCrashScenario;
import java.util.List;

/** All scenarios that there are, by their names for the command line. */
public final class Scenarios {

    private Scenarios() {}

    public static List<Scenario> all() {
        return List.of(
                new MetadataLogScenario(),
                new TakeoverScenario(),
                new WalCrashScenario(),
                new StreamStoreScenario(),
                new EngineScenario(),
                new ClusterScenario(),
                new DamageScenario());
    }
}
