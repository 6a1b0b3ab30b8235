package io.oxbow.node.adapter;

import io.oxbow.tableflow.service.TableTopics;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.image.MetadataDelta;
import org.apache.kafka.image.MetadataImage;
import org.apache.kafka.image.TopicImage;
import org.apache.kafka.image.loader.LoaderManifest;
import org.apache.kafka.image.publisher.MetadataPublisher;

/** Kafka's topics and their configs, for the table service. Fed by the metadata loader's thread. */
public final class ImageTableTopics implements TableTopics, MetadataPublisher {

    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private volatile MetadataImage image = MetadataImage.EMPTY;

    @Override
    public String name() {
        return "table-topics";
    }

    @Override
    public void onMetadataUpdate(
            MetadataDelta delta, MetadataImage newImage, LoaderManifest manifest) {
        image = newImage;
        if (delta.topicsDelta() != null || delta.configsDelta() != null) {
            listeners.forEach(Runnable::run);
        }
    }

    @Override
    public Collection<Topic> topics() {
        MetadataImage now = image;
        List<Topic> topics = new ArrayList<>();
        for (TopicImage topic : now.topics().topicsById().values()) {
            topics.add(
                    new Topic(
                            new UUID(
                                    topic.id().getMostSignificantBits(),
                                    topic.id().getLeastSignificantBits()),
                            topic.name(),
                            topic.partitions().size(),
                            settings(now, topic.name())));
        }
        return topics;
    }

    private static Map<String, String> settings(MetadataImage image, String topic) {
        Map<String, String> settings = new HashMap<>();
        image.configs()
                .configProperties(new ConfigResource(ConfigResource.Type.TOPIC, topic))
                .forEach((key, value) -> settings.put(key.toString(), value.toString()));
        return settings;
    }

    @Override
    public void onChange(Runnable listener) {
        listeners.add(listener);
    }
}
