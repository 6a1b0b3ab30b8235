package io.oxbow.broker.control;

import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.errors.InvalidReplicationFactorException;
import org.apache.kafka.metadata.placement.ClusterDescriber;
import org.apache.kafka.metadata.placement.PartitionAssignment;
import org.apache.kafka.metadata.placement.PlacementSpec;
import org.apache.kafka.metadata.placement.ReplicaPlacer;
import org.apache.kafka.metadata.placement.TopicAssignment;

/**
 * Places each partition on one unfenced broker, whatever replication factor was asked for. It is
 * the controller's own while that is up, as one node serves a bucket; else round robin. The bucket
 * is what makes data durable; a second replica would add nothing.
 *
 * <p>After a takeover the broker of the node that is gone counts as unfenced until its session runs
 * out; nobody would serve what is placed there.
 */
final class SingleReplicaPlacer implements ReplicaPlacer {

    private final int self;

    /**
     * Creates a placer.
     *
     * @param self id of the controller's own broker
     */
    SingleReplicaPlacer(int self) {
        this.self = self;
    }

    @Override
    public TopicAssignment place(PlacementSpec spec, ClusterDescriber cluster) {
        var brokers = new ArrayList<Integer>();
        cluster.usableBrokers()
                .forEachRemaining(broker -> {
                    if (!broker.fenced()) {
                        brokers.add(broker.id());
                    }
                });
        if (brokers.isEmpty()) {
            throw new InvalidReplicationFactorException(
                    "No broker is up that could take partitions.");
        }
        if (brokers.contains(self)) {
            brokers.retainAll(List.of(self));
        }
        var assignments = new ArrayList<PartitionAssignment>(spec.numPartitions());
        for (int i = 0; i < spec.numPartitions(); i++) {
            int broker = brokers.get(Math.floorMod(spec.startPartition() + i, brokers.size()));
            assignments.add(new PartitionAssignment(List.of(broker), cluster));
        }
        return new TopicAssignment(assignments);
    }
}
