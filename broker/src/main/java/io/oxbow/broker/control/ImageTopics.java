package io.oxbow.broker.control;

import io.oxbow.broker.partition.TopicLookup;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.image.MetadataImage;
import org.apache.kafka.image.TopicImage;
import org.apache.kafka.metadata.BrokerRegistration;
import org.apache.kafka.metadata.PartitionRegistration;

/** Looks topics up in the newest image. */
public record ImageTopics(ClusterMetadata metadata) implements TopicLookup {

    @Override
    public Map<Uuid, String> namesById() {
        return metadata.image().topics().topicIdToNameView();
    }

    @Override
    public boolean exists(String topic, int partition) {
        TopicImage found = metadata.image().topics().getTopic(topic);
        return found != null && found.partitions().containsKey(partition);
    }

    @Override
    public Optional<Leader> leader(String topic, int partition, String listenerName) {
        MetadataImage image = metadata.image();
        TopicImage found = image.topics().getTopic(topic);
        PartitionRegistration state = found == null ? null : found.partitions().get(partition);
        if (state == null || state.leader < 0) {
            return Optional.empty();
        }
        BrokerRegistration broker = image.cluster().broker(state.leader);
        return Optional.of(
                new Leader(
                        state.leader,
                        state.leaderEpoch,
                        broker == null ? Optional.empty() : broker.node(listenerName)));
    }
}
