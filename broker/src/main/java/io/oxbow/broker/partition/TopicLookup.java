package io.oxbow.broker.partition;

import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.Uuid;

/** What the metadata says about topics, whoever leads them. Look-ups never block. */
public interface TopicLookup {

    Map<Uuid, String> namesById();

    /** Whether the metadata has such a partition. */
    boolean exists(String topic, int partition);

    /**
     * Who leads a partition, and where clients of a listener reach it; empty when nobody does or it
     * doesn't exist.
     */
    Optional<Leader> leader(String topic, int partition, String listenerName);

    /**
     * @param node empty when the leader has no such listener
     */
    record Leader(int nodeId, int epoch, Optional<Node> node) {}
}
