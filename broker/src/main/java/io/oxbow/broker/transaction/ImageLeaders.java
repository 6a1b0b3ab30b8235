package io.oxbow.broker.transaction;

import io.oxbow.broker.control.ClusterMetadata;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.image.TopicImage;
import org.apache.kafka.metadata.PartitionRegistration;
import org.jspecify.annotations.Nullable;

/** Finds the leaders of partitions in the newest image. */
record ImageLeaders(ClusterMetadata metadata) implements MarkerSender.Leaders {

    @Override
    public boolean exists(TopicPartition partition) {
        return find(partition) != null;
    }

    @Override
    public Optional<Integer> leader(TopicPartition partition) {
        PartitionRegistration found = find(partition);
        return found == null || found.leader < 0 ? Optional.empty() : Optional.of(found.leader);
    }

    private @Nullable PartitionRegistration find(TopicPartition partition) {
        TopicImage topic = metadata.image().topics().getTopic(partition.topic());
        return topic == null ? null : topic.partitions().get(partition.partition());
    }
}
