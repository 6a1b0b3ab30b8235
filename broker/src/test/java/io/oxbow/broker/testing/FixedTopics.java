package io.oxbow.broker.testing;

import io.oxbow.broker.partition.TopicLookup;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.Uuid;

/** Metadata that the test writes by hand. */
public final class FixedTopics implements TopicLookup {

    /** Leader of the partitions that this broker doesn't lead. */
    public static final Node OTHER = new Node(9, "other.example", 9999);

    private final Map<Uuid, String> names = new ConcurrentHashMap<>();
    private final Map<String, Integer> partitionCounts = new ConcurrentHashMap<>();

    public FixedTopics with(Uuid id, String name, int partitions) {
        names.put(id, name);
        partitionCounts.put(name, partitions);
        return this;
    }

    @Override
    public Map<Uuid, String> namesById() {
        return names;
    }

    @Override
    public boolean exists(String topic, int partition) {
        return partition >= 0 && partition < partitionCounts.getOrDefault(topic, 0);
    }

    @Override
    public Optional<Leader> leader(String topic, int partition, String listenerName) {
        return exists(topic, partition)
                ? Optional.of(new Leader(OTHER.id(), 3, Optional.of(OTHER)))
                : Optional.empty();
    }
}
