package io.oxbow.broker.partition;

import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.internals.Topic;

/** The topics whose records this process alone writes and deletes. */
public final class InternalTopics {

    /** The schema registry's log. */
    public static final String SCHEMAS = "_schemas";

    private InternalTopics() {}

    public static boolean contains(String topic) {
        return Topic.isInternal(topic) || topic.equals(SCHEMAS);
    }

    /**
     * Refuses a client's change of an internal topic's records.
     *
     * @param change as an infinitive
     * @throws InvalidTopicException as Kafka answers
     */
    public static void refuse(String topic, String change) {
        if (contains(topic)) {
            throw new InvalidTopicException(
                    "%s is an internal topic: clients may not %s".formatted(topic, change));
        }
    }
}
