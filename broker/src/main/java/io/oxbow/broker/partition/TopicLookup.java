package io.oxbow.broker.partition;

import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.Uuid;

/** Looks up topics in the cluster's metadata, led by this broker or not. Look-ups never block. */
public interface TopicLookup {

    Map<Uuid, String> namesById();

    /** Returns true if the metadata has such a partition. */
    boolean exists(String topic, int partition);

    /**
     * Returns a partition's leader and its address for clients of a listener; empty when the
     * partition has none or doesn't exist.
     */
    Optional<Leader> leader(String topic, int partition, String listenerName);

    /**
     * @param node empty when the leader has no such listener
     */
    record Leader(int nodeId, int epoch, Optional<Node> node) {}
}
