package io.oxbow.broker.group;

import static org.assertj.core.api.Assertions.assertThat;

import io.oxbow.broker.memory.MemoryPartition;
import io.oxbow.broker.memory.MemoryPartitions;
import io.oxbow.broker.partition.Partitions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicIdPartition;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.storage.internals.log.LogConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests the lags that a coordinator is asked for. */
@Timeout(30)
class GroupLagsTest {

    /** Kafka's coordinator tells a position twice after a commit of it could not be written. */
    @Test
    void partitionIsToldOnceAfterACommitThatFailed() throws Exception {
        var partitions = new MemoryPartitions();
        var orders = new TopicIdPartition(GroupFixture.ORDERS, 2, "orders");
        partitions.lead(List.of(new Partitions.Leading(orders, 1, new LogConfig(Map.of()))));
        try (var broker = new GroupFixture(partitions).elect(3)) {
            assertThat(broker.commitWhenLoaded("readers", 2, 0)).isEqualTo(Errors.NONE);
            var log =
                    (MemoryPartition) partitions.find(GroupFixture.LOG.topicId(), 0).orElseThrow();
            log.failAppends(1);
            assertThat(broker.commit("readers", "", -1, 2, 0)).isNotEqualTo(Errors.NONE);

            var lags =
                    new GroupLags(broker.coordinator(), partitions, 10, 10)
                            .read(Duration.ofSeconds(20));

            assertThat(lags.lags())
                    .containsExactly(
                            new GroupLags.Lag("readers", new TopicPartition("orders", 2), 0));
        }
    }
}
