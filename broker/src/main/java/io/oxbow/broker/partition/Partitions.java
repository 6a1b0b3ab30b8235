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

    /** Applies a topic's changed configuration. */
    void configure(Uuid topicId, LogConfig config);

    /** Gives partitions up, after an upload of what they hold. */
    void resign(Collection<TopicIdPartition> partitions);

    /** Deletes the streams of a topic that is gone. */
    void delete(Uuid topicId);

    Optional<Partition> find(String topic, int partition);

    Optional<Partition> find(Uuid topicId, int partition);

    List<Partition> all();
}
