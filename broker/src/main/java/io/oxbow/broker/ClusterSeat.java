package io.oxbow.broker;

import io.oxbow.broker.control.ControllerLink;
import io.oxbow.broker.control.Voter;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.function.Supplier;

/**
 * Place of a broker among others.
 *
 * @param link reaches the active controller in another process
 * @param placeable whether a broker that is up, by its id, surely serves what is placed there
 * @param voters nodes that may lead the metadata log, while this process does
 */
public record ClusterSeat(
        ControllerLink link, IntPredicate placeable, Supplier<List<Voter>> voters) {

    /** Returns the place of a broker that serves its bucket alone. */
    public static ClusterSeat alone(int nodeId) {
        return new ClusterSeat(
                ControllerLink.none(),
                broker -> broker == nodeId,
                () -> List.of(new Voter(nodeId, -1, -1)));
    }
}
