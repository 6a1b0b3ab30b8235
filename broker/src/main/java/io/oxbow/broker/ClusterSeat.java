package io.oxbow.broker;

import io.oxbow.broker.control.ControllerLink;
import java.util.function.IntPredicate;

/**
 * Place of a broker among others.
 *
 * @param link reaches the active controller in another process
 * @param placeable whether a broker that is up, by its id, surely serves what is placed there
 */
public record ClusterSeat(ControllerLink link, IntPredicate placeable) {

    /** Returns the place of a broker that serves its bucket alone. */
    public static ClusterSeat alone(int nodeId) {
        return new ClusterSeat(ControllerLink.none(), broker -> broker == nodeId);
    }
}
