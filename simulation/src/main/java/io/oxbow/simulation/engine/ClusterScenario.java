package io.oxbow.simulation.engine;

import io.oxbow.simulation.broker.Traffic;
import io.oxbow.simulation.kernel.Chance;
import io.oxbow.simulation.kernel.Simulation;
import io.oxbow.simulation.scenario.Scenario;
import io.oxbow.simulation.scenario.Seams;
import java.time.Duration;

/**
 * Members of a cluster under faults of network, bucket and processes. They succeed their leader,
 * fence who is silent, recover who is gone, and move partitions under their producers. Then the
 * faults end; within a bound all is served, and all that was acked is there.
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
        var traffic = new Traffic(cluster);
        traffic.start();
        for (int i = settings.troubles(chance); i > 0; i--) {
            simulation.sleep(chance.between(Duration.ofMillis(1), Duration.ofSeconds(20)));
            troubles.strike();
            healing.replaceThoseThatSteppedDown();
        }
        healing.heal();
        traffic.audit(SERVICE_MAX, healing::replaceThoseThatSteppedDown);
        healing.audit();
    }
}
