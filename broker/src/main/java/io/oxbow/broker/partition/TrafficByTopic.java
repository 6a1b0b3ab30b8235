package io.oxbow.broker.partition;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.TopicIdPartition;
import org.apache.kafka.common.Uuid;

/**
 * The counts of each topic, from its first partition here until it is deleted. A bounded number of
 * topics have their own; further ones share one. Thread-safe.
 */
final class TrafficByTopic {

    /** Name of the topics beyond the bound; no topic can be named so. */
    static final String OTHERS = "(others)";

    private final int topicsMax;
    private final Map<Uuid, TopicTraffic> byId = new ConcurrentHashMap<>();
    private final TopicTraffic others = new TopicTraffic(OTHERS);

    TrafficByTopic(int topicsMax) {
        this.topicsMax = topicsMax;
    }

    /** Returns the counts that the partition's topic adds to. */
    synchronized TopicTraffic of(TopicIdPartition id) {
        TopicTraffic known = byId.get(id.topicId());
        if (known != null) {
            return known;
        }
        if (byId.size() >= topicsMax) {
            return others;
        }
        var traffic = new TopicTraffic(id.topic());
        byId.put(id.topicId(), traffic);
        return traffic;
    }

    synchronized void forget(Uuid topicId) {
        byId.remove(topicId);
    }

    /**
     * Returns the counts of each topic that has its own, and of all others if they had any traffic.
     */
    List<TopicTraffic> all() {
        var all = new ArrayList<>(byId.values());
        if (others.appendedBytes() > 0 || others.fetchedBytes() > 0) {
            all.add(others);
        }
        return all;
    }
}
