package io.oxbow.node.member;

import io.oxbow.broker.move.Evacuation;
import io.oxbow.s3stream.image.CoreImage;
import io.oxbow.s3stream.log.MetadataLog;
import java.util.List;

/** Empties nodes that go on as members: marks them, and has their partitions moved to others. */
public final class NodeDrains {

    /** Signals that a node cannot be drained; the message is for people. */
    public static final class RefusedException extends Exception {

        private static final long serialVersionUID = 1L;

        RefusedException(String message) {
            super(message);
        }
    }

    private final MetadataLog log;
    private final Cordons cordons;
    private final Evacuation evacuation;

    public NodeDrains(MetadataLog log, Cordons cordons, Evacuation evacuation) {
        this.log = log;
        this.cordons = cordons;
        this.evacuation = evacuation;
    }

    /**
     * Cordons a node and begins the moves of all its partitions that are not on their way yet.
     * Returns the number of partitions that the node leads still; a drain is called until that is
     * 0.
     *
     * @param nodeId of a node that the image knows
     * @throws RefusedException when nobody may take partitions, or the node does not live; nothing
     *     is changed then
     */
    public int drain(int nodeId) throws RefusedException, InterruptedException {
        if (log.image().node(nodeId).filter(CoreImage.NodeState::fenced).isPresent()) {
            throw new RefusedException(
                    "node %d does not live: its partitions go to others without a drain"
                            .formatted(nodeId));
        }
        List<Integer> takers = evacuation.takers(nodeId);
        if (takers.isEmpty()) {
            throw new RefusedException(
                    evacuation.others(nodeId).isEmpty()
                            ? "no other node serves that could take the partitions of node %d"
                                    .formatted(nodeId)
                            : "every node that could take the partitions of node %d is cordoned"
                                    .formatted(nodeId));
        }
        cordons.set(nodeId, true);
        evacuation.begin(nodeId, takers);
        return evacuation.left(nodeId);
    }
}
