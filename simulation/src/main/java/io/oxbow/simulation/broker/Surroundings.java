package io.oxbow.simulation.broker;

import io.oxbow.simulation.kernel.Simulation;
import io.oxbow.simulation.world.Reply;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;

/** Cluster around partitions and their clients. */
public interface Surroundings extends StreamNotes {

    Simulation simulation();

    PartitionedTopic topic();

    /** Returns all processes that are not dead, deposed ones too, in the order of their starts. */
    List<? extends HostProcess> processes();

    /** Returns the zone of a node. */
    String zone(int nodeId);

    /**
     * Has {@code work} done for a client by the process of an incarnation, and waits.
     *
     * @param absent answer of a process that has no partitions yet
     */
    <R> Reply<R> call(
            UUID incarnation, Duration timeout, Function<PartitionHost, R> work, R absent);
}
