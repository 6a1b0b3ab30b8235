package io.oxbow.broker.control;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.oxbow.broker.memory.MemoryBucket;
import io.oxbow.broker.memory.MemoryPartitions;
import io.oxbow.s3stream.env.Environment;
import java.util.Map;
import org.apache.kafka.common.internals.Topic;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests the creation of topics on first use. */
@Timeout(60)
class TopicCreationTest {

    @Test
    void creationThatThrowsIsNotWaitedForByTheNext() {
        var log = new MemoryBucket().process(7);
        try (var broker = new ControlFixture(log, new MemoryPartitions(), Map.of())) {
            var creation =
                    new TopicCreation(
                            broker.config,
                            broker.requests,
                            new Settlement(
                                    broker.plane,
                                    broker.leaderships,
                                    () -> {},
                                    Environment.system()),
                            Map.of(
                                    Topic.GROUP_METADATA_TOPIC_NAME,
                                    new TopicCreation.InternalTopic(
                                            1,
                                            () -> {
                                                throw new LinkageError("injected");
                                            })));

            for (int i = 0; i < 2; i++) {
                assertThatThrownBy(() -> creation.create(Topic.GROUP_METADATA_TOPIC_NAME))
                        .isInstanceOf(LinkageError.class);
            }
        }
    }
}
