package io.oxbow.broker.partition;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.TopicIdPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.storage.internals.log.LogConfig;

/**
 * The partitions that this broker leads. Changes come from one thread (the metadata publisher),
 * look-ups from any.
 */
public interface Partitions {

    /**
     * Opens partitions, or raises the leader epoch of those open already; one metadata entry for
     * all.
     */
    void lead(Collection<Leading> partitions);

    record Leading(TopicIdPartition id, int leaderEpoch, LogConfig config) {}

    /** A topic's configuration changed. */
    void configure(Uuid topicId, LogConfig config);

    /** Gives partitions up: what they hold is uploaded first. */
    void resign(Collection<TopicIdPartition> partitions);

    /** The topic is gone: its streams are deleted. */
    void delete(Uuid topicId);

    Optional<Partition> find(String topic, int partition);

    Optional<Partition> find(Uuid topicId, int partition);

    List<Partition> all();
}
