package io.oxbow.broker.control;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;
import org.apache.kafka.common.errors.InvalidReplicationFactorException;
import org.apache.kafka.metadata.placement.ClusterDescriber;
import org.apache.kafka.metadata.placement.PartitionAssignment;
import org.apache.kafka.metadata.placement.PlacementSpec;
import org.apache.kafka.metadata.placement.ReplicaPlacer;
import org.apache.kafka.metadata.placement.TopicAssignment;

/**
 * Places each partition on one unfenced broker, whatever replication factor was asked for. Those
 * that are preferred take turns, if any of them is up. The bucket is what makes data durable; a
 * second replica would add nothing.
 *
 * <p>After a takeover the broker of the node that is gone counts as unfenced until its session runs
 * out; nobody would serve what is placed there.
 */
final class SingleReplicaPlacer implements ReplicaPlacer {

    private final IntPredicate preferred;
    private int placed;

    /**
     * Creates a placer.
     *
     * @param preferred whether a broker that is up surely serves
     */
    SingleReplicaPlacer(IntPredicate preferred) {
        this.preferred = preferred;
    }

    @Override
    public TopicAssignment place(PlacementSpec spec, ClusterDescriber cluster) {
        var up = new ArrayList<Integer>();
        cluster.usableBrokers()
                .forEachRemaining(broker -> {
                    if (!broker.fenced()) {
                        up.add(broker.id());
                    }
                });
        if (up.isEmpty()) {
            throw new InvalidReplicationFactorException(
                    "No broker is up that could take partitions.");
        }
        List<Integer> best = up.stream().filter(preferred::test).toList();
        List<Integer> brokers = best.isEmpty() ? up : best;
        var assignments = new ArrayList<PartitionAssignment>(spec.numPartitions());
        for (int i = 0; i < spec.numPartitions(); i++) {
            int broker = brokers.get(Math.floorMod(placed++, brokers.size()));
            assignments.add(new PartitionAssignment(List.of(broker), cluster));
        }
        return new TopicAssignment(assignments);
    }
}
