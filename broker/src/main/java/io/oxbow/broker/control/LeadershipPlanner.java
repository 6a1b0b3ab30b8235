package io.oxbow.broker.control;

import io.oxbow.broker.config.TopicConfigs;
import io.oxbow.broker.partition.Partitions;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.TopicIdPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.image.MetadataImage;
import org.apache.kafka.image.TopicImage;
import org.apache.kafka.metadata.BrokerRegistration;
import org.apache.kafka.storage.internals.log.LogConfig;

/**
 * Compares the leaderships that an image gives to this broker with the partitions that are open
 * here. Its only state is the broker's identity.
 */
public final class LeadershipPlanner {

    /**
     * @param lead to open, or to raise to a new leader epoch
     * @param resign to give up
     * @param deleted topics whose streams go
     */
    record Plan(List<Partitions.Leading> lead, List<TopicIdPartition> resign, List<Uuid> deleted) {}

    private final int nodeId;
    private final Uuid incarnation;
    private final TopicConfigs configs;

    public LeadershipPlanner(int nodeId, Uuid incarnation, TopicConfigs configs) {
        this.nodeId = nodeId;
        this.incarnation = incarnation;
        this.configs = configs;
    }

    /**
     * Returns true if the image has a registration of this very process. Before it has registered,
     * the image may still name the node as leader, but means an earlier process.
     */
    boolean isRegistered(MetadataImage image) {
        BrokerRegistration registration = image.cluster().broker(nodeId);
        return registration != null && registration.incarnationId().equals(incarnation);
    }

    Set<Uuid> allTopics(MetadataImage image, Collection<TopicIdPartition> led) {
        var topics = new HashSet<>(image.topics().topicsById().keySet());
        led.forEach(partition -> topics.add(partition.topicId()));
        return topics;
    }

    Plan plan(MetadataImage image, Collection<Uuid> topics, Map<TopicIdPartition, Integer> led) {
        var plan = new Plan(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        boolean registered = isRegistered(image);
        for (Uuid id : topics) {
            TopicImage topic = image.topics().getTopic(id);
            if (topic == null) {
                plan.deleted().add(id);
            } else {
                planTopic(image, topic, registered, led, plan);
            }
        }
        return plan;
    }

    private void planTopic(
            MetadataImage image,
            TopicImage topic,
            boolean registered,
            Map<TopicIdPartition, Integer> led,
            Plan plan) {
        LogConfig config = null;
        for (var entry : topic.partitions().entrySet()) {
            var id = new TopicIdPartition(topic.id(), entry.getKey(), topic.name());
            int epoch = entry.getValue().leaderEpoch;
            boolean mine = registered && entry.getValue().leader == nodeId;
            Integer open = led.get(id);
            if (mine && (open == null || open != epoch)) {
                config = config == null ? logConfig(image, topic) : config;
                plan.lead().add(new Partitions.Leading(id, epoch, config));
            } else if (!mine && open != null) {
                plan.resign().add(id);
            }
        }
    }

    Optional<LogConfig> config(MetadataImage image, Uuid topicId) {
        return Optional.ofNullable(image.topics().getTopic(topicId))
                .map(topic -> logConfig(image, topic));
    }

    private LogConfig logConfig(MetadataImage image, TopicImage topic) {
        return configs.logConfig(image.configs(), topic.name());
    }
}
