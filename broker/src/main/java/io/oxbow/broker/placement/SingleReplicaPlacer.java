package io.oxbow.broker.placement;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;
import org.apache.kafka.common.errors.InvalidReplicationFactorException;
import org.apache.kafka.metadata.placement.ClusterDescriber;
import org.apache.kafka.metadata.placement.PartitionAssignment;
import org.apache.kafka.metadata.placement.PlacementSpec;
import org.apache.kafka.metadata.placement.ReplicaPlacer;
import org.apache.kafka.metadata.placement.TopicAssignment;
import org.apache.kafka.metadata.placement.UsableBroker;

/**
 * Places each partition on one unfenced broker, whatever replication factor was asked for. Zones
 * take turns by their numbers of brokers, and in a zone the broker with the least load. The bucket
 * is what makes data durable; a second replica would add nothing.
 *
 * <p>Brokers that are not preferred get partitions only if no other is up: after a takeover the
 * broker of the node that is gone counts as unfenced until its session runs out, and nobody would
 * serve what is placed there.
 */
public final class SingleReplicaPlacer implements ReplicaPlacer {

    private final IntPredicate preferred;
    private final PlacementLoads loads;

    /**
     * Creates a placer.
     *
     * @param preferred whether a broker that is up surely serves
     */
    public SingleReplicaPlacer(IntPredicate preferred, PlacementLoads loads) {
        this.preferred = preferred;
        this.loads = loads;
    }

    @Override
    public TopicAssignment place(PlacementSpec spec, ClusterDescriber cluster) {
        List<UsableBroker> brokers = brokers(cluster);
        loads.look();
        Map<String, Integer> sizes = new HashMap<>();
        brokers.forEach(broker -> sizes.merge(zone(broker), 1, Integer::sum));
        Map<String, Integer> placed = new HashMap<>();
        Comparator<UsableBroker> order =
                Comparator.comparingDouble((UsableBroker broker) ->
                                placed.getOrDefault(zone(broker), 0)
                                        / (double) sizes.getOrDefault(zone(broker), 1))
                        .thenComparingDouble(broker -> loads.of(broker.id(), brokers.size()))
                        .thenComparingInt(UsableBroker::id);
        var assignments = new ArrayList<PartitionAssignment>(spec.numPartitions());
        for (int i = 0; i < spec.numPartitions(); i++) {
            UsableBroker broker = brokers.stream().min(order).orElseThrow();
            placed.merge(zone(broker), 1, Integer::sum);
            loads.placed(broker.id());
            assignments.add(new PartitionAssignment(List.of(broker.id()), cluster));
        }
        return new TopicAssignment(assignments);
    }

    private List<UsableBroker> brokers(ClusterDescriber cluster) {
        var up = new ArrayList<UsableBroker>();
        cluster.usableBrokers()
                .forEachRemaining(broker -> {
                    if (!broker.fenced()) {
                        up.add(broker);
                    }
                });
        if (up.isEmpty()) {
            throw new InvalidReplicationFactorException(
                    "No broker is up that could take partitions.");
        }
        List<UsableBroker> best = up.stream().filter(each -> preferred.test(each.id())).toList();
        return best.isEmpty() ? up : best;
    }

    private static String zone(UsableBroker broker) {
        return broker.rack().orElse("");
    }
}
