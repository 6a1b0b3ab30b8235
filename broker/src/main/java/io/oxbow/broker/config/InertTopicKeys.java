package io.oxbow.broker.config;

import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.kafka.common.config.TopicConfig;

/**
 * Lists Kafka's topic keys that are taken and have no effect here, each with the reason. Kafka
 * Streams and topic tools set them with every topic, and nothing that they promise is broken.
 */
public final class InertTopicKeys {

    private static final String NO_FILES = "topics have no segment files of their own";
    private static final String ONE_REPLICA = "a partition has one replica";
    private static final String DURABLE = "records are durable before they are acknowledged";

    private static final SortedMap<String, String> REASONS = new TreeMap<>();

    static {
        REASONS.put(TopicConfig.SEGMENT_BYTES_CONFIG, NO_FILES);
        REASONS.put(TopicConfig.SEGMENT_MS_CONFIG, NO_FILES);
        REASONS.put(TopicConfig.SEGMENT_JITTER_MS_CONFIG, NO_FILES);
        REASONS.put(TopicConfig.SEGMENT_INDEX_BYTES_CONFIG, NO_FILES);
        REASONS.put(TopicConfig.INDEX_INTERVAL_BYTES_CONFIG, NO_FILES);
        REASONS.put(TopicConfig.PREALLOCATE_CONFIG, NO_FILES);
        REASONS.put(TopicConfig.FILE_DELETE_DELAY_MS_CONFIG, NO_FILES);
        REASONS.put("leader.replication.throttled.replicas", ONE_REPLICA);
        REASONS.put("follower.replication.throttled.replicas", ONE_REPLICA);
        REASONS.put(TopicConfig.UNCLEAN_LEADER_ELECTION_ENABLE_CONFIG, ONE_REPLICA);
        REASONS.put(
                TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG,
                ONE_REPLICA + "; " + DURABLE + ", by the write-ahead log and the bucket");
        REASONS.put(TopicConfig.FLUSH_MESSAGES_INTERVAL_CONFIG, DURABLE);
        REASONS.put(TopicConfig.FLUSH_MS_CONFIG, DURABLE);
    }

    private InertTopicKeys() {}

    /** Returns the keys, each with the reason for which it has no effect. */
    public static SortedMap<String, String> reasons() {
        return new TreeMap<>(REASONS);
    }
}
