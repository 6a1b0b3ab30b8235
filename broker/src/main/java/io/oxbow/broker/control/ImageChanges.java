package io.oxbow.broker.control;

import java.util.HashSet;
import java.util.Set;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.image.MetadataDelta;
import org.apache.kafka.image.MetadataImage;
import org.apache.kafka.image.TopicImage;

/**
 * Changes of a delta that concern partitions.
 *
 * @param topics created, changed or deleted
 * @param configuredTopics whose own configuration changed
 * @param brokerConfigs whether a broker's configuration changed, and so perhaps every topic's
 */
public record ImageChanges(Set<Uuid> topics, Set<Uuid> configuredTopics, boolean brokerConfigs) {

    static ImageChanges of(MetadataDelta delta, MetadataImage image) {
        var topics = new HashSet<Uuid>();
        if (delta.topicsDelta() != null) {
            topics.addAll(delta.topicsDelta().changedTopics().keySet());
            topics.addAll(delta.topicsDelta().deletedTopicIds());
        }
        var configured = new HashSet<Uuid>();
        boolean brokers = false;
        if (delta.configsDelta() != null) {
            for (ConfigResource resource : delta.configsDelta().changes().keySet()) {
                brokers |= resource.type() == ConfigResource.Type.BROKER;
                TopicImage topic =
                        resource.type() == ConfigResource.Type.TOPIC
                                ? image.topics().getTopic(resource.name())
                                : null;
                if (topic != null) {
                    configured.add(topic.id());
                }
            }
        }
        return new ImageChanges(topics, configured, brokers);
    }
}
