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
 */
record EngineSettings(
        int nodes,
        int streams,
        StreamSettings storage,
        StoreFaults storeFaults,
        LossyDisk.Habits diskHabits,
        int walsInBucket,
        boolean damage) {

    static EngineSettings drawn(Chance chance) {
        return new EngineSettings(
                chance.between(2, 4),
                chance.between(1, 4),
                StreamSettings.drawn(chance),
                StoreFaults.drawn(chance),
                LossyDisk.Habits.drawn(chance),
                chance.oneOf(List.of(0, 0, 1, 2, 4)),
                chance.oneIn(8));
    }

    /** Returns true for a node without a disk, one of the first so many. */
    boolean isWalInBucket(int nodeId) {
        return nodeId <= walsInBucket;
    }

    int troubles(Chance chance) {
        return chance.oneOf(List.of(4, 8, 8, 16));
    }
}
