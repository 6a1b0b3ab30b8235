package io.oxbow.broker.partition;

import io.oxbow.s3stream.StreamName;
import java.util.UUID;
import org.apache.kafka.common.TopicIdPartition;
import org.apache.kafka.common.Uuid;

/** Names of a partition's streams. */
public final class StreamNames {

    private StreamNames() {}

    public static StreamName of(TopicIdPartition id, StreamName.Kind kind) {
        Uuid topic = id.topicId();
        return new StreamName(
                new UUID(topic.getMostSignificantBits(), topic.getLeastSignificantBits()),
                id.partition(),
                kind);
    }
}
