package io.oxbow.broker.partition;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.kafka.common.TopicIdPartition;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.Test;

/** Tests the bound on topics with counts of their own. */
class TrafficByTopicTest {

    private final TrafficByTopic traffic = new TrafficByTopic(2);

    private static TopicIdPartition partition(int topic, int partition) {
        return new TopicIdPartition(new Uuid(1, topic), partition, "topic-" + topic);
    }

    @Test
    void partitionsOfATopicAddToTheSameCounts() {
        traffic.of(partition(1, 0)).appended(10, 2);
        traffic.of(partition(1, 1)).appended(5, 1);

        assertThat(traffic.all()).hasSize(1);
        assertThat(traffic.all().getFirst().appendedBytes()).isEqualTo(15);
        assertThat(traffic.all().getFirst().appendedRecords()).isEqualTo(3);
    }

    @Test
    void topicsBeyondTheBoundShareOneAndADeletedOneMakesRoom() {
        traffic.of(partition(1, 0));
        traffic.of(partition(2, 0));
        assertThat(traffic.all())
                .extracting(TopicTraffic::topic)
                .containsExactlyInAnyOrder("topic-1", "topic-2");

        traffic.of(partition(3, 0)).appended(10, 2);
        traffic.of(partition(4, 0)).fetched(10, 2);
        assertThat(traffic.all())
                .extracting(TopicTraffic::topic)
                .containsExactlyInAnyOrder("topic-1", "topic-2", TrafficByTopic.OTHERS);

        traffic.forget(new Uuid(1, 1));
        traffic.of(partition(5, 0));
        assertThat(traffic.all())
                .extracting(TopicTraffic::topic)
                .containsExactlyInAnyOrder("topic-2", "topic-5", TrafficByTopic.OTHERS);
    }
}
