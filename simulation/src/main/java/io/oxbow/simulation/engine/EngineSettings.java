package io.oxbow.simulation.engine;

import io.oxbow.simulation.kernel.Chance;
import io.oxbow.simulation.scenario.StreamSettings;
import io.oxbow.simulation.world.LossyDisk;
import io.oxbow.simulation.world.StoreFaults;
import java.util.List;

/**
 * Settings of one run.
 *
 * @param walsInBucket so many nodes have their write-ahead log in the bucket
 * @param damage whether disks may damage what they hold for good
 * @param members whether the nodes are members of a cluster: they find out who leads and who is
 *     gone as a node does, and keep their write-ahead logs in the bucket
 */
record EngineSettings(
        int nodes,
        int streams,
        StreamSettings storage,
        StoreFaults storeFaults,
        LossyDisk.Habits diskHabits,
        int walsInBucket,
        boolean damage,
        boolean members) {

    static EngineSettings drawn(Chance chance) {
        return new EngineSettings(
                chance.between(2, 4),
                chance.between(1, 4),
                StreamSettings.drawn(chance),
                StoreFaults.drawn(chance),
                LossyDisk.Habits.drawn(chance),
                chance.oneOf(List.of(0, 0, 1, 2, 4)),
                chance.oneIn(8),
                false);
    }

    static EngineSettings ofMembers(Chance chance) {
        int nodes = chance.between(3, 5);
        return new EngineSettings(
                nodes,
                chance.between(1, 3),
                StreamSettings.drawn(chance),
                chance.nextBoolean() ? StoreFaults.none() : StoreFaults.drawn(chance),
                LossyDisk.Habits.drawn(chance),
                nodes,
                false,
                true);
    }

    /** Returns true for a node without a disk, one of the first so many. */
    boolean isWalInBucket(int nodeId) {
        return nodeId <= walsInBucket;
    }

    int troubles(Chance chance) {
        return chance.oneOf(List.of(4, 8, 8, 16));
    }
}
