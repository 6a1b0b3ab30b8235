package io.oxbow.simulation.engine;

import io.oxbow.simulation.kernel.Chance;
import io.oxbow.simulation.kernel.Simulation;
import io.oxbow.simulation.scenario.Scenario;
import io.oxbow.simulation.scenario.Seams;
import java.time.Duration;

/**
 * Several nodes that serve streams over one bucket under faults of every kind. Then the faults end,
 * and all that was acked must be there, on nodes that agree.
 */
public final class EngineScenario implements Scenario {

    private static final Duration RECOVERY_MAX = Duration.ofMinutes(30);

    @Override
    public String name() {
        return "engine";
    }

    @Override
    public long stepsMax() {
        return 3_000_000;
    }

    @Override
    public void run(Simulation simulation, Seams seams) throws InterruptedException {
        Chance chance = simulation.chance();
        EngineSettings settings = EngineSettings.drawn(chance);
        var cluster = new Cluster(simulation, seams, settings);
        var troubles = new Troubles(cluster);
        var healing = new Healing(cluster, RECOVERY_MAX);
        cluster.start();
        for (int i = settings.troubles(chance); i > 0; i--) {
            simulation.sleep(chance.between(Duration.ofMillis(1), Duration.ofSeconds(20)));
            troubles.strike();
            healing.replaceThoseThatSteppedDown();
        }
        healing.heal();
        healing.audit();
    }
}
