package io.oxbow.broker.partition;

import java.util.Optional;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.FencedLeaderEpochException;
import org.apache.kafka.common.errors.NotLeaderOrFollowerException;
import org.apache.kafka.common.errors.UnknownLeaderEpochException;
import org.apache.kafka.common.errors.UnknownTopicIdException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.protocol.Errors;

/**
 * Finds the partition that a request is about, or says as Kafka does why this broker can't serve
 * it.
 */
public record LedPartitions(Partitions partitions, TopicLookup topics) {

    private static final int ANY_EPOCH = -1;

    /**
     * @throws UnknownTopicOrPartitionException when the metadata has no such partition
     * @throws NotLeaderOrFollowerException when another broker leads it, or nobody yet
     */
    public Partition require(String topic, int partition) {
        Optional<Partition> found = partitions.find(topic, partition);
        if (found.isPresent()) {
            return found.get();
        }
        throw missing(topic, partition);
    }

    /**
     * As {@link #require(String, int)}, by id.
     *
     * @throws UnknownTopicIdException when the metadata has no such topic
     */
    public Partition require(Uuid topicId, int partition) {
        Optional<Partition> found = partitions.find(topicId, partition);
        if (found.isPresent()) {
            return found.get();
        }
        String name = topics.namesById().get(topicId);
        if (name == null) {
            throw new UnknownTopicIdException("no topic has the id " + topicId);
        }
        throw missing(name, partition);
    }

    private RuntimeException missing(String topic, int partition) {
        return topics.exists(topic, partition)
                ? new NotLeaderOrFollowerException(
                        "this broker does not lead %s-%d".formatted(topic, partition))
                : new UnknownTopicOrPartitionException(
                        "there is no %s-%d".formatted(topic, partition));
    }

    /**
     * Checks the leader epoch that a client takes for the current one.
     *
     * @param clientsEpoch -1 when it doesn't say
     */
    public static void requireEpoch(Partition partition, int clientsEpoch) {
        int epoch = partition.leaderEpoch();
        if (clientsEpoch == ANY_EPOCH || clientsEpoch == epoch) {
            return;
        }
        String message =
                "%s is led at epoch %d, the client says %d"
                        .formatted(partition.id(), epoch, clientsEpoch);
        throw clientsEpoch < epoch
                ? new FencedLeaderEpochException(message)
                : new UnknownLeaderEpochException(message);
    }

    /** Returns true if knowing the leader helps a client that gets this error (KIP-951). */
    public static boolean leaderHelps(Errors error) {
        return error == Errors.NOT_LEADER_OR_FOLLOWER || error == Errors.FENCED_LEADER_EPOCH;
    }
}
