package io.oxbow.broker.balance;

import io.oxbow.broker.partition.PartitionCounts;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;

/** Asks other brokers what they have counted. */
@FunctionalInterface
public interface TrafficLink {

    /**
     * Returns the counts of a broker's partitions, of those that were used; empty when it does not
     * answer. Blocks.
     */
    Optional<Map<TopicPartition, PartitionCounts>> counts(int broker) throws InterruptedException;

    /** Returns the link of a broker that has no others beside it. */
    static TrafficLink none() {
        return broker -> Optional.empty();
    }
}
