package io.oxbow.simulation.engine;

import io.oxbow.simulation.kernel.Chance;
import io.oxbow.simulation.kernel.Simulation;
import io.oxbow.simulation.scenario.Scenario;
import io.oxbow.simulation.scenario.Seams;
import java.time.Duration;

/**
 * Members of a cluster that succeed their leader, fence who is silent and recover who is gone, over
 * a network and a bucket that fail. Then the faults end, and within a bound all streams are served.
 */
public final class ClusterScenario implements Scenario {

    /** Bound on the time from the end of all faults to service everywhere. */
    private static final Duration SERVICE_MAX = Duration.ofMinutes(3);

    @Override
    public String name() {
        return "cluster";
    }

    @Override
    public long stepsMax() {
        return 3_000_000;
    }

    @Override
    public void run(Simulation simulation, Seams seams) throws InterruptedException {
        Chance chance = simulation.chance();
        EngineSettings settings = EngineSettings.ofMembers(chance);
        var cluster = new Cluster(simulation, seams, settings);
        new MemberAudit(cluster);
        var troubles = new MemberTroubles(cluster);
        var healing = new Healing(cluster, SERVICE_MAX);
        cluster.network().losses(chance.oneIn(2) ? 0 : 2);
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
